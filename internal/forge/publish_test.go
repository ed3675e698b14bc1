package forge

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
)

const appsPath = "manifests/flatpak-apps.json"

// name is the branch of the machine that newWorld makes.
var name = BranchName("desk", "0123456789abcdef0123456789abcdef")

func TestNewBranch(t *testing.T) {
	w := seeded(t)
	first := w.tip("main")
	res := w.must(app("org.a.App"))
	want := Result{Branch: name, Base: "main", Commit: w.tip(name), State: doc.Pushed, Note: res.Note}
	if res != want {
		t.Errorf("got %+v\nwant %+v", res, want)
	}
	if !strings.Contains(res.Note, "open a pull request") {
		t.Errorf("note: %q", res.Note)
	}
	if got := w.show(name, appsPath); got != strings.TrimSpace(apps(map[string]bool{"org.a.App": true})) {
		t.Errorf("manifest:\n%s", got)
	}
	log := w.git(w.dir, "--git-dir="+w.remote, "log", "-1", "--format=%an <%ae>|%cn|%P|%B", name)
	if log != "Ada <ada@example.test>|Ada|"+first+"|Add an app\n" {
		t.Errorf("commit: %q", log)
	}
	changed := w.git(w.dir, "--git-dir="+w.remote, "diff", "--name-only", "main", name)
	if changed != appsPath {
		t.Errorf("changed: %q", changed)
	}
	if w.tip("main") != first {
		t.Error("main moved")
	}
}

func TestSecondRunIsUnchanged(t *testing.T) {
	w := seeded(t)
	first := w.must(app("org.a.App"))
	second := w.must(app("org.a.App"))
	if second.State != doc.Unchanged || second.Commit != first.Commit || second.Branch != name || second.Previous != first.Commit {
		t.Errorf("got %+v", second)
	}
	if w.tip(name) != first.Commit {
		t.Error("the branch moved")
	}
}

func TestNothingToDo(t *testing.T) {
	w := seeded(t)
	res := w.must(put(map[string]string{"Containerfile": seed["Containerfile"], "manifests/none.json": ""}))
	if res.State != doc.Unchanged || res.Branch != "main" || res.Commit != w.tip("main") {
		t.Errorf("got %+v", res)
	}
	if w.branches() != "main" {
		t.Errorf("branches: %s", w.branches())
	}
}

func TestUpdateKeepsWhatSomebodyPushed(t *testing.T) {
	w := seeded(t)
	first := w.must(app("org.a.App"))
	pushed := w.commit(name, "fix the base", map[string]string{"Containerfile": "FROM base:2\n# mine\n", "NOTES": "by Bob\n"})
	res := w.must(app("org.b.App"))
	if res.Previous != pushed || res.Branch != name || res.Commit == first.Commit {
		t.Errorf("got %+v", res)
	}
	if got := w.git(w.dir, "--git-dir="+w.remote, "log", "--format=%an", "main.."+name); got != "Ada\nBob\nAda" {
		t.Errorf("history: %q", got)
	}
	if got := w.show(name, "Containerfile"); got != "FROM base:2\n# mine" {
		t.Errorf("Containerfile: %q", got)
	}
	if got := w.show(name, appsPath) + "\n"; got != apps(map[string]bool{"org.a.App": true, "org.b.App": true}) {
		t.Errorf("manifest:\n%s", got)
	}
}

func TestMovedTargetMergesByMeaning(t *testing.T) {
	w := seeded(t)
	branch := w.must(app("org.b.App")).Commit
	// The same lines: git alone would find a conflict.
	moved := w.commit("main", "another machine", map[string]string{
		appsPath: apps(map[string]bool{"org.a.App": true}), "README.md": "two\n", "Containerfile": "FROM base:3\n# mine\n",
	})
	var seen View
	res := w.must(func(v View) (Edit, error) {
		seen = v
		return app("org.c.App")(v)
	})
	if got := w.show(name, appsPath) + "\n"; got != apps(map[string]bool{"org.a.App": true, "org.b.App": true, "org.c.App": true}) {
		t.Errorf("manifest:\n%s", got)
	}
	if got := w.git(w.dir, "--git-dir="+w.remote, "log", "-1", "--format=%P", name); got != branch+" "+moved {
		t.Errorf("parents: %s", got)
	}
	if w.show(name, "README.md") != "two" || w.show(name, "Containerfile") != "FROM base:3\n# mine" {
		t.Error("main's other files are not in the branch")
	}
	if !slices.Equal(seen.Conflicts, []string{appsPath}) || seen.Name != name || seen.DefaultCommit != moved || seen.BranchCommit != branch {
		t.Errorf("view: %+v", seen)
	}
	for what, pair := range map[string][2]string{
		"base":    {readFS(t, seen.Base, appsPath), seed[appsPath]},
		"branch":  {readFS(t, seen.Branch, appsPath), apps(map[string]bool{"org.b.App": true})},
		"default": {readFS(t, seen.Default, appsPath), apps(map[string]bool{"org.a.App": true})},
		"merged":  {readFS(t, seen.Merged, appsPath), apps(map[string]bool{"org.a.App": true})},
		"other":   {readFS(t, seen.Merged, "Containerfile"), "FROM base:3\n# mine\n"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s:\n%s\nwant\n%s", what, pair[0], pair[1])
		}
	}
	if res.State != doc.Pushed || res.Commit != w.tip(name) {
		t.Errorf("got %+v", res)
	}
}

