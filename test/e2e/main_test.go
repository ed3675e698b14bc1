// Package e2e runs the programs as a user would: whole, in pipes, on a machine
// with real dnf, rpm and Flatpak, towards real git remotes and with the real gh.
package e2e

import (
	"os"
	"testing"

	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
	"bkt/test/real/rpmrepo"
	"bkt/test/user"
)

// bin has the programs, built once.
var bin string

// What there is to install, built once.
var (
	one, two *flatpakrepo.Repo
	bundle   string // of org.other.Loose, which is in no remote
	rpms     *rpmrepo.Repo
	template *rpmrepo.Root // with htop, which the seed names, and neovim
)

func TestMain(m *testing.M) {
	if name := os.Getenv(becomes); name != "" {
		become(name, os.Args[1:])
	}
	if os.Getuid() == 0 {
		os.Exit(user.Become())
	}
	os.Exit(suite(m))
}

// suite builds what the tests share, runs them, and clears up.
func suite(m *testing.M) int {
	s := &real.Suite{}
	defer s.Clear()
	real.Need(s, "bash", "jq", "git", "go")
	bin = s.TempDir()
	env := append(os.Environ(), "CGO_ENABLED=0")
	real.Output(s, "../..", env, "go", "build", "-o", bin+"/", "./cmd/...")
	one = flatpakrepo.Build(s, s.TempDir(), "One", flatpakrepo.App{ID: "org.test.Hello"}, flatpakrepo.App{ID: "org.test.World"},
		flatpakrepo.App{ID: "org.gnome.Maps"}, flatpakrepo.App{ID: "org.gnome.Boxes"})
	two = flatpakrepo.Build(s, s.TempDir(), "Two", flatpakrepo.App{ID: "org.other.Tool"})
	loose := flatpakrepo.Build(s, s.TempDir(), "Loose", flatpakrepo.App{ID: "org.other.Loose"})
	bundle = loose.Bundle(s, "org.other.Loose")
	rpms = rpmrepo.Build(s, s.TempDir(), rpmrepo.Package{Name: "libtop"}, rpmrepo.Package{Name: "htop", Requires: []string{"libtop"}},
		rpmrepo.Package{Name: "neovim"}, rpmrepo.Package{Name: "tmux"}, rpmrepo.Package{Name: "local"})
	template = rpmrepo.NewRoot(s)
	template.AddRepo(s, "fedora.repo", "fedora", rpms)
	template.DNF(s, "install", "htop", "neovim")
	return m.Run()
}
