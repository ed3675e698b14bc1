// Package ghapi stands in for the API of a GitHub server, on loopback with TLS,
// so that the real gh can list, create, edit, view, merge and close pull
// requests. A call that it does not know is an error.
package ghapi

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"bkt/test/real"
)

// Host is the server's name. It exists behind the server's own proxy only.
const Host = "github.example.test"

// Token is the one that the server takes.
const Token = "gho_test"

// Server is one GitHub server with one repository.
type Server struct {
	Repo string // "owner/name"
	CA   string // path of the certificate authority's file

	dir   string
	proxy string
	git   http.Handler

	mu       sync.Mutex
	pulls    []*Pull
	requests []string
	failure  int
	noAuto   bool
}

// Pull is a pull request.
type Pull struct {
	Number             int
	Title, Body        string
	Head, Base         string
	State              string // OPEN, CLOSED, MERGED
	AutoMerge, IsDraft bool
}

// New starts a server for the repository "owner/name" until the test ends. git
// serves what is asked below https://Host/owner/name.git, and may be nil.
func New(t real.T, repo string, git http.Handler) *Server {
	t.Helper()
	real.Need(t, "gh")
	s := &Server{Repo: repo, dir: t.TempDir(), git: git}
	pair, ca := real.Certificate(t, Host)
	s.CA = filepath.Join(s.dir, "ca.pem")
	real.Write(t, s.CA, ca, 0o644)
	api := httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	api.TLS = pair
	api.StartTLS()
	t.Cleanup(api.Close)
	proxy := httptest.NewServer(connector(api.Listener.Addr().String()))
	t.Cleanup(proxy.Close)
	s.proxy = proxy.URL
	return s
}

// Env is what a client needs to reach the server, gh and git alike. The port
// 443 that gh insists on needs no root: the server's proxy answers to the name.
func (s *Server) Env() []string {
	return []string{
		"GH_HOST=" + Host,
		"GH_ENTERPRISE_TOKEN=" + Token,
		"GH_CONFIG_DIR=" + filepath.Join(s.dir, "gh"),
		// gh keeps answers of the server for a day, in one of these.
		"TMPDIR=" + s.dir,
		"XDG_CACHE_HOME=" + filepath.Join(s.dir, "cache"),
		"GH_PROMPT_DISABLED=1",
		"GH_NO_UPDATE_NOTIFIER=1",
		"NO_COLOR=1",
		"HTTPS_PROXY=" + s.proxy,
		"https_proxy=" + s.proxy,
		"NO_PROXY=",
		"no_proxy=",
		"SSL_CERT_FILE=" + s.CA,
		"SSL_CERT_DIR=" + s.dir,
		"GIT_SSL_CAINFO=" + s.CA,
	}
}

// URL is the repository's address for git.
func (s *Server) URL() string { return "https://" + Host + "/" + s.Repo + ".git" }

// Pulls are the pull requests there are, by number.
func (s *Server) Pulls() []Pull {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Pull
	for _, p := range s.pulls {
		out = append(out, *p)
	}
	return out
}

// Requests are the operations asked for so far, in order: a GraphQL operation's
// name, or a REST call's method and path.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// SetState closes ("CLOSED"), merges ("MERGED") or reopens ("OPEN") a pull
// request, as somebody on the web does.
func (s *Server) SetState(number int, state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulls[number-1].State = state
}

// Fail makes every call from now on fail with an HTTP status; 0 ends it.
func (s *Server) Fail(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failure = status
}

// ForbidAutoMerge switches the repository's permission for it off.
func (s *Server) ForbidAutoMerge() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noAuto = true
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if s.git != nil && strings.Contains(r.URL.Path, ".git/") {
		s.git.ServeHTTP(w, r)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-OAuth-Scopes", "repo, read:org, gist")
	auth := r.Header.Get("Authorization")
	switch {
	case s.failure != 0:
		w.WriteHeader(s.failure)
		fmt.Fprintf(w, `{"message":"stand-in: told to fail with %d"}`, s.failure)
	case auth != "token "+Token && auth != "Bearer "+Token:
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"message":"Bad credentials"}`)
	case r.URL.Path == "/api/graphql":
		s.graphql(w, r)
	default:
		s.rest(w, r)
	}
}

// add makes a pull request; the caller holds the lock.
func (s *Server) add(p Pull) *Pull {
	p.Number, p.State = len(s.pulls)+1, "OPEN"
	s.pulls = append(s.pulls, &p)
	return &p
}

func (s *Server) url(p *Pull) string {
	return fmt.Sprintf("https://%s/%s/pull/%d", Host, s.Repo, p.Number)
}
