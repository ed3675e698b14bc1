package forge

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
)

// now is the clock of the tests.
var now = time.Date(2031, 5, 4, 12, 0, 0, 0, time.UTC)

// world is a machine with a home, and a remote with a distribution in it.
type world struct {
	t      testing.TB
	h      *host.Host
	dir    string
	remote string // a bare repository
	exec   *run.Exec
}

// seed is the distribution's first commit.
var seed = map[string]string{
	"repo.json":                      "", // filled in
	"README.md":                      "one\n",
	"Containerfile":                  "FROM base\n# mine\n",
	"manifests/flatpak-apps.json":    "{\n  \"apps\": []\n}\n",
	"manifests/host-shims.json":      "{\n  \"shims\": []\n}\n",
	"manifests/sub/more.json":        "{}\n",
	"generated/shims/podman":         "#!/bin/sh\n",
	"docs/unrelated.txt":             "a\nb\nc\nd\ne\nf\n",
	"changelog/karg-x-12345678.json": "{}\n",
}

// newWorld makes a world whose user is 1000 and has a name.
func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	return makeWorld(t)
}

func makeWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{t: t, dir: dir, remote: filepath.Join(dir, "remote.git")}
	env := map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": filepath.Join(dir, "home"),
		"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": filepath.Join(dir, "home", ".gitconfig"),
	}
	w.exec = &run.Exec{Timeout: 30 * time.Second}
	w.h = &host.Host{Root: filepath.Join(dir, "root"), Runner: w.exec, Env: env, UID: 1000, Now: func() time.Time { return now }}
	w.sync()
	write(t, filepath.Join(dir, "home", ".gitconfig"), "[user]\n\tname = Ada\n\temail = ada@example.test\n")
	write(t, filepath.Join(dir, "root/etc/machine-id"), "0123456789abcdef0123456789abcdef\n")
	write(t, filepath.Join(dir, "root/etc/hostname"), "desk\n")
	w.git(dir, "init", "-q", "--bare", "-b", "main", w.remote)
	return w
}

// seeded is a world whose remote has its first commit.
func seeded(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	return seededWorld(t)
}

func seededWorld(t testing.TB) *world {
	w := makeWorld(t)
	files := map[string]string{}
	for p, s := range seed {
		files[p] = s
	}
	files["repo.json"] = w.repoJSON()
	w.commit("main", "first", files)
	return w
}

func (w *world) repoJSON() string {
	return "{\"owner\": \"ada\", \"name\": \"my-bazzite\",\n \"url\": \"" + w.remote + "\",\n \"default_branch\": \"main\"}\n"
}

// sync hands the environment's changes to the runner.
func (w *world) sync() {
	w.exec.Env = nil
	for k, v := range w.h.Env {
		w.exec.Env = append(w.exec.Env, k+"="+v)
	}
}

func (w *world) setenv(k, v string) {
	w.h.Env[k] = v
	w.sync()
}

func (w *world) target() Target {
	return Target{Repo: RepoInfo{"ada", "my-bazzite", w.remote, "main"}, Timeout: 20 * time.Second, Wait: time.Second}
}

// git runs git for the test, as somebody else than bkt.
func (w *world) git(dir string, args ...string) string {
	w.t.Helper()
	return w.gitIn(dir, nil, "", args...)
}

func (w *world) gitIn(dir string, env []string, stdin string, args ...string) string {
	w.t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Stdin = strings.NewReader(stdin)
	c.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=C",
		"GIT_AUTHOR_NAME=Bob", "GIT_AUTHOR_EMAIL=bob@example.test", "GIT_COMMITTER_NAME=Bob", "GIT_COMMITTER_EMAIL=bob@example.test",
	}, env...)
	out, err := c.CombinedOutput()
	if err != nil {
		w.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSuffix(string(out), "\n")
}

// commit puts files on a branch of the remote, as somebody else would; "" deletes. A new
// branch starts at main.
func (w *world) commit(branch, message string, files map[string]string) string {
	w.t.Helper()
	var in strings.Builder
	fmt.Fprintf(&in, "commit refs/heads/%s\ncommitter Bob <bob@example.test> 1900000000 +0000\ndata %d\n%s\n", branch, len(message), message)
	for _, from := range []string{branch, "main"} {
		if w.has(from) {
			fmt.Fprintf(&in, "from refs/heads/%s^0\n", from)
			break
		}
	}
	for _, p := range slices.Sorted(maps.Keys(files)) {
		if files[p] == "" {
			fmt.Fprintf(&in, "D %s\n", p)
		} else {
			fmt.Fprintf(&in, "M 100644 inline %s\ndata %d\n%s\n", p, len(files[p]), files[p])
		}
	}
	w.gitIn(w.dir, nil, in.String(), "--git-dir="+w.remote, "fast-import", "--quiet")
	return w.tip(branch)
}

