// Package extensions stands in for extensions.gnome.org on a loopback address: it says where an extension is for a
// version of the Shell, and hands out its zip.
package extensions

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"

	"bkt/test/real"
)

// Server is the stand-in.
type Server struct {
	URL string // for BKT_EXTENSIONS_URL

	mu    sync.Mutex
	all   map[string]entry
	asked []string
}

type entry struct {
	shell string // the version of the Shell that it is for
	zip   []byte
	from  string // where the server says that it is; "": here
}

// Start serves until the test ends.
func Start(t real.T) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("%v", err)
	}
	s := &Server{URL: "http://" + l.Addr().String(), all: map[string]entry{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /extension-info/", s.info)
	mux.HandleFunc("GET /download-extension/{file}", s.download)
	srv := &http.Server{Handler: mux}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return s
}

// Add offers an extension for one version of the Shell.
func (s *Server) Add(uuid, shell string, archive []byte) {
	s.put(uuid, entry{shell: shell, zip: archive})
}

// Elsewhere offers an extension whose files are somewhere else, as the server says.
func (s *Server) Elsewhere(uuid, shell, from string) { s.put(uuid, entry{shell: shell, from: from}) }

func (s *Server) put(uuid string, e entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[uuid] = e
}

// Asked are the paths and queries of all requests.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// info answers as the real server does: 404 where it knows no such extension for the Shell.
func (s *Server) info(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.URL.RequestURI())
	uuid := r.URL.Query().Get("uuid")
	e, ok := s.all[uuid]
	if !ok || e.shell != r.URL.Query().Get("shell_version") {
		http.NotFound(w, r)
		return
	}
	from := e.from
	if from == "" {
		from = "/download-extension/" + uuid + ".shell-extension.zip?version_tag=7"
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"uuid": uuid, "name": "Test", "pk": 1, "download_url": from, "version": 3,
		"shell_version_map": map[string]any{e.shell: map[string]any{"pk": 7, "version": 3}}})
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.URL.RequestURI())
	e, ok := s.all[strings.TrimSuffix(r.PathValue("file"), ".shell-extension.zip")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(e.zip)
}

// Zip is an extension with a metadata.json and these files more.
func Zip(t real.T, uuid, shell string, files map[string]string) []byte {
	t.Helper()
	all := maps.Clone(files)
	if all == nil {
		all = map[string]string{}
	}
	if _, own := all["metadata.json"]; !own {
		all["metadata.json"] = fmt.Sprintf(`{"uuid": %q, "name": "Test", "description": "A\nB", "shell-version": [%q], "version": 3}`+"\n", uuid, shell)
	}
	if _, own := all["extension.js"]; !own {
		all["extension.js"] = "function init() { return { enable() {}, disable() {} }; }\n"
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, all[name])
		}
		if err != nil {
			t.Fatalf("%v", err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return b.Bytes()
}
