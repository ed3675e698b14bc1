package rpmrepo

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"bkt/test/real"
)

// Root is the root folder of a machine in package mode: an rpm database, dnf's
// history, repositories. Nothing of the host is read or written.
type Root struct {
	Dir string   // what --root, --installroot get
	Env []string // whole; a program under test that runs dnf or rpm gets it too
}

// releasever keeps dnf from asking the (absent) system-release package.
const releasever = "--releasever=42"

// osRelease is that of the system that the root plays.
const osRelease = `NAME="Fedora Linux"
ID=fedora
VERSION_ID=42
VERSION="42 (Workstation Edition)"
PRETTY_NAME="Fedora Linux 42 (Workstation Edition)"
VARIANT="Workstation Edition"
VARIANT_ID=workstation
`

// NewRoot makes an empty root that knows the repositories of no host.
func NewRoot(t real.T) *Root {
	t.Helper()
	real.Need(t, "dnf", "rpm", "unshare")
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	r := &Root{Dir: filepath.Join(dir, "root"), Env: real.Env(home)}
	// Debian's rpm keeps its database in $HOME; Fedora's path is wanted.
	real.Write(t, filepath.Join(home, ".rpmmacros"), "%_dbpath /usr/lib/sysimage/rpm\n", 0o644)
	real.Write(t, filepath.Join(r.Dir, "usr/lib/os-release"), osRelease, 0o644)
	real.Write(t, filepath.Join(r.Dir, "etc/os-release"), osRelease, 0o644)
	if err := os.MkdirAll(filepath.Join(r.Dir, "etc/yum.repos.d"), 0o755); err != nil {
		t.Fatalf("%v", err)
	}
	real.Output(t, "", r.Env, real.AsRoot("rpm", "--root="+r.Dir, "--initdb")...)
	return r
}

// AddRepo makes a repository known under an id, by FILE in etc/yum.repos.d.
func (r *Root) AddRepo(t real.T, file, id string, repo *Repo) {
	t.Helper()
	real.Write(t, filepath.Join(r.Dir, "etc/yum.repos.d", file),
		fmt.Sprintf("[%s]\nname=%s\nbaseurl=%s\nenabled=1\ngpgcheck=0\n", id, id, repo.URL()), 0o644)
}

// DNF runs dnf as root on the root and returns what it printed.
func (r *Root) DNF(t real.T, args ...string) string {
	t.Helper()
	return real.Output(t, r.Dir, r.Env, r.dnf(args...)...)
}

// RPM runs rpm as root on the root and returns what it printed.
func (r *Root) RPM(t real.T, args ...string) string {
	t.Helper()
	return real.Output(t, r.Dir, r.Env, real.AsRoot(append([]string{"rpm", "--root=" + r.Dir}, args...)...)...)
}

// dnf's plugin "local" of Debian would copy every package onto the host.
func (r *Root) dnf(args ...string) []string {
	return real.AsRoot(append([]string{"dnf", "--installroot=" + r.Dir, releasever, "--disableplugin=local", "-y", "-q"}, args...)...)
}

// Wrappers makes a folder with a dnf and an rpm that act on the root whatever
// they are called with, and returns it: first on PATH, it makes plain calls,
// in a script that shows them, mean this machine.
func (r *Root) Wrappers(t real.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, argv := range map[string][]string{
		"dnf": {"--installroot=" + r.Dir, releasever, "--disableplugin=local"},
		"rpm": {"--root=" + r.Dir},
	} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatalf("%v", err)
		}
		argv = real.AsRoot(append([]string{path}, argv...)...)
		home := strings.TrimSuffix(r.Dir, "/root") + "/home"
		script := "#!/bin/sh\nHOME='" + home + "' exec '" + strings.Join(argv, "' '") + "' \"$@\"\n"
		real.Write(t, filepath.Join(dir, name), script, 0o755)
	}
	return dir
}