// mergeInto merges a branch of the remote into another, squashed or not.
func (w *world) mergeInto(into, branch string, squash bool) {
	w.t.Helper()
	dir := "--git-dir=" + w.remote
	tree := w.git(w.dir, dir, "merge-tree", "--write-tree", into, branch)
	args := []string{dir, "commit-tree", "-m", "merge " + branch, "-p", into}
	if !squash {
		args = append(args, "-p", branch)
	}
	w.git(w.dir, dir, "update-ref", "refs/heads/"+into, w.git(w.dir, append(args, tree)...))
}

func (w *world) has(branch string) bool {
	return w.git(w.dir, "--git-dir="+w.remote, "for-each-ref", "refs/heads/"+branch) != ""
}

// tip is a branch's commit at the remote.
func (w *world) tip(branch string) string {
	w.t.Helper()
	return w.git(w.dir, "--git-dir="+w.remote, "rev-parse", "refs/heads/"+branch)
}

// show is a file of a branch at the remote.
func (w *world) show(branch, path string) string {
	w.t.Helper()
	return w.git(w.dir, "--git-dir="+w.remote, "show", branch+":"+path)
}

// branches are the remote's branches.
func (w *world) branches() string {
	w.t.Helper()
	return strings.ReplaceAll(w.git(w.dir, "--git-dir="+w.remote, "for-each-ref", "--format=%(refname:short)", "refs/heads"), "\n", " ")
}

// checkout clones the remote for the user.
func (w *world) checkout() string {
	w.t.Helper()
	dir := filepath.Join(w.dir, "home", "src", "my-bazzite")
	w.git(w.dir, "clone", "-q", w.remote, dir)
	return dir
}

func (w *world) publish(edit EditFunc) (Result, error) {
	w.t.Helper()
	return Publish(w.t.Context(), w.h, w.target(), edit)
}

// must publishes and expects no error.
func (w *world) must(edit EditFunc) Result {
	w.t.Helper()
	res, err := w.publish(edit)
	if err != nil {
		w.t.Fatal(err)
	}
	return res
}

// put is an edit that writes files over whatever is there.
func put(files map[string]string) EditFunc {
	return func(View) (Edit, error) {
		e := Edit{Title: "Add an app", Body: "One app.\n"}
		for p, s := range files {
			e.Files = append(e.Files, file(p, s))
		}
		return e, nil
	}
}

func file(p, s string) doc.File {
	f := doc.File{Path: p, Mode: "100644"}
	if s != "" {
		f.Content = &s
	}
	return f
}

// app is an edit that puts a line into the apps manifest, by meaning: once.
func app(id string) EditFunc {
	return func(v View) (Edit, error) {
		lines := map[string]bool{id: true}
		for _, fsys := range []fs.FS{v.Default, v.Branch} {
			if fsys == nil {
				continue
			}
			b, err := fs.ReadFile(fsys, "manifests/flatpak-apps.json")
			if err != nil {
				return Edit{}, err
			}
			for l := range strings.Lines(string(b)) {
				if s := strings.Trim(l, " \",\n"); s != "" && !strings.ContainsAny(s, "{}[]") {
					lines[s] = true
				}
			}
		}
		return put(map[string]string{"manifests/flatpak-apps.json": apps(lines)})(v)
	}
}

// apps is the bytes of an apps manifest, a test's own simple form of it.
func apps(ids map[string]bool) string {
	var l []string
	for id := range ids {
		l = append(l, "    \""+id+"\"")
	}
	for i := range l {
		for j := range i {
			if l[i] < l[j] {
				l[i], l[j] = l[j], l[i]
			}
		}
	}
	return "{\n  \"apps\": [\n" + strings.Join(l, ",\n") + "\n  ]\n}\n"
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readFS reads a file of a tree.
func readFS(t *testing.T, fsys fs.FS, path string) string {
	t.Helper()
	b, err := fs.ReadFile(fsys, path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
