package gitremote

import (
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"path/filepath"
	"strings"

	"bkt/test/real"
)

// Handler serves the remote, and pushes to it, over git's smart http.
func (r *Remote) Handler(t real.T) http.Handler {
	t.Helper()
	path := strings.TrimSpace(real.Output(t, "", r.env, "git", "--exec-path"))
	return &cgi.Handler{
		Path: filepath.Join(path, "git-http-backend"),
		Env: append([]string{
			"GIT_PROJECT_ROOT=" + r.Root,
			"GIT_HTTP_EXPORT_ALL=1",
			"REMOTE_USER=ada",
		}, r.env...),
	}
}

// Serve serves the remote on loopback until the test ends, and returns the
// repository's address.
func (r *Remote) Serve(t real.T) string {
	t.Helper()
	server := httptest.NewServer(r.Handler(t))
	t.Cleanup(server.Close)
	return server.URL + "/" + Name + ".git"
}

// Hang returns the address of a server that takes connections and never
// answers: a remote that hangs.
func Hang(t real.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return "http://" + l.Addr().String() + "/" + Name + ".git"
}
