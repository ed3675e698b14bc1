package rpmrepo

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/test/real"
)

func machine(t *testing.T) *Root {
	repo := Build(t, t.TempDir(),
		Package{Name: "lib"},
		Package{Name: "htop", Version: "3.3", Requires: []string{"lib"}, Provides: []string{"top-like"}},
		Package{Name: "neovim"},
	)
	root := NewRoot(t)
	root.AddRepo(t, "local.repo", "local", repo)
	return root
}

func fields(s string) []string {
	f := strings.Fields(s)
	slices.Sort(f)
	return f
}

func TestUserInstalledAndDependencyAreToldApart(t *testing.T) {
	root := machine(t)
	root.DNF(t, "install", "htop")
	if got := fields(root.DNF(t, "repoquery", "--userinstalled", "--qf", `%{name}\n`)); !slices.Equal(got, []string{"htop"}) {
		t.Errorf("user-installed = %q", got)
	}
	if got := fields(root.RPM(t, "-qa", "--nodigest", "--nosignature", "--qf", `%{NAME}\n`)); !slices.Equal(got, []string{"htop", "lib"}) {
		t.Errorf("installed = %q", got)
	}
	if got := root.RPM(t, "-q", "--whatprovides", "top-like"); got != "htop-3.3-1.noarch\n" {
		t.Errorf("provides = %q", got)
	}
	if _, err := os.Stat(filepath.Join(root.Dir, "usr/share/rpmrepo/htop")); err != nil {
		t.Error(err)
	}
}

// The way of bkt: plain argv with the root named, as whoever runs the test.
func TestReadWithoutRoot(t *testing.T) {
	root := machine(t)
	root.DNF(t, "install", "neovim")
	got := real.Output(t, "", root.Env, "dnf", "--installroot="+root.Dir, "-q", "repoquery", "--userinstalled", "--qf", `%{name}\n`)
	if !slices.Equal(fields(got), []string{"neovim"}) {
		t.Errorf("dnf: %q", got)
	}
	if got := real.Output(t, "", root.Env, "rpm", "--root="+root.Dir, "-qa", "--qf", `%{NAME}\n`); got != "neovim\n" {
		t.Errorf("rpm: %q", got)
	}
}

func TestWrappersActOnTheRoot(t *testing.T) {
	root := machine(t)
	env := append(slices.Clone(root.Env), "PATH="+root.Wrappers(t)+":"+os.Getenv("PATH"))
	real.Output(t, "", env, "sh", "-c", "dnf -y -q install htop && dnf -y -q remove htop && dnf -y -q install neovim")
	if got := real.Output(t, "", env, "sh", "-c", `rpm -qa --qf '%{NAME}\n'`); got != "neovim\n" {
		t.Errorf("rpm -qa = %q", got)
	}
}

func TestUnknownPackageFails(t *testing.T) {
	root := machine(t)
	_, stderr, err := real.Try("", root.Env, root.dnf("install", "nonesuch")...)
	if err == nil || !strings.Contains(stderr, "nonesuch") {
		t.Errorf("err = %v, stderr %q", err, stderr)
	}
}

func TestEmptyRootHasAnEmptyDatabase(t *testing.T) {
	root := NewRoot(t)
	if got := real.Output(t, "", root.Env, "rpm", "--root="+root.Dir, "-qa"); got != "" {
		t.Errorf("rpm -qa = %q", got)
	}
}
