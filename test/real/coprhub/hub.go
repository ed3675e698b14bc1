// Package coprhub stands in for the COPR build service, so that the real
// `dnf copr enable` and the install after it work without a network: projects
// with signed packages, over TLS, under the hub's real names.
package coprhub

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"bkt/test/real"
	"bkt/test/real/rpmrepo"
)

// The names that a client asks, on port 443.
const (
	API      = "copr.fedorainfracloud.org"
	Download = "download.copr.fedorainfracloud.org"
)

// chroot is the one that every project is built for.
const chroot = "fedora-42"

// Hub is one service.
type Hub struct {
	CA string // the certificate authority, in PEM

	dir    string // owner/project/fedora-42-x86_64/…, as the real one serves it
	keys   string // gpg's home
	config *tls.Config

	mu      sync.Mutex
	strange []string
}

// New makes a hub without projects.
func New(t real.T) *Hub {
	t.Helper()
	real.Need(t, "gpg", "gpgconf", "rpmsign", "createrepo_c")
	h := &Hub{dir: t.TempDir()}
	h.config, h.CA = real.Certificate(t, API, Download)
	var err error
	if h.keys, err = os.MkdirTemp("", "gpg-"); err != nil { // a socket's path must stay under 108 bytes
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() {
		_, _, _ = real.Try("", h.env(), "gpgconf", "--homedir", h.keys, "--kill", "all")
		_ = os.RemoveAll(h.keys)
	})
	h.gpg(t, "--passphrase", "", "--quick-gen-key", "Copr <copr@example.test>", "rsa2048", "sign", "never")
	return h
}

func (h *Hub) env() []string { return real.Env(h.keys) }

func (h *Hub) gpg(t real.T, args ...string) string {
	t.Helper()
	return real.Output(t, "", h.env(), append([]string{"gpg", "--homedir", h.keys, "--batch", "--quiet"}, args...)...)
}

// Project adds the project "owner/name" with packages, signed.
func (h *Hub) Project(t real.T, name string, packages ...rpmrepo.Package) {
	t.Helper()
	repo := rpmrepo.Build(t, t.TempDir(), packages...)
	rpms, err := filepath.Glob(filepath.Join(repo.Dir, "*.rpm"))
	if err != nil || len(rpms) == 0 {
		t.Fatalf("no packages in %s: %v", repo.Dir, err)
	}
	// Debian's rpm looks for a gpg2.
	sign := []string{"rpmsign", "--define", "__gpg /usr/bin/gpg", "--define", "_gpg_name copr@example.test", "--define", "_gpg_path " + h.keys, "--addsign"}
	real.Output(t, "", h.env(), append(sign, rpms...)...)
	real.Output(t, "", h.env(), "createrepo_c", "-q", repo.Dir)
	project := filepath.Join(h.dir, name)
	real.Write(t, filepath.Join(project, "pubkey.gpg"), h.gpg(t, "--armor", "--export"), 0o644)
	if err := os.Symlink(repo.Dir, filepath.Join(project, chroot+"-x86_64")); err != nil {
		t.Fatalf("%v", err)
	}
}

// Serve answers on a listener until the test ends. A request that it does not
// know fails the test.
func (h *Hub) Serve(t real.T, l net.Listener) {
	t.Helper()
	server := &http.Server{Handler: http.HandlerFunc(h.answer), TLSConfig: h.config, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.ServeTLS(l, "", "") }()
	t.Cleanup(func() {
		_ = server.Close()
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.strange) > 0 {
			t.Fatalf("the COPR stand-in was asked what it does not know:\n%s", strings.Join(h.strange, "\n"))
		}
	})
}

func (h *Hub) answer(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.Host == API && len(parts) == 5 && parts[0] == "api_3" && parts[1] == "rpmrepo":
		h.describe(w, r, parts[2], parts[3], parts[4])
	case r.Host == API && len(parts) == 6 && parts[0] == "coprs" && parts[3] == "repo" && parts[5] == "dnf.repo":
		h.file(w, r, parts[1], parts[2])
	case r.Host == Download && len(parts) > 2 && parts[0] == "results":
		http.StripPrefix("/results", http.FileServer(http.Dir(h.dir))).ServeHTTP(w, r)
	default:
		h.mu.Lock()
		defer h.mu.Unlock()
		h.strange = append(h.strange, r.Method+" https://"+r.Host+r.URL.String())
		http.NotFound(w, r)
	}
}

func (h *Hub) has(owner, project string) bool {
	_, err := os.Stat(filepath.Join(h.dir, owner, project))
	return err == nil
}

// describe is what dnf5 asks: the project's builds.
func (h *Hub) describe(w http.ResponseWriter, r *http.Request, owner, project, wanted string) {
	if !h.has(owner, project) || wanted != chroot {
		http.NotFound(w, r)
		return
	}
	type object = map[string]any
	_ = json.NewEncoder(w).Encode(object{
		"results_url":  "https://" + Download + "/results",
		"directories":  object{project: object{}},
		"repos":        object{chroot: object{"arch": object{"x86_64": object{"opts": object{}}}}},
		"dependencies": []any{},
	})
}

// file is what dnf4 asks: the .repo file itself.
func (h *Hub) file(w http.ResponseWriter, r *http.Request, owner, project string) {
	if !h.has(owner, project) {
		http.NotFound(w, r)
		return
	}
	results := "https://" + Download + "/results/" + owner + "/" + project
	fmt.Fprintf(w, `[copr:%s:%s:%s]
name=Copr repo for %[3]s owned by %[2]s
baseurl=%[4]s/fedora-$releasever-$basearch/
type=rpm-md
skip_if_unavailable=True
gpgcheck=1
gpgkey=%[4]s/pubkey.gpg
repo_gpgcheck=0
enabled=1
enabled_metadata=1
`, API, owner, project, results)
}