func TestMovedTargetAloneIsNoReasonToPush(t *testing.T) {
	w := seeded(t)
	first := w.must(app("org.a.App"))
	w.commit("main", "elsewhere", map[string]string{"README.md": "two\n"})
	if res := w.must(app("org.a.App")); res.State != doc.Unchanged || w.tip(name) != first.Commit {
		t.Errorf("got %+v", res)
	}
}

func TestConflictElsewhereStops(t *testing.T) {
	w := seeded(t)
	w.must(app("org.a.App"))
	tip := w.commit(name, "readme", map[string]string{"README.md": "branch\n"})
	w.commit("main", "readme", map[string]string{"README.md": "main\n"})
	_, err := w.publish(app("org.b.App"))
	if !errors.Is(err, ErrConflict) || !strings.Contains(err.Error(), "both changed 'README.md'") {
		t.Fatalf("got %v", err)
	}
	if w.tip(name) != tip {
		t.Error("something was pushed")
	}
}

func TestSpent(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(w *world)
		want string // branch of the next run
	}{
		{"merged", func(w *world) { w.mergeInto("main", name, false) }, name + "-2"},
		{"squashed", func(w *world) { w.mergeInto("main", name, true) }, name + "-2"},
		{"squashed, and changed again", func(w *world) {
			w.mergeInto("main", name, true)
			w.commit("main", "again", map[string]string{appsPath: apps(map[string]bool{"org.z.App": true})})
		}, name + "-2"},
		{"merged and deleted", func(w *world) {
			w.mergeInto("main", name, false)
			w.git(w.dir, "--git-dir="+w.remote, "branch", "-D", name)
		}, name},
		{"main elsewhere", func(w *world) { w.commit("main", "x", map[string]string{"README.md": "x\n"}) }, name},
		{"main at the same file", func(w *world) {
			w.commit("main", "x", map[string]string{appsPath: apps(map[string]bool{"org.z.App": true})})
		}, name},
		{"reverted in the branch", func(w *world) {
			w.commit(name, "no", map[string]string{appsPath: seed[appsPath]})
		}, name + "-2"},
		{"rewritten main", func(w *world) {
			dir := w.t.TempDir()
			w.git(dir, "init", "-q", "-b", "main", ".")
			write(t, filepath.Join(dir, appsPath), seed[appsPath])
			w.git(dir, "add", "-A")
			w.git(dir, "commit", "-q", "-m", "new life")
			w.git(dir, "push", "-q", "-f", w.remote, "main")
		}, name + "-2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := seeded(t)
			w.must(app("org.a.App"))
			c.do(w)
			if res := w.must(app("org.b.App")); res.Branch != c.want {
				t.Errorf("branch %s, want %s", res.Branch, c.want)
			}
		})
	}
}

func TestThirdBranch(t *testing.T) {
	w := seeded(t)
	for i, want := range []string{name, name + "-2", name + "-3"} {
		res := w.must(app("org.app" + string(rune('a'+i))))
		if res.Branch != want {
			t.Fatalf("run %d: %s, want %s", i, res.Branch, want)
		}
		w.mergeInto("main", want, i%2 == 0)
	}
}

