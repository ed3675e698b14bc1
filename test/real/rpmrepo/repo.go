// Package rpmrepo builds rpm repositories without a network and installs from
// them into a root of the test, with the real rpm and the real dnf.
package rpmrepo

import (
	"fmt"
	"path/filepath"
	"strings"

	"bkt/test/real"
)

// Package is one noarch package of a repository: a file, a version, and what it
// needs.
type Package struct {
	Name       string
	Version    string // "1.0" when empty
	Requires   []string
	Recommends []string // dnf brings them along, unless they are excluded
	Provides   []string
}

// Repo is an rpm repository.
type Repo struct{ Dir string }

// Build makes a repository in dir. All packages come out of one spec file: 8 ms
// each, where a build of its own takes 100.
func Build(t real.T, dir string, packages ...Package) *Repo {
	t.Helper()
	real.Need(t, "rpmbuild", "createrepo_c")
	r := &Repo{Dir: filepath.Join(dir, "rpms")}
	work := t.TempDir()
	spec := filepath.Join(work, "all.spec")
	real.Write(t, spec, specOf(packages), 0o644)
	real.Write(t, filepath.Join(r.Dir, ".keep"), "", 0o644)
	env := real.Env(work)
	real.Output(t, work, env, "rpmbuild", "-bb", "--quiet",
		"--define", "_topdir "+filepath.Join(work, "top"),
		"--define", "_rpmdir "+r.Dir,
		"--define", "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm", spec)
	real.Output(t, work, env, "createrepo_c", "-q", r.Dir)
	return r
}

// URL is the repository's baseurl.
func (r *Repo) URL() string { return "file://" + r.Dir }

// RPM is the path of a package that was built without a version of its own.
func (r *Repo) RPM(name string) string {
	return filepath.Join(r.Dir, name+"-1.0-1.noarch.rpm")
}

func specOf(packages []Package) string {
	var head, files, install strings.Builder
	head.WriteString("Name: all\nVersion: 1.0\nRelease: 1\nSummary: all\nLicense: MIT\nBuildArch: noarch\n%description\nall\n")
	install.WriteString("%install\n")
	for _, p := range packages {
		version := p.Version
		if version == "" {
			version = "1.0"
		}
		fmt.Fprintf(&head, "%%package -n %s\nVersion: %s\nSummary: %s\n", p.Name, version, p.Name)
		for _, name := range p.Requires {
			fmt.Fprintf(&head, "Requires: %s\n", name)
		}
		for _, name := range p.Recommends {
			fmt.Fprintf(&head, "Recommends: %s\n", name)
		}
		for _, name := range p.Provides {
			fmt.Fprintf(&head, "Provides: %s\n", name)
		}
		fmt.Fprintf(&head, "%%description -n %s\ntest\n", p.Name)
		path := "/usr/share/rpmrepo/" + p.Name
		fmt.Fprintf(&install, "mkdir -p %%{buildroot}/usr/share/rpmrepo\necho %s > %%{buildroot}%s\n", version, path)
		fmt.Fprintf(&files, "%%files -n %s\n%s\n", p.Name, path)
	}
	return head.String() + install.String() + files.String()
}
