// Package apply runs bkt-apply whole, with the real tools, on a machine of its own: what the
// manifests name comes, stays and goes, and what is in the way costs no more than it must.
package apply

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"testing"

	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
	"bkt/test/real/rpmrepo"
	"bkt/test/user"
)

// bin has the programs, built once.
var bin string

// What there is to install, built once.
var (
	signed   *flatpakrepo.Signed
	rpms     *rpmrepo.Repo
	template *rpmrepo.Root // with tmux, which somebody wanted
)

// apps are what the signed remote offers.
func apps() (out []flatpakrepo.App) {
	for n := range 9 {
		out = append(out, flatpakrepo.App{ID: app(n)})
	}
	return out
}

// app is the nth app. The tenth is in no remote.
func app(n int) string { return fmt.Sprintf("org.test.App%d", n) }

func TestMain(m *testing.M) {
	if os.Getuid() == 0 {
		os.Exit(user.Become())
	}
	os.Exit(suite(m))
}

func suite(m *testing.M) int {
	s := &real.Suite{}
	defer s.Clear()
	real.Need(s, "bash", "bwrap", "git", "go", "jq", "systemctl")
	bin = s.TempDir()
	real.Output(s, "../../..", append(os.Environ(), "CGO_ENABLED=0"), "go", "build", "-o", bin+"/", "./cmd/...")
	signed = flatpakrepo.Build(s, s.TempDir(), "One", apps()...).Sign(s, s.TempDir(), "One")
	rpms = rpmrepo.Build(s, s.TempDir(), rpmrepo.Package{Name: "libtop"}, rpmrepo.Package{Name: "htop", Requires: []string{"libtop"}},
		rpmrepo.Package{Name: "neovim"}, rpmrepo.Package{Name: "tmux"})
	template = rpmrepo.NewRoot(s)
	template.AddRepo(s, "fedora.repo", "fedora", rpms)
	template.DNF(s, "install", "tmux")
	return m.Run()
}

// server serves a folder on the loopback, while it is up.
type server struct {
	t    real.T
	dir  string
	addr string
	http *http.Server
}

func serve(t real.T, dir string) *server {
	s := &server{t: t, dir: dir, addr: "127.0.0.1:0"}
	s.up()
	t.Cleanup(s.down)
	return s
}

// up makes it answer, at the same address each time.
func (s *server) up() {
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	s.addr = l.Addr().String()
	s.http = &http.Server{Handler: http.FileServer(http.Dir(s.dir))}
	go func(h *http.Server) { _ = h.Serve(l) }(s.http)
}

// down makes it refuse connections.
func (s *server) down() { _ = s.http.Close() }
