// Package flatpakrepo builds Flatpak repositories and installations without a
// network: real runtimes, apps, bundles and signatures, in folders of the test.
package flatpakrepo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"bkt/test/real"
)

// App is one application of a repository.
type App struct {
	ID      string
	Branch  string // "stable" when empty
	Runtime string // "org.test.Platform/1.0" when empty; 2.0 is there too
}

// Repo is an OSTree repository as flatpak serves it, with the runtimes
// org.test.Platform 1.0 and 2.0 and the apps it was built with.
type Repo struct {
	Dir  string // the repository itself
	Arch string // as in refs, x86_64
	work string
	env  []string
}

// Build makes a repository in dir, which must be empty or absent.
func Build(t real.T, dir, title string, apps ...App) *Repo {
	t.Helper()
	real.Need(t, "flatpak", "ostree")
	r := &Repo{Dir: filepath.Join(dir, "repo"), work: filepath.Join(dir, "work"), env: NewHome(t).Env}
	r.Arch = strings.TrimSpace(real.Output(t, "", r.env, "flatpak", "--default-arch"))
	if err := os.MkdirAll(r.work, 0o755); err != nil {
		t.Fatalf("%v", err)
	}
	real.Output(t, dir, r.env, "ostree", "init", "--mode=archive-z2", "--repo="+r.Dir)
	r.runtime(t, "org.test.Platform", "1.0")
	r.runtime(t, "org.test.Platform", "2.0")
	for _, a := range apps {
		r.export(t, a)
	}
	real.Output(t, dir, r.env, "flatpak", "build-update-repo", "--title="+title, "--default-branch=stable", r.Dir)
	return r
}

// URL is what a remote of this repository points to.
func (r *Repo) URL() string { return "file://" + r.Dir }

// Ref is the whole ref of an app, on the branch stable.
func (r *Repo) Ref(id string) string { return "app/" + id + "/" + r.Arch + "/stable" }

// Add puts one more app, or one more commit of it, into the repository.
func (r *Repo) Add(t real.T, a App) {
	t.Helper()
	r.export(t, a)
	real.Output(t, r.work, r.env, "flatpak", "build-update-repo", r.Dir)
}

// Bundle writes one app as a single file and returns its path.
func (r *Repo) Bundle(t real.T, id string) string {
	t.Helper()
	path := filepath.Join(r.work, id+".flatpak")
	real.Output(t, r.work, r.env, "flatpak", "build-bundle", r.Dir, path, id, "stable")
	return path
}

func (r *Repo) runtime(t real.T, id, branch string) {
	t.Helper()
	dir := filepath.Join(r.work, "rt-"+branch)
	real.Write(t, filepath.Join(dir, "files", "stamp"), id+" "+branch+"\n", 0o644)
	self := id + "/" + r.Arch + "/" + branch
	real.Write(t, filepath.Join(dir, "metadata"), fmt.Sprintf("[Runtime]\nname=%s\nruntime=%s\nsdk=%s\n", id, self, self), 0o644)
	real.Output(t, r.work, r.env, "flatpak", "build-export", "--no-update-summary", "--runtime", "--files=files", r.Dir, dir, branch)
}

func (r *Repo) export(t real.T, a App) {
	t.Helper()
	if a.Branch == "" {
		a.Branch = "stable"
	}
	if a.Runtime == "" {
		a.Runtime = "org.test.Platform/1.0"
	}
	id, version, _ := strings.Cut(a.Runtime, "/")
	runtime := id + "/" + r.Arch + "/" + version
	dir, err := os.MkdirTemp(r.work, "app-")
	if err != nil {
		t.Fatalf("%v", err)
	}
	real.Write(t, filepath.Join(dir, "metadata"), fmt.Sprintf("[Application]\nname=%s\nruntime=%s\nsdk=%s\ncommand=hello\n", a.ID, runtime, runtime), 0o644)
	real.Write(t, filepath.Join(dir, "files", "bin", "hello"), "#!/bin/sh\necho "+filepath.Base(dir)+"\n", 0o755)
	real.Write(t, filepath.Join(dir, "export", "share", "applications", a.ID+".desktop"),
		"[Desktop Entry]\nType=Application\nName="+a.ID+"\nExec=hello\n", 0o644)
	real.Output(t, r.work, r.env, "flatpak", "build-export", "--no-update-summary", r.Dir, dir, a.Branch)
}
