package fetch

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"bkt/internal/host"
	"bkt/internal/run"
)

// The real curl against a server on loopback.
func TestGet(t *testing.T) {
	data := bytes.Repeat([]byte("\x00\n200"), 1000)
	mux := http.NewServeMux()
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) })
	mux.HandleFunc("/empty", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/file", http.StatusFound) })
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/local", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/hostname", http.StatusFound)
	})
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write(data[:10])
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	secure := httptest.NewTLSServer(mux)
	defer secure.Close()
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	get := Getter(&run.Exec{Env: env, Timeout: time.Minute})

	for path, want := range map[string][]byte{"/file": data, "/moved": data, "/empty": {}} {
		if got, err := get(t.Context(), s.URL+path, 5000); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, %v", path, len(got), err)
		}
	}
	for path, code := range map[string]int{"/nothing": 404, "/file": 413} {
		_, err := get(t.Context(), s.URL+path, 4999)
		var status *host.StatusError
		if !errors.As(err, &status) || status.Code != code {
			t.Errorf("%s: %v, want the status %d", path, err, code)
		}
	}
	for _, from := range []string{
		s.URL + "/round", s.URL + "/local", s.URL + "/broken", secure.URL + "/file", "http://127.0.0.1:1/x",
		"file:///etc/hostname", "ftp://x/y", "x", "--version", "http://",
	} {
		got, err := get(t.Context(), from, 5000)
		var status *host.StatusError
		if err == nil || errors.As(err, &status) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q, %v", from, got, err)
		}
	}
}
