package e2e

import (
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"bkt/test/real"
	"bkt/test/real/gitremote"
)

// mirrored gives the machine no checkout, only the address of its distribution.
func (m *machine) mirrored(t *testing.T, remote *gitremote.Remote, url string) {
	t.Helper()
	lives(t, remote, url)
	real.Write(t, m.home+"/.config/bkt/repo.json", repoJSON(url), 0o644)
	m.ends(t, 0, `bkt-pr --fetch`)
}

// Nobody needs a checkout; a squash merge settles what was proposed.
func TestWithoutACheckoutAndASquashMerge(t *testing.T) {
	t.Parallel()
	m, remote := newApps(t), gitremote.New(t)
	m.mirrored(t, remote, remote.URL())
	first := m.publish(t)
	if first.State != "pushed" || !slices.Equal(keys(first.Changes), []string{"flatpak-remote@user one"}) {
		t.Errorf("%+v", first)
	}
	if got := m.ends(t, 0, "find ."); got.out != ".\n" {
		t.Errorf("the working directory has %q", got.out)
	}
	if d := m.drift(t); len(d) != 1 || d[0].Stage != "proposed" {
		t.Errorf("drift: %+v", d)
	}
	merge(t, remote, first.Branch, true)
	m.ends(t, 0, `bkt-pr --fetch`)
	m.inSync(t)
	if got := m.publish(t); got.State != "unchanged" || len(got.Changes) > 0 {
		t.Errorf("after the merge: %+v", got)
	}
	m.install(t, "user/one/org.test.Hello")
	if next := m.publish(t); next.Branch != first.Branch+"-2" || !slices.Equal(keys(next.Changes), []string{"flatpak@user org.test.Hello"}) {
		t.Errorf("the next change: %+v", next)
	}
	if got := appsOf(t, remote, first.Branch+"-2"); !slices.Equal(got, []string{"org.test.Hello"}) {
		t.Errorf("apps: %q", got)
	}
}

// What was proposed and is gone from the machine again goes out of the pull request, too.
func TestGoneAgain(t *testing.T) {
	t.Parallel()
	m, remote := newApps(t), gitremote.New(t)
	m.mirrored(t, remote, remote.URL())
	m.install(t, "user/one/org.test.Hello")
	first := m.publish(t)
	if got := appsOf(t, remote, first.Branch); !slices.Equal(got, []string{"org.test.Hello"}) {
		t.Errorf("apps: %q", got)
	}
	m.Flatpak.Flatpak(t, "uninstall", "--user", "--noninteractive", "org.test.Hello")
	d := m.drift(t)
	if len(d) != 2 || d[0].ID != "org.test.Hello" || d[0].Class != "removed-here" || d[0].Stage != "" {
		t.Errorf("drift: %+v", d)
	}
	if got := m.publish(t); got.State != "unchanged" {
		t.Errorf("without --prune: %+v", got)
	}
	got := read[published](t, m.ends(t, 0, `bkt-capture --root "$R" $ONLY | bkt-cfgen --prune | bkt-pr`).out)
	if got.Branch != first.Branch || !slices.Equal(keys(got.Changes), []string{"flatpak-remote@user one"}) {
		t.Errorf("%+v", got)
	}
	if left := appsOf(t, remote, first.Branch); len(left) > 0 {
		t.Errorf("apps: %q", left)
	}
	if d := m.drift(t); len(d) != 1 || d[0].Stage != "proposed" {
		t.Errorf("drift: %+v", d)
	}
}

func appsOf(t *testing.T, remote *gitremote.Remote, branch string) []string {
	t.Helper()
	var out []string
	for _, a := range read[struct{ Apps []struct{ ID string } }](t, show(t, remote, branch, "manifests/flatpak-apps.json")).Apps {
		out = append(out, a.ID)
	}
	return sorted(out)
}

func packagesOf(t *testing.T, remote *gitremote.Remote, branch string) []string {
	t.Helper()
	return read[struct{ Packages []string }](t, show(t, remote, branch, "manifests/system-packages.json")).Packages
}

// Two machines have a branch each, and both can be merged, in any order.
func TestTwoMachines(t *testing.T) {
	t.Parallel()
	remote := gitremote.New(t)
	a, b := newMachine(t, "laptop"), newMachine(t, "desktop")
	b.install(t, "tmux")
	a.mirrored(t, remote, remote.URL())
	b.mirrored(t, remote, remote.URL())
	ofA, ofB := a.publish(t), b.publish(t)
	if !strings.HasPrefix(ofA.Branch, "bkt/laptop-") || !strings.HasPrefix(ofB.Branch, "bkt/desktop-") {
		t.Errorf("branches %s, %s", ofA.Branch, ofB.Branch)
	}
	merge(t, remote, ofB.Branch, false)
	a.install(t, "user/one/org.test.Hello")
	again := a.publish(t)
	if again.Branch != ofA.Branch || slices.Contains(keys(again.Changes), "dnf neovim") {
		t.Errorf("neovim is in main already: %+v", again)
	}
	merge(t, remote, ofA.Branch, false)
	if got := packagesOf(t, remote, "main"); !slices.Equal(got, []string{"htop", "neovim", "tmux"}) {
		t.Errorf("packages: %q", got)
	}
	a.ends(t, 0, `bkt-pr --fetch`)
	if d := a.drift(t); !slices.Equal(keys(d), []string{"dnf tmux"}) || d[0].Class == "uncaptured" {
		t.Errorf("drift of the first: %+v", d)
	}
}

