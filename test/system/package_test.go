//go:build system

package system

import (
	"fmt"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/test/real/machine"
	"bkt/test/real/rpmrepo"
)

// packageMode is a machine in package mode on which root and alice have
// installed one thing of each kind.
func packageMode(t *testing.T) *world {
	t.Helper()
	w := &world{}
	w.Machine = machine.BootPackage(t, sources(t, w)...)
	w.serve(t)
	w.hub(t).Project(t, "ada/tools", rpmrepo.Package{Name: "adatool"})
	w.AddRepo(t, "local", rpmsAt)
	w.Exec(t, "dnf", "-y", "-q", "install", "htop", "neovim")
	w.Exec(t, "dnf", "-y", "-q", "install", localAt+"/handmade-1.0-1.noarch.rpm")
	w.Exec(t, "dnf", "-y", "-q", "copr", "enable", "ada/tools")
	w.Exec(t, "dnf", "-y", "-q", "install", "adatool")
	w.app(t, "system", "org.test.World")
	w.app(t, "user", "org.test.Hello")
	return w
}

// found is what bkt must say of that machine, and no more: subsystem, scope, id.
// The distribution has htop already.
var found = []string{
	"copr  ada/tools",
	"dnf  adatool",
	"dnf  neovim",
	"flatpak system org.test.World",
	"flatpak user org.test.Hello",
	"flatpak-remote system signed",
	"flatpak-remote user signed",
}

func keys(changes []doc.Change) []string {
	out := []string{}
	for _, c := range changes {
		out = append(out, c.Subsystem+" "+c.Scope+" "+c.ID)
	}
	return out
}

func TestSystemPackageModeLoop(t *testing.T) {
	t.Parallel()
	w := packageMode(t)
	w.User(t, "bkt-pr", "--fetch")
	w.writesNothing(t)
	t.Logf("the status page:\n%s", w.User(t, "bkt-drift", "--format", "text"))
	before := w.drift(t)
	same(t, "drift", keys(before.Changes), found)
	for _, c := range before.Changes {
		if c.Class != doc.Uncaptured || c.Stage != "" || c.Action != doc.Add {
			t.Errorf("%s %s: %s, class %q, stage %q", c.Subsystem, c.ID, c.Action, c.Class, c.Stage)
		}
	}
	var odd []string
	for _, u := range before.Unmanaged {
		odd = append(odd, u.Subsystem+" "+u.ID)
	}
	same(t, "unmanaged", odd, []string{"dnf handmade", "repo local"})

	pr := w.propose(t)
	same(t, "proposed", keys(pr.Changes), found)
	branch := w.branch(t)
	if pr.Branch != branch || pr.Commit != w.remote.Git(t, "rev-parse", branch) || pr.State != doc.Pushed && pr.State != doc.Created {
		t.Errorf("answer = %s %s %s, branch %s", pr.Branch, pr.Commit, pr.State, branch)
	}
	holds(t, w, branch)

	after := w.drift(t)
	same(t, "drift afterwards", keys(after.Changes), found)
	for _, c := range after.Changes {
		if c.Stage != doc.Proposed {
			t.Errorf("%s %s: stage %q, not proposed", c.Subsystem, c.ID, c.Stage)
		}
	}
	w.User(t, "bkt-drift", "--exit-code")
	if again := w.propose(t); again.State != doc.Unchanged || w.remote.Git(t, "rev-parse", branch) != pr.Commit {
		t.Errorf("second run: %s, %s", again.State, w.remote.Git(t, "rev-parse", branch))
	}

	w.remote.Git(t, "update-ref", "refs/heads/main", branch)
	w.User(t, "bkt-pr", "--fetch")
	t.Logf("the status page after the merge:\n%s", w.User(t, "bkt-drift", "--format", "text"))
	same(t, "drift after the merge", keys(w.drift(t).Changes), nil)
	if again := w.propose(t); again.State != doc.Unchanged {
		t.Errorf("run after the merge: %s", again.State)
	}
}

// holds checks that a branch has these things and nothing else.
func holds(t *testing.T, w *world, branch string) {
	t.Helper()
	same(t, "files", strings.Fields(w.remote.Git(t, "diff", "--name-only", "main", branch)),
		[]string{"Containerfile", "manifests/flatpak-apps.json", "manifests/flatpak-remotes.json", "manifests/system-packages.json"})
	packages := w.show(t, branch, "manifests/system-packages.json")
	same(t, "packages", entries(t, packages, "packages"), []string{`"adatool"`, `"htop"`, `"neovim"`})
	same(t, "copr_repos", entries(t, packages, "copr_repos"), []string{`{"name":"ada/tools"}`})
	same(t, "groups", entries(t, packages, "groups"), nil)
	same(t, "apps", entries(t, w.show(t, branch, "manifests/flatpak-apps.json"), "apps"), []string{
		`{"id":"org.test.Hello","remote":"signed","scope":"user"}`, `{"id":"org.test.World","remote":"signed","scope":"system"}`})
	remote := `{"gpg_key":"` + w.flatpak.Key + `","name":"signed","scope":"%s","url":"file://` + flatpakAt + `/signed"}`
	same(t, "remotes", entries(t, w.show(t, branch, "manifests/flatpak-remotes.json"), "remotes"),
		[]string{fmt.Sprintf(remote, "user"), fmt.Sprintf(remote, "system")})

	want := strings.NewReplacer(
		"# No COPR repositories configured\n", "RUN dnf -y copr enable ada/tools\n",
		"    htop \\\n    && dnf clean all\n",
		"    adatool \\\n    htop \\\n    neovim \\\n    && dnf clean all \\\n    && dnf -y copr disable ada/tools\n",
	).Replace(w.show(t, "main", "Containerfile"))
	if got := w.show(t, branch, "Containerfile"); got != want {
		t.Errorf("Containerfile:\n%s\nwant:\n%s", got, want)
	}
}
