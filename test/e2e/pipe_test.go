package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"bkt/test/real"
	"bkt/test/real/ghapi"
	"bkt/test/real/gitremote"
)

// everything is a machine with all kinds of things, and what of it a manifest can hold.
func everything(t *testing.T) (*machine, []string) {
	m := newMachine(t, "laptop")
	m.install(t, "user/one/org.test.Hello", "system/one/org.test.Hello", "user/two/org.other.Tool")
	m.Flatpak.InstallBundle(t, "user", bundle)
	m.Root.DNF(t, "install", rpms.RPM("local"))
	real.Write(t, m.Root.Dir+"/etc/yum.repos.d/_copr:copr.fedorainfracloud.org:atim:starship.repo",
		"[copr:copr.fedorainfracloud.org:atim:starship]\nname=x\nbaseurl=file:///nowhere\ngpgcheck=1\ngpgkey=file:///nowhere\nenabled=1\nskip_if_unavailable=True\n", 0o644)
	return m, []string{
		"copr atim/starship", "dnf neovim",
		"flatpak-remote@system one", "flatpak-remote@user one", "flatpak-remote@user two",
		"flatpak@system org.test.Hello", "flatpak@user org.other.Tool", "flatpak@user org.test.Hello",
	}
}

// hub is a remote behind a GitHub, and the machine's gh knows it.
func hub(t *testing.T, m *machine) (*gitremote.Remote, *ghapi.Server) {
	remote := gitremote.New(t)
	server := ghapi.New(t, gitremote.Name, remote.Handler(t))
	m.Env = append(m.Env, server.Env()...)
	m.checkout(t, remote, server.URL())
	return remote, server
}

// What was installed becomes a pull request with manifests and Containerfile, and
// what became of it is known here; the user's checkout is left alone, dirty as it is.
func TestFromTheMachineToTheImage(t *testing.T) {
	t.Parallel()
	m, items := everything(t)
	remote, server := hub(t, m)
	m.ends(t, 0, `echo mine >notes; echo staged >>README; git add README; echo '# mine' >>Containerfile`)
	before := snapshot(t, m.dir)

	first := m.publish(t)
	if first.State != "created" || !slices.Equal(sorted(keys(first.Changes)), items) {
		t.Errorf("%s: %q\nwant %q", first.State, keys(first.Changes), items)
	}
	branchHolds(t, remote, first.Branch)
	pullTells(t, server, first.Branch)
	if got := m.publish(t); got.State != "unchanged" || got.Commit != first.Commit {
		t.Errorf("again: %s %s, want unchanged %s", got.State, got.Commit, first.Commit)
	}
	drift := read[struct{ Changes []change }](t, m.ends(t, 0, `bkt-drift --root "$R" --exit-code`).out).Changes
	if !slices.Equal(sorted(keys(drift)), items) {
		t.Errorf("drift: %q", keys(drift))
	}
	for _, c := range drift {
		if c.Stage != "proposed" || c.PR != first.URL {
			t.Errorf("%s %s is not proposed: %q %q", c.Subsystem, c.ID, c.Stage, c.PR)
		}
	}
	if after := snapshot(t, m.dir); !maps.Equal(before, after) {
		t.Errorf("the checkout changed: %q", differing(before, after))
	}

	merge(t, remote, first.Branch, false)
	server.SetState(1, "MERGED")
	m.ends(t, 0, `git checkout -q Containerfile; git pull -q`)
	m.inSync(t)
	m.install(t, "tmux")
	next := m.publish(t)
	if next.State != "created" || next.Branch != first.Branch+"-2" || !slices.Equal(keys(next.Changes), []string{"dnf tmux"}) {
		t.Errorf("the next change: %+v", next)
	}
	if n := len(server.Pulls()); n != 2 {
		t.Errorf("%d pull requests", n)
	}
}

// branchHolds checks the files of the first pull request, against what everything installed.
func branchHolds(t *testing.T, remote *gitremote.Remote, branch string) {
	t.Helper()
	changed := strings.Fields(remote.Git(t, "diff", "--name-only", "main", branch))
	want := []string{"Containerfile", "manifests/flatpak-apps.json", "manifests/flatpak-remotes.json", "manifests/system-packages.json"}
	if !slices.Equal(changed, want) {
		t.Errorf("changed %q, want %q", changed, want)
	}
	apps := read[struct{ Apps []map[string]any }](t, show(t, remote, branch, "manifests/flatpak-apps.json")).Apps
	var got []string
	for _, a := range apps {
		got = append(got, a["scope"].(string)+" "+a["remote"].(string)+" "+a["id"].(string))
	}
	if want := []string{"system one org.test.Hello", "user one org.test.Hello", "user two org.other.Tool"}; !slices.Equal(sorted(got), want) {
		t.Errorf("apps: %q", got)
	}
	packages := read[struct {
		Packages []string
		Coprs    []struct{ Name string } `json:"copr_repos"`
	}](t, show(t, remote, branch, "manifests/system-packages.json"))
	if !slices.Equal(packages.Packages, []string{"htop", "neovim"}) || len(packages.Coprs) != 1 || packages.Coprs[0].Name != "atim/starship" {
		t.Errorf("packages: %+v", packages)
	}
	container := show(t, remote, branch, "Containerfile")
	for _, line := range []string{"    htop \\\n    neovim \\\n", "dnf -y copr enable atim/starship", "# Ada's own lines.\nRUN echo 'hello'"} {
		if !strings.Contains(container, line) {
			t.Errorf("the Containerfile has no %q:\n%s", line, container)
		}
	}
	if strings.Contains(container, "# mine") || strings.Contains(container, "local") {
		t.Errorf("the Containerfile has more than was meant:\n%s", container)
	}
}

// pullTells checks that the pull request can be judged by what it says.
func pullTells(t *testing.T, server *ghapi.Server, branch string) {
	t.Helper()
	pulls := server.Pulls()
	if len(pulls) != 1 || pulls[0].Head != branch || pulls[0].Base != "main" {
		t.Fatalf("pull requests: %+v", pulls)
	}
	for _, s := range []string{"| add | `neovim` |", "| add | `org.other.Tool` | user, two |", "| add | `org.test.Hello` | system, one |",
		"app `org.other.Loose`: installed from a bundle", "package `local`: installed from a local rpm"} {
		if !strings.Contains(pulls[0].Body, s) {
			t.Errorf("the body has no %q:\n%s", s, pulls[0].Body)
		}
	}
}

func sorted(l []string) []string {
	l = slices.Clone(l)
	slices.Sort(l)
	return l
}

// differing are the paths that two snapshots do not agree on.
func differing(a, b map[string]string) []string {
	var out []string
	for p := range a {
		if b[p] != a[p] {
			out = append(out, p)
		}
	}
	for p := range b {
		if _, ok := a[p]; !ok {
			out = append(out, "new: "+p)
		}
	}
	return out
}