func TestFilesGoAndModesStay(t *testing.T) {
	w := seeded(t)
	script := "#!/bin/sh\nexec x\n"
	w.must(func(View) (Edit, error) {
		return Edit{Title: "shims", Files: []doc.File{
			file("generated/shims/podman", ""),
			{Path: "generated/shims/docker", Mode: "100755", Content: &script},
		}}, nil
	})
	got := w.git(w.dir, "--git-dir="+w.remote, "diff", "--no-renames", "--raw", "--abbrev=4", "main", name)
	want := ":000000 100755 0000 " + BlobID([]byte(script))[:4] + " A\tgenerated/shims/docker\n" +
		":100644 000000 " + BlobID([]byte(seed["generated/shims/podman"]))[:4] + " 0000 D\tgenerated/shims/podman"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestEditIsRefused(t *testing.T) {
	w := seeded(t)
	text := "x\n"
	for path, want := range map[string]string{
		"README.md": "not a file that bkt writes", "manifests/../x": "not a clean path",
		".github/workflows/x.yml": "not a file that bkt writes", "manifests/.git/config": "git's own",
	} {
		_, err := w.publish(func(View) (Edit, error) { return Edit{Title: "x", Files: []doc.File{file(path, text)}}, nil })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	mine := errors.New("mine")
	if _, err := w.publish(func(View) (Edit, error) { return Edit{}, mine }); !errors.Is(err, mine) {
		t.Errorf("got %v", err)
	}
	if w.branches() != "main" {
		t.Errorf("branches: %s", w.branches())
	}
}

func TestStraightToTheDefaultBranch(t *testing.T) {
	w := seeded(t)
	old := w.tip("main")
	target := w.target()
	target.Deliver = Push
	res, err := Publish(t.Context(), w.h, target, app("org.a.App"))
	if err != nil || res.State != doc.Pushed || res.Branch != "main" || res.Previous != old || res.Commit != w.tip("main") {
		t.Fatalf("%+v, %v", res, err)
	}
	if w.branches() != "main" {
		t.Errorf("branches: %s", w.branches())
	}
	if res, err = Publish(t.Context(), w.h, target, app("org.a.App")); err != nil || res.State != doc.Unchanged {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestProposalShowsItsDiff(t *testing.T) {
	w := seeded(t)
	w.must(app("org.a.App"))
	p, err := Prepare(t.Context(), w.h, w.target(), app("org.b.App"))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	diff, err := p.Diff(t.Context())
	if err != nil || !strings.Contains(diff, "+    \"org.b.App\"\n") || strings.Contains(diff, "+    \"org.a.App\"\n") {
		t.Errorf("%v\n%s", err, diff)
	}
	whole, err := p.Whole(t.Context())
	if err != nil || !strings.Contains(whole, "+    \"org.b.App\"\n") || !strings.Contains(whole, "+    \"org.a.App\",\n") {
		t.Errorf("%v\n%s", err, whole)
	}
	if w.tip(name) == p.Commit {
		t.Error("pushed")
	}
}

// TestCheckoutStaysAsItWas has a dirty checkout, hooks and aliases that would tell.
func TestCheckoutStaysAsItWas(t *testing.T) {
	w := seeded(t)
	dir := w.checkout()
	marker := filepath.Join(w.dir, "hook-ran")
	hook := "#!/bin/sh\ntouch " + marker + "\nexit 1\n"
	hooks := filepath.Join(w.dir, "hooks")
	for _, n := range []string{"pre-commit", "commit-msg", "pre-push", "reference-transaction", "post-checkout", "post-index-change"} {
		for _, d := range []string{hooks, filepath.Join(dir, ".git/hooks")} {
			if d == hooks && n == "reference-transaction" {
				continue // git runs it for the remote, too, which is on this machine here
			}
			write(t, filepath.Join(d, n), hook)
			if err := os.Chmod(filepath.Join(d, n), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(t, filepath.Join(w.dir, "home/.gitconfig"), "[user]\n\tname = Ada\n\temail = a@example.test\n[core]\n\thooksPath = "+hooks+
		"\n\tfsmonitor = "+filepath.Join(hooks, "pre-commit")+"\n\tautocrlf = true\n[alias]\n\tpush = !touch "+marker+"\n\tcommit-tree = !touch "+marker+
		"\n[push]\n\tfollowTags = true\n[fetch]\n\tpruneTags = true\n[core]\n\tpager = touch "+marker+"\n[merge]\n\tconflictStyle = diff3\n")
	write(t, filepath.Join(dir, "README.md"), "dirty\n")
	write(t, filepath.Join(dir, "Containerfile"), "staged\n")
	w.git(dir, "-c", "core.hooksPath=/dev/null", "add", "Containerfile")
	write(t, filepath.Join(dir, "secret.env"), "TOKEN=1\n")
	before := snapshot(t, dir)
	d, err := Find(t.Context(), w.h, Where{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Head(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Ignored(t.Context(), []string{"Containerfile"}); err != nil {
		t.Fatal(err)
	}
	w.must(app("org.a.App"))
	w.commit("main", "x", map[string]string{appsPath: apps(map[string]bool{"org.z.App": true})})
	w.must(app("org.b.App"))
	if got := snapshot(t, dir); got != before {
		t.Errorf("the checkout changed\n%s\nwas\n%s", got, before)
	}
	if _, err := os.Stat(marker); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a hook, an alias or a pager ran")
	}
	if changed := w.git(w.dir, "--git-dir="+w.remote, "diff", "--name-only", "main", name); changed != appsPath {
		t.Errorf("changed: %q", changed)
	}
	if got := w.show(name, appsPath); strings.Contains(got, "\r") {
		t.Errorf("line ends: %q", got)
	}
}

// snapshot is every file of a folder with its bytes, mode and time.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var b bytes.Buffer
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := e.Info()
		if err != nil {
			return err
		}
		id := ""
		if fi.Mode().IsRegular() {
			c, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			id = BlobID(c)
		}
		b.WriteString(strings.Join([]string{p, fi.Mode().String(), fi.ModTime().String(), id}, " ") + "\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
