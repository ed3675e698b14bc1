//go:build system

package system

import (
	"crypto/tls"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bkt/internal/doc"
	"bkt/test/real"
	"bkt/test/real/coprhub"
	"bkt/test/real/flatpakrepo"
	"bkt/test/real/gitremote"
	"bkt/test/real/machine"
	"bkt/test/real/rpmrepo"
)

// gitHost serves the distribution in the machine, on an address of its own.
const (
	gitHost    = "git.example.test"
	gitAddress = "127.0.0.2"
	remoteURL  = "https://" + gitHost + "/" + gitremote.Name + ".git"
)

const repoJSON = `{
  "owner": "ada",
  "name": "my-distro",
  "url": "` + remoteURL + `",
  "default_branch": "main"
}
`

// world is a machine, with all that it installs from and the remote of its
// distribution, all in its own network.
type world struct {
	*machine.Machine
	remote  *gitremote.Remote
	flatpak *flatpakrepo.Signed
	tls     *tls.Config
}

// Where the machine finds what is bound into it.
const (
	rpmsAt    = "/run/stand/rpms"
	localAt   = "/run/stand/local"
	flatpakAt = "/run/stand/flatpak"
)

// sources are the binds of what can be installed.
func sources(t *testing.T, w *world) []string {
	t.Helper()
	rpms := rpmrepo.Build(t, t.TempDir(),
		rpmrepo.Package{Name: "htop", Requires: []string{"lib"}}, rpmrepo.Package{Name: "lib"},
		rpmrepo.Package{Name: "neovim"}, rpmrepo.Package{Name: "fish"})
	local := rpmrepo.Build(t, t.TempDir(), rpmrepo.Package{Name: "handmade"})
	dir := t.TempDir()
	w.flatpak = flatpakrepo.Build(t, t.TempDir(), "Plain",
		flatpakrepo.App{ID: "org.test.Hello"}, flatpakrepo.App{ID: "org.test.World"}).Sign(t, dir, "Signed")
	real.Write(t, filepath.Join(dir, "signed.flatpakrepo"),
		"[Flatpak Repo]\nVersion=1\nTitle=Signed\nUrl=file://"+flatpakAt+"/signed\nGPGKey="+w.flatpak.Key+"\n", 0o644)
	return append(programs(t), rpms.Dir+":"+rpmsAt, local.Dir+":"+localAt, dir+":"+flatpakAt)
}

// serve makes the distribution's remote and tells alice's bkt where it is.
func (w *world) serve(t *testing.T) {
	t.Helper()
	w.remote = gitremote.New(t)
	w.remote.Commit(t, "main", "Where it is", map[string]string{"repo.json": repoJSON})
	var ca string
	w.tls, ca = real.Certificate(t, gitHost)
	w.name(t, gitAddress, gitHost)
	w.trust(t, ca)
	w.write(t, "/home/alice/.config/bkt/repo.json", repoJSON)
	w.write(t, "/home/alice/.gitconfig", "[user]\n\tname = Alice\n\temail = alice@example.test\n")
	w.listen(t)
}

// listen puts the remote onto the machine's network, which is a new one after
// each boot.
func (w *world) listen(t *testing.T) {
	t.Helper()
	server := &http.Server{Handler: w.remote.Handler(t), ReadHeaderTimeout: time.Minute}
	l := tls.NewListener(w.Listen(t, net.JoinHostPort(gitAddress, "443")), w.tls)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
}

// hub puts a COPR service onto the machine's network.
func (w *world) hub(t *testing.T) *coprhub.Hub {
	t.Helper()
	h := coprhub.New(t)
	h.Serve(t, w.Listen(t, "127.0.0.3:443"))
	w.name(t, "127.0.0.3", coprhub.API+" "+coprhub.Download)
	w.trust(t, h.CA)
	return h
}

func (w *world) name(t *testing.T, address, names string) {
	t.Helper()
	w.Exec(t, "sh", "-c", `printf '%s %s\n' "$1" "$2" >>/etc/hosts`, "sh", address, names)
}

func (w *world) trust(t *testing.T, ca string) {
	t.Helper()
	w.Exec(t, "sh", "-c", `printf '%s' "$1" >>/etc/ssl/certs/ca-certificates.crt`, "sh", ca)
}

// write writes a file as alice.
func (w *world) write(t *testing.T, path, content string) {
	t.Helper()
	w.User(t, "sh", "-ec", `mkdir -p "${1%/*}"; printf '%s' "$2" >"$1"`, "sh", path, content)
}

// branch is the only branch beside main; there must be just one.
func (w *world) branch(t *testing.T) string {
	t.Helper()
	list := strings.Fields(w.remote.Git(t, "for-each-ref", "--format=%(refname:short)", "refs/heads/bkt/"))
	if len(list) != 1 {
		t.Fatalf("branches of bkt: %q", list)
	}
	return list[0]
}

func (w *world) show(t *testing.T, rev, path string) string {
	t.Helper()
	return w.remote.Git(t, "show", rev+":"+path)
}

// app installs one of the signed apps, as root or as alice.
func (w *world) app(t *testing.T, scope, id string) {
	t.Helper()
	run := w.User
	if scope == "system" {
		run = w.Exec
	}
	run(t, "flatpak", "remote-add", "--"+scope, "--if-not-exists", "--from", "signed", flatpakAt+"/signed.flatpakrepo")
	run(t, "flatpak", "install", "--"+scope, "-y", "--noninteractive", "signed", w.flatpak.Ref(id))
}

// drift is what bkt-drift says as alice.
func (w *world) drift(t *testing.T) *doc.Changes {
	t.Helper()
	return decode[doc.Changes](t, w.User(t, "bkt-drift", "--format", "json"))
}

// propose runs the whole pipe as alice. No step of it may fail.
func (w *world) propose(t *testing.T) *doc.PR {
	t.Helper()
	return decode[doc.PR](t, w.User(t, "bash", "-euo", "pipefail", "-c", "bkt-capture | bkt-cfgen | bkt-pr"))
}