// A commit that somebody pushed to our branch stays, when main has moved as well.
func TestSomebodyPushedToTheBranch(t *testing.T) {
	t.Parallel()
	m, remote := newApps(t), gitremote.New(t)
	m.mirrored(t, remote, remote.URL())
	first := m.publish(t)
	theirs := remote.Commit(t, first.Branch, "A word on it", map[string]string{"NOTES.md": "why\n"})
	remote.Commit(t, "main", "Main moves", map[string]string{"README.md": "hello\n"})
	m.install(t, "user/one/org.test.Hello")
	if got := m.publish(t); got.Branch != first.Branch || got.State != "pushed" {
		t.Errorf("%+v", got)
	}
	if got := remote.Git(t, "merge-base", theirs, first.Branch); got != theirs {
		t.Errorf("their commit %s is not in the branch", theirs)
	}
	if show(t, remote, first.Branch, "NOTES.md") != "why\n" || show(t, remote, first.Branch, "README.md") != "hello\n" {
		t.Error("their file is not theirs any more")
	}
	if got := appsOf(t, remote, first.Branch); !slices.Equal(got, []string{"org.test.Hello"}) {
		t.Errorf("apps: %q", got)
	}
}

// Two at once: what one says it has pushed, the other does not lose.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	m, remote := newApps(t), gitremote.New(t)
	names := []string{"org.test.Hello", "org.test.World"}
	m.install(t, "user/one/"+names[0], "user/one/"+names[1])
	m.mirrored(t, remote, remote.URL())
	got := make([]result, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() { got[i] = m.run(t, `bkt-capture --root "$R" --only flatpak:`+name+` | bkt-cfgen | bkt-pr`) })
	}
	wg.Wait()
	var want []string
	for i, r := range got {
		switch r.code {
		case 0:
			want = append(want, names[i])
		case 75:
		default:
			t.Errorf("exit status %d: %s", r.code, r.err)
		}
	}
	if len(want) == 0 {
		t.Fatal("neither has pushed")
	}
	branch := remote.Git(t, "for-each-ref", "--format=%(refname:short)", "refs/heads/bkt")
	have := appsOf(t, remote, branch)
	for _, name := range want {
		if !slices.Contains(have, name) {
			t.Errorf("%s is lost: %q has %q", name, branch, have)
		}
	}
	m.publish(t)
	if have := appsOf(t, remote, branch); !slices.Equal(have, names) {
		t.Errorf("in the end %q has %q", branch, have)
	}
}

// The remote may be reached over http. One that cannot be reached is for later, and
// nothing is lost by it.
func TestOverHTTPAndAway(t *testing.T) {
	t.Parallel()
	m, remote := newApps(t), gitremote.New(t)
	server := httptest.NewServer(remote.Handler(t))
	defer server.Close()
	m.mirrored(t, remote, server.URL+"/"+gitremote.Name+".git")
	first := m.publish(t)
	if first.State != "pushed" || first.Commit != remote.Git(t, "rev-parse", first.Branch) {
		t.Errorf("%+v", first)
	}
	m.install(t, "user/one/org.test.Hello")
	next := m.publish(t)
	if next.Branch != first.Branch || next.Commit != remote.Git(t, "rev-parse", first.Branch) || next.Commit == first.Commit {
		t.Errorf("%+v", next)
	}

	server.Close()
	m.install(t, "user/one/org.test.World")
	if r := m.ends(t, 75, pipe); r.out != "" || !strings.Contains(r.err, "bkt-pr: error: ") {
		t.Errorf("stdout %q, stderr %q", r.out, r.err)
	}
	for _, c := range m.drift(t) {
		if proposed := c.ID != "org.test.World"; proposed != (c.Stage == "proposed") {
			t.Errorf("%s has the stage %q", c.ID, c.Stage)
		}
	}
}

// The pull request is created, then edited so that it tells all of it; when the forge
// fails the branch is there all the same, and the next change tells the rest.
func TestPullRequestTellsTheWhole(t *testing.T) {
	t.Parallel()
	m := newApps(t)
	remote, server := hub(t, m)
	if got := m.publish(t); got.State != "created" || !strings.HasSuffix(got.URL, "/pull/1") {
		t.Errorf("%+v", got)
	}
	m.install(t, "user/one/org.test.Hello")
	if got := m.publish(t); got.State != "updated" || len(got.Changes) != 2 {
		t.Errorf("%+v", got)
	}
	p := server.Pulls()[0]
	if !strings.Contains(p.Title, "remote one") || !strings.Contains(p.Title, "app org.test.Hello") ||
		!strings.Contains(p.Body, "| `one` |") || !strings.Contains(p.Body, "| `org.test.Hello` |") {
		t.Errorf("title %q, body:\n%s", p.Title, p.Body)
	}

	m.install(t, "user/one/org.test.World")
	server.Fail(502)
	r := m.ends(t, 3, pipe)
	failed := read[published](t, r.out)
	if failed.State != "pushed" || remote.Git(t, "rev-parse", failed.Branch) != failed.Commit || !strings.Contains(r.err, "502") {
		t.Errorf("%+v\n%s", failed, r.err)
	}
	if p := server.Pulls()[0]; strings.Contains(p.Body, "org.test.World") {
		t.Errorf("the stand-in did not fail:\n%s", p.Body)
	}
	server.Fail(0)
	m.install(t, "user/one/org.gnome.Maps")
	m.publish(t)
	for _, id := range []string{"org.gnome.Maps", "org.test.Hello", "org.test.World"} {
		if p := server.Pulls()[0]; !strings.Contains(p.Body, "| `"+id+"` |") {
			t.Errorf("after the failure %s is not in the body:\n%s", id, p.Body)
		}
	}
}
