// Package gitremote is a real bare git repository that holds a distribution,
// reached over file:// or over http on loopback.
package gitremote

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"bkt/test/real"
)

//go:embed seed
var seed embed.FS

// Name is the repository's owner and name.
const Name = "ada/my-distro"

// Remote is a bare repository with a distribution on its branch main.
type Remote struct {
	Root string // folder of all repositories, what a server serves
	Dir  string // the bare repository
	env  []string
}

// New makes a remote of the seed: one package, five manifests, three sections.
func New(t real.T) *Remote {
	t.Helper()
	files, err := fs.Sub(seed, "seed")
	if err != nil {
		t.Fatalf("%v", err)
	}
	return NewFrom(t, files)
}

// NewFrom makes a remote whose first commit is files.
func NewFrom(t real.T, files fs.FS) *Remote {
	t.Helper()
	real.Need(t, "git")
	dir := t.TempDir()
	r := &Remote{Root: filepath.Join(dir, "git"), env: real.Env(dir,
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.test", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z",
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.test", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")}
	r.Dir = filepath.Join(r.Root, Name+".git")
	real.Output(t, "", r.env, "git", "init", "-q", "--bare", "-b", "main", r.Dir)
	r.Git(t, "config", "http.receivepack", "true")
	content := map[string]string{}
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, path)
		content[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	r.Commit(t, "main", "The distribution", content)
	return r
}

// URL is the remote's file:// address.
func (r *Remote) URL() string { return "file://" + r.Dir }

// Git runs git in the bare repository and returns what it printed, without the
// final newline.
func (r *Remote) Git(t real.T, args ...string) string {
	t.Helper()
	return strings.TrimSuffix(real.Output(t, r.Dir, r.env, append([]string{"git"}, args...)...), "\n")
}

// Commit is somebody else's push: one commit on a branch, which starts at main
// when it is not there yet. A file with the content Gone is removed.
func (r *Remote) Commit(t real.T, branch, message string, files map[string]string) string {
	t.Helper()
	work := filepath.Join(t.TempDir(), "work")
	git := func(args ...string) string {
		t.Helper()
		return strings.TrimSpace(real.Output(t, work, r.env, append([]string{"git"}, args...)...))
	}
	real.Output(t, "", r.env, "git", "clone", "-q", r.Dir, work)
	if r.Has(branch) {
		git("checkout", "-q", branch)
	} else if r.Has("main") {
		git("checkout", "-q", "-b", branch)
	} else {
		git("symbolic-ref", "HEAD", "refs/heads/"+branch)
	}
	for path, content := range files {
		if content == Gone {
			git("rm", "-q", "--", path)
			continue
		}
		real.Write(t, filepath.Join(work, path), content, 0o644)
		git("add", "--", path)
	}
	git("commit", "-q", "-m", message)
	git("push", "-q", "origin", "HEAD:refs/heads/"+branch)
	return git("rev-parse", "HEAD")
}

// Gone as the content of a file in Commit removes it.
const Gone = "\x00gone"

// Has tells whether the remote has a branch.
func (r *Remote) Has(branch string) bool {
	_, _, err := real.Try(r.Dir, r.env, "git", "rev-parse", "-q", "--verify", "refs/heads/"+branch)
	return err == nil
}

// Hook installs a shell script as a hook of the remote; "exit 1" as its
// pre-receive makes it refuse every push.
func (r *Remote) Hook(t real.T, name, script string) {
	t.Helper()
	real.Write(t, filepath.Join(r.Dir, "hooks", name), "#!/bin/sh\n"+script+"\n", 0o755)
}

// Clone checks the remote out as a user would have it, and returns the folder.
func (r *Remote) Clone(t real.T, url string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), filepath.Base(Name))
	real.Output(t, "", r.env, "git", "clone", "-q", url, dir)
	if _, err := os.Stat(filepath.Join(dir, "repo.json")); err != nil {
		t.Fatalf("%v", err)
	}
	return dir
}
