// Package local runs what a person types: bkt and its hooks in real shells, with real flatpak, dnf
// and git, from the first change to the pull request.
package local

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
	"bkt/test/real/rpmrepo"
	"bkt/test/user"
)

// bin has the programs and the porcelain, built once.
var bin string

// What there is to install, built once, and an empty distribution.
var (
	apps         *flatpakrepo.Repo
	rpms         *rpmrepo.Repo
	template     *rpmrepo.Root
	distribution fs.FS
)

func TestMain(m *testing.M) {
	if os.Getuid() == 0 {
		os.Exit(user.Become())
	}
	os.Exit(suite(m))
}

func suite(m *testing.M) int {
	s := &real.Suite{}
	defer s.Clear()
	real.Need(s, "bash", "zsh", "fish", "bwrap", "git", "go")
	bin = s.TempDir()
	real.Output(s, "../../..", append(os.Environ(), "CGO_ENABLED=0"), "go", "build", "-o", bin+"/", "./cmd/...")
	porcelain, err := os.ReadFile("../../../shell/bkt")
	if err != nil {
		s.Fatalf("%v", err)
	}
	real.Write(s, filepath.Join(bin, "bkt"), string(porcelain), 0o755)
	apps = flatpakrepo.Build(s, s.TempDir(), "One", flatpakrepo.App{ID: "org.gnome.Boxes"}, flatpakrepo.App{ID: "org.test.Hello"}, flatpakrepo.App{ID: "org.test.World"})
	rpms = rpmrepo.Build(s, s.TempDir(), rpmrepo.Package{Name: "libtop"}, rpmrepo.Package{Name: "htop", Requires: []string{"libtop"}},
		rpmrepo.Package{Name: "neovim"}, rpmrepo.Package{Name: "tmux"})
	template = rpmrepo.NewRoot(s)
	template.AddRepo(s, "fedora.repo", "fedora", rpms)
	template.DNF(s, "makecache")
	dir := s.TempDir()
	real.Write(s, filepath.Join(dir, "Containerfile"), "FROM quay.io/fedora/fedora-bootc:42\n\nRUN bootc container lint\n", 0o644)
	real.Write(s, filepath.Join(dir, "repo.json"), `{"owner": "ada", "name": "d", "url": "https://forge.example.test/ada/d", "default_branch": "main"}`+"\n", 0o644)
	real.Output(s, dir, real.Env(dir), bin+"/bkt-cfgen", "--repo", dir, "--init", "--write")
	distribution = os.DirFS(dir)
	return m.Run()
}
