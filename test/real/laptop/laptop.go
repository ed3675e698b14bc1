// Package laptop is one machine in package mode, made of real parts: an rpm
// database with dnf, both installations of Flatpak, and a home. It lies in a
// folder of the test, to be looked at with --root.
package laptop

import (
	"os"
	"path/filepath"
	"strings"

	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
	"bkt/test/real/rpmrepo"
)

// Laptop is the machine.
type Laptop struct {
	Root    *rpmrepo.Root
	Flatpak *flatpakrepo.Home
	Env     []string // whole: with a dnf and an rpm first on PATH that act on Root
}

// New makes a machine with nothing on it. It has the name and the boot id of
// this one, so that what a program knows of "this machine" holds for it.
//
// The home and Flatpak's folders are at the same path inside the root as
// outside, by a link, since --root stands before every path of the machine.
func New(t real.T) *Laptop {
	t.Helper()
	l := &Laptop{Root: rpmrepo.NewRoot(t), Flatpak: flatpakrepo.NewHome(t)}
	l.link(t, filepath.Dir(l.Flatpak.Dir))
	for _, path := range []string{"/proc/sys/kernel/hostname", "/proc/sys/kernel/random/boot_id"} {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v", err)
		}
		real.Write(t, l.Root.Dir+path, string(b), 0o644)
	}
	l.Env = append(l.Flatpak.Env, "PATH="+l.Root.Wrappers(t)+":"+os.Getenv("PATH")+":/usr/sbin:/sbin")
	return l
}

// link makes a folder appear at its own path inside the root.
func (l *Laptop) link(t real.T, dir string) {
	t.Helper()
	at := filepath.Join(l.Root.Dir, dir)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatalf("%v", err)
	}
	if err := os.Symlink(dir, at); err != nil {
		t.Fatalf("%v", err)
	}
}

// Prepend puts a folder first on the machine's PATH.
func (l *Laptop) Prepend(dir string) {
	for i, kv := range l.Env {
		if path, ok := strings.CutPrefix(kv, "PATH="); ok {
			l.Env[i] = "PATH=" + dir + ":" + path
		}
	}
}
