package forge

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
)

// hostWith is a machine with an environment and nothing else; its configuration is in /cfg.
func hostWith(t *testing.T, env map[string]string) *host.Host {
	all := map[string]string{"XDG_CONFIG_HOME": "/cfg"}
	for k, v := range env {
		all[k] = v
	}
	return &host.Host{Root: t.TempDir(), Env: all, UID: 1000, Runner: &run.Exec{}}
}

// image gives the machine an image's copy.
func (w *world) image(source string) {
	w.t.Helper()
	write(w.t, w.h.Path("/usr/share/bkt/manifests/flatpak-apps.json"), "image\n")
	write(w.t, w.h.Path("/usr/share/bkt/repo.json"), w.repoJSON())
	if source != "" {
		write(w.t, w.h.Path("/usr/share/bkt/source.json"), source)
	}
}

func (w *world) find(where Where) *Distribution {
	w.t.Helper()
	d, err := Find(w.t.Context(), w.h, where)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func TestFindsInOrder(t *testing.T) {
	w := seeded(t)
	dir := w.checkout()
	deep := filepath.Join(dir, "docs")
	other := filepath.Join(w.dir, "other")
	write(t, filepath.Join(other, "repo.json"), w.repoJSON())
	write(t, filepath.Join(other, "manifests/x.json"), "{}\n")
	loose := filepath.Join(w.dir, "loose")
	write(t, filepath.Join(loose, "flatpak-apps.json"), "loose\n")
	half := filepath.Join(w.dir, "half")
	write(t, filepath.Join(half, "manifests/x.json"), "{}\n")
	_, err := Find(t.Context(), w.h, Where{Dir: half})
	if !errors.Is(err, ErrNone) {
		t.Errorf("nothing: %v", err)
	}
	w.image(`{"commit": "` + w.tip("main") + `", "date": "x"}`)
	d := w.find(Where{Dir: half})
	if d.Kind != Image || d.Root != "" || d.Commit != w.tip("main") || d.Repo.Name != "my-bazzite" || readFS(t, d.FS, appsPath) != "image\n" {
		t.Errorf("image: %+v", d)
	}
	if got, want := d.Source(), "ada/my-bazzite, as in this image "+w.tip("main")[:7]; got != want {
		t.Errorf("source %q, want %q", got, want)
	}
	d = w.find(Where{Dir: half, Fetch: true})
	if d.Kind != Mirror || d.Root != "" || d.Ref != "main" || d.Commit != w.tip("main") || !d.Fetched.Equal(now) || d.FetchErr != nil {
		t.Errorf("fetched mirror: %+v", d)
	}
	if readFS(t, d.FS, appsPath) != seed[appsPath] {
		t.Error("the mirror's tree is not the commit's")
	}
	if d = w.find(Where{Dir: half}); d.Kind != Mirror {
		t.Errorf("mirror: %+v", d)
	}
	d = w.find(Where{Dir: deep})
	if d.Kind != Working || d.Root != dir || d.Ref != "main" || d.Upstream != "origin/main" || d.Behind != 0 {
		t.Errorf("parent: %+v", d)
	}
	if got, want := d.Source(), "ada/my-bazzite, main "+w.tip("main")[:7]; got != want {
		t.Errorf("source %q, want %q", got, want)
	}
	w.setenv("BKT_REPO", other)
	if d = w.find(Where{Dir: deep}); d.Root != other || d.Commit != "" {
		t.Errorf("BKT_REPO: %+v", d)
	}
	if d = w.find(Where{Dir: deep, Repo: "../../../src/my-bazzite"}); d.Root != dir {
		t.Errorf("--repo: %+v", d)
	}
	d = w.find(Where{Dir: w.dir, Repo: other, Manifests: "loose"})
	if d.Kind != Folder || readFS(t, d.FS, appsPath) != "loose\n" || d.Root != "" {
		t.Errorf("--manifests: %+v", d)
	}
	if d = w.find(Where{Dir: dir, Manifests: "manifests"}); d.Kind != Working || d.Root != dir || d.Commit != w.tip("main") {
		t.Errorf("--manifests of a working tree: %+v", d)
	}
	if d = w.find(Where{Manifests: w.h.Path("/usr/share/bkt/manifests")}); d.Kind != Image || d.Commit != w.tip("main") {
		t.Errorf("--manifests of an image: %+v", d)
	}
}

func TestRootTrustsWhatRootOwns(t *testing.T) {
	w := seeded(t)
	dir := w.checkout()
	w.image("")
	w.find(Where{Dir: w.dir, Fetch: true}) // a mirror
	w.h.UID = 0
	if os.Getuid() == 0 {
		if d := w.find(Where{Dir: dir}); d.Kind != Working {
			t.Errorf("root's own working tree: %+v", d)
		}
		if d := w.find(Where{Dir: w.dir}); d.Kind != Mirror {
			t.Errorf("root's own mirror: %+v", d)
		}
		for _, d := range []string{dir, w.h.Home(), w.h.ConfigHome(), w.h.CacheHome()} {
			if err := os.Chown(d, 12345, 12345); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	// From here on, all of it is somebody else's.
	if _, err := Find(t.Context(), w.h, Where{Dir: dir}); err == nil || !strings.Contains(err.Error(), "belongs to somebody else") {
		t.Errorf("a working tree: %v", err)
	}
	if d := w.find(Where{Dir: w.dir}); d.Kind != Image {
		t.Errorf("a mirror: %+v", d)
	}
	if os.Getuid() == 0 { // what is named on the command line is trusted by us; git has a say, too
		_, err := Find(t.Context(), w.h, Where{Dir: w.dir, Repo: dir})
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(e.Hint, "git config --global --add safe.directory /") {
			t.Errorf("--repo: %v", err)
		}
	}
	w.setenv("BKT_REPO", dir)
	if _, err := Find(t.Context(), w.h, Where{Dir: w.dir}); err == nil || !strings.Contains(err.Error(), "BKT_REPO: ") {
		t.Errorf("BKT_REPO: %v", err)
	}
}

// What decides unasked what root does is root's alone.
func TestRootsAlone(t *testing.T) {
	w := seeded(t)
	w.image(`{"commit": "x", "date": "x"}`)
	dir := w.h.Path("/usr/share/bkt")
	at := Where{Manifests: filepath.Join(dir, "manifests"), Roots: true}
	if os.Getuid() != 0 {
		if _, err := Find(t.Context(), w.h, at); err == nil || !strings.Contains(err.Error(), "' belongs to somebody else than root: refused") {
			t.Errorf("an ordinary account's: %v", err)
		}
		return
	}
	w.find(at)
	for _, path := range []string{w.dir, dir, filepath.Join(dir, "repo.json"), filepath.Join(dir, "source.json"), at.Manifests, filepath.Join(dir, appsPath)} {
		for what, change := range map[string]func() error{
			"belongs to somebody else than root":  func() error { return os.Lchown(path, 12345, 0) },
			"can be written by others than root":  func() error { return os.Chmod(path, 0o757) },
			"can be written by others than root:": func() error { return errors.Join(os.Lchown(path, 0, 12345), os.Chmod(path, 0o775)) },
		} {
			if err := change(); err != nil {
				t.Fatal(err)
			}
			var e *Error
			if _, err := Find(t.Context(), w.h, at); !errors.As(err, &e) || !strings.Contains(e.Error(), "'"+path+"' "+strings.TrimSuffix(what, ":")+": refused") || !strings.HasSuffix(e.Hint, " "+path) {
				t.Errorf("%s %s: %v", path, what, err)
			}
			w.find(Where{Manifests: at.Manifests}) // a person has named it
			if err := errors.Join(os.Lchown(path, 0, 0), os.Chmod(path, 0o755)); err != nil {
				t.Fatal(err)
			}
			w.find(at)
		}
	}
}

func TestReadingWritesNothing(t *testing.T) {
	w := seeded(t)
	dir := w.checkout()
	w.image("")
	w.find(Where{Dir: w.dir, Fetch: true})
	w.commit("main", "moved", map[string]string{"README.md": "2\n"})
	w.h.Runner = run.ReadOnly{Runner: w.exec}
	before := snapshot(t, w.dir)
	for _, where := range []Where{{Dir: w.dir}, {Dir: dir}, {Dir: dir, Ref: "HEAD"}, {Dir: w.dir, Ref: "main"}} {
		d := w.find(where)
		if d.Commit == w.tip("main") {
			t.Errorf("%+v: the remote was asked", where)
		}
		if _, err := d.Head(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := d.LastTouching(t.Context(), "Containerfile"); err != nil {
			t.Error(err)
		}
	}
	if snapshot(t, w.dir) != before {
		t.Error("something was written")
	}
	if _, err := Find(t.Context(), w.h, Where{Dir: w.dir, Fetch: true}); err != nil {
		t.Errorf("a mirror that cannot be fetched can be read: %v", err)
	}
}

func TestOldMirrorIsReadOffline(t *testing.T) {
	w := seeded(t)
	w.image("")
	w.find(Where{Dir: w.dir, Fetch: true})
	if err := os.Rename(w.remote, w.remote+".away"); err != nil {
		t.Fatal(err)
	}
	w.h.Now = func() time.Time { return now.Add(time.Hour) }
	d := w.find(Where{Dir: w.dir, Fetch: true})
	if d.Kind != Mirror || !d.Fetched.Equal(now) || d.FetchErr == nil {
		t.Errorf("got %+v", d)
	}
}

func TestNoMirrorOffline(t *testing.T) {
	fresh := seeded(t)
	fresh.image("")
	if err := os.Rename(fresh.remote, fresh.remote+".away"); err != nil {
		t.Fatal(err)
	}
	if d := fresh.find(Where{Dir: fresh.dir, Fetch: true}); d.Kind != Image || d.FetchErr == nil {
		t.Errorf("got %+v", d)
	}
	if err := os.RemoveAll(fresh.h.Path("/usr/share/bkt/manifests")); err != nil {
		t.Fatal(err)
	}
	if _, err := Find(t.Context(), fresh.h, Where{Dir: fresh.dir, Fetch: true}); err == nil || errors.Is(err, ErrNone) {
		t.Errorf("got %v", err)
	}
}

func TestNeverFetched(t *testing.T) {
	w := seeded(t)
	write(t, w.h.Path(filepath.Join(w.h.ConfigHome(), "bkt/repo.json")), w.repoJSON())
	_, err := Find(t.Context(), w.h, Where{Dir: w.dir})
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, ErrNone) || e.Hint != "bkt-pr --fetch" || !strings.HasSuffix(e.Error(), " has not been fetched yet") {
		t.Errorf("got %v", err)
	}
}

func TestTheUsersURLComesFirst(t *testing.T) {
	w := seeded(t)
	w.image("")
	write(t, w.h.Path(filepath.Join(w.h.ConfigHome(), "bkt/repo.json")), strings.Replace(w.repoJSON(), "my-bazzite", "mine", 1))
	if d := w.find(Where{Dir: w.dir, Fetch: true}); d.Repo.Name != "mine" {
		t.Errorf("got %+v", d)
	}
	write(t, w.h.Path(filepath.Join(w.h.ConfigHome(), "bkt/repo.json")), "{\n  \"owner\": 1}\n")
	_, err := Find(t.Context(), w.h, Where{Dir: w.dir})
	if err == nil || !strings.Contains(err.Error(), "bkt/repo.json:2:12: ") {
		t.Errorf("got %v", err)
	}
}

func TestStates(t *testing.T) {
	w := seeded(t)
	for what, c := range map[string]struct {
		do    func(dir string)
		check func(d *Distribution) bool
	}{
		"behind": {func(dir string) {
			w.git(dir, "reset", "-q", "--hard", "HEAD")
			w.git(dir, "-c", "core.logAllRefUpdates=false", "update-ref", "refs/remotes/origin/main",
				w.gitIn(dir, nil, "x\n", "commit-tree", "-p", "HEAD", "HEAD^{tree}"))
		}, func(d *Distribution) bool { return d.Behind == 1 && d.Upstream == "origin/main" && d.Ref == "main" }},
		"detached": {func(dir string) { w.git(dir, "switch", "-q", "--detach") },
			func(d *Distribution) bool { return d.Ref == "" && d.Commit == w.tip("main") && d.Behind == 0 }},
		"no remote": {func(dir string) { w.git(dir, "remote", "remove", "origin") },
			func(d *Distribution) bool { return d.Ref == "main" && d.Upstream == "" }},
		"no commits": {func(dir string) {
			if err := os.RemoveAll(filepath.Join(dir, ".git")); err != nil {
				t.Error(err)
			}
			w.git(dir, "init", "-q", "-b", "main", ".")
		}, func(d *Distribution) bool { return d.Commit == "" && d.Ref == "" }},
		"no git": {func(dir string) {
			if err := os.RemoveAll(filepath.Join(dir, ".git")); err != nil {
				t.Error(err)
			}
		}, func(d *Distribution) bool { return d.Commit == "" && readFS(t, d.FS, appsPath) == seed[appsPath] }},
		"somebody's hook": {func(dir string) { w.setenv("GIT_DIR", w.remote); w.setenv("GIT_INDEX_FILE", "/nowhere") },
			func(d *Distribution) bool { return d.Ref == "main" && d.Upstream == "origin/main" }},
	} {
		dir := w.checkout()
		c.do(dir)
		if d := w.find(Where{Dir: dir}); !c.check(d) {
			t.Errorf("%s: %+v", what, d)
		}
		delete(w.h.Env, "GIT_DIR")
		delete(w.h.Env, "GIT_INDEX_FILE")
		w.sync()
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRef(t *testing.T) {
	w := seeded(t)
	w.commit("main", "second", map[string]string{appsPath: "second\n"})
	dir := w.checkout()
	write(t, filepath.Join(dir, appsPath), "dirty\n")
	for rev, want := range map[string]string{"HEAD": "second\n", "HEAD~1": seed[appsPath], "main": "second\n", w.tip("main"): "second\n"} {
		d := w.find(Where{Dir: dir, Ref: rev})
		if got := readFS(t, d.FS, appsPath); got != want || d.Kind != Commit || d.Root != "" || d.Repo.Name != "my-bazzite" {
			t.Errorf("%s: %q, %+v", rev, got, d)
		}
	}
	for _, rev := range []string{"nothing", "--all", "HEAD\nmain", "-x", "HEAD:manifests"} {
		if _, err := Find(t.Context(), w.h, Where{Dir: dir, Ref: rev}); err == nil || !strings.Contains(err.Error(), "--ref: there is no commit") {
			t.Errorf("%q: %v", rev, err)
		}
	}
	if _, err := Find(t.Context(), w.h, Where{Dir: dir, Ref: "HEAD", Manifests: "manifests"}); err == nil {
		t.Error("--ref with --manifests")
	}
}

func TestHistory(t *testing.T) {
	w := seeded(t)
	touch := w.commit("main", "sections", map[string]string{"Containerfile": "FROM base:2\n"})
	w.commit("main", "other", map[string]string{"README.md": "3\n"})
	dir := w.checkout()
	if err := os.Remove(filepath.Join(dir, appsPath)); err != nil {
		t.Fatal(err)
	}
	d := w.find(Where{Dir: dir})
	head, err := d.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if readFS(t, head, appsPath) != seed[appsPath] {
		t.Error("HEAD's manifest")
	}
	if _, err := fs.ReadFile(d.FS, appsPath); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	last, err := d.LastTouching(t.Context(), "Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	if last.Commit != touch || readFS(t, last.At, "Containerfile") != "FROM base:2\n" || readFS(t, last.Parent, "Containerfile") != seed["Containerfile"] {
		t.Errorf("got %+v", last)
	}
	if first, err := d.LastTouching(t.Context(), "repo.json"); err != nil || first.Parent != nil || first.At == nil {
		t.Errorf("%+v, %v", first, err)
	}
	if never, err := d.LastTouching(t.Context(), "generated/none"); never != nil || err != nil {
		t.Errorf("%+v, %v", never, err)
	}
	shallow := filepath.Join(w.dir, "shallow")
	w.git(w.dir, "clone", "-q", "--depth=1", "file://"+w.remote, shallow)
	if last, err = w.find(Where{Dir: shallow}).LastTouching(t.Context(), "Containerfile"); err != nil || last.Parent != nil {
		t.Errorf("shallow: %+v, %v", last, err)
	}
}

func TestIgnored(t *testing.T) {
	w := seeded(t)
	dir := w.checkout()
	write(t, filepath.Join(dir, ".gitignore"), "generated/\n*.log\n")
	d := w.find(Where{Dir: dir})
	got, err := d.Ignored(t.Context(), []string{"generated/new", "generated/shims/podman", "manifests/x.json", "a.log", "odd\nname.log"})
	// generated/shims/podman is tracked: git takes it.
	if want := []string{"a.log", "generated/new", "odd\nname.log"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err = d.Ignored(t.Context(), []string{"Containerfile"}); len(got) != 0 || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestNotADistribution(t *testing.T) {
	w := newWorld(t)
	empty := filepath.Join(w.dir, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(w.dir, "file")
	write(t, plain, "")
	for _, c := range []struct {
		where Where
		want  string
	}{
		{Where{Repo: filepath.Join(w.dir, "none")}, "is not a distribution: no such file"},
		{Where{Repo: empty}, "it has neither repo.json nor manifests/"},
		{Where{Repo: plain}, "it is not a folder"},
		{Where{Manifests: filepath.Join(w.dir, "none")}, "--manifests: "},
		{Where{Manifests: plain}, "is not a folder"},
		{Where{Repo: empty, Ref: "HEAD"}, "is not a git repository"},
	} {
		if _, err := Find(t.Context(), w.h, c.where); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.where, err)
		}
	}
	w.setenv("BKT_REPO", empty)
	if _, err := Find(t.Context(), w.h, Where{Dir: w.dir}); err == nil || !strings.HasPrefix(err.Error(), "BKT_REPO: ") {
		t.Errorf("got %v", err)
	}
}

func TestTheRemoteIsNotInTheWorkingTree(t *testing.T) {
	w := newWorld(t)
	dir := filepath.Join(w.dir, "d")
	for _, sub := range []string{"manifests", "r.git"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("d", filepath.Join(w.dir, "link")); err != nil {
		t.Fatal(err)
	}
	for at, refused := range map[string]bool{"d/r.git": true, "link/r.git": true, "d": true, "d/none.git": false, "d-r.git": false} {
		if err := os.MkdirAll(filepath.Join(w.dir, "d-r.git"), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "repo.json"), `{"owner": "a", "name": "b", "url": "file://`+w.dir+`/`+at+`", "default_branch": "main"}`)
		_, err := Find(t.Context(), w.h, Where{Repo: dir})
		if got := err != nil && strings.Contains(err.Error(), "lies in the working tree itself"); got != refused || err != nil && !refused {
			t.Errorf("%s: %v", at, err)
		}
	}
}

func TestWhatIsTooLargeIsNotRead(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x"), "")
	if err := os.Truncate(filepath.Join(dir, "x"), doc.Largest+1); err != nil {
		t.Fatal(err)
	}
	fsys, err := openDirFS(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]fs.FS{"x": fsys, "manifests/x": manifestsFS{fsys}} {
		if _, err := fs.ReadFile(f, name); err == nil || !strings.Contains(err.Error(), "'x' is larger than 64 MiB") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestSomebodyElsesFolder(t *testing.T) {
	dir := t.TempDir()
	if !ours(dir, os.Getuid()) {
		t.Error("my own folder")
	}
	if os.Getuid() != 0 {
		if ours(dir, os.Getuid()+1) {
			t.Error("another user's folder")
		}
		return
	}
	if err := os.Chown(dir, 4711, 4711); err != nil {
		t.Fatal(err)
	}
	if ours(dir, 1000) || !ours(dir, 4711) {
		t.Error("another user's folder")
	}
}
