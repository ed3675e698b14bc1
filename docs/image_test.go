package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bkt/test/imagetree"
)

var (
	// ours are paths of the image that are bkt's.
	ours = regexp.MustCompile(`/(?:usr|etc)/[A-Za-z0-9_./-]*\b(?:bkt|bootc-(?:apply|bootstrap))\b[A-Za-z0-9_./-]*`)
	// manual is a page that a unit names.
	manual = regexp.MustCompile(`\bman:([a-z-]+)\(([1-8])\)`)
	// executed is what a unit runs.
	executed = regexp.MustCompile(`(?m)^Exec[A-Za-z]*=(/.*)$`)
)

// theirs are paths that look like ours, and are not in an image.
var theirs = map[string]string{
	"/usr/lib/bootc/kargs.d/50-bkt.toml": "written where there are kernel arguments",
	"/usr/share/bkt/changelog":           "copied where there is one",
	"/etc/pki/rpm-gpg/bkt":               "copied where a repository has a key",
}

// image is the example distribution's, as far as it is ours.
func image(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	project, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	built := t.TempDir() // without the porcelain, which has a line of its own
	for _, name := range names(t) {
		if err := os.Symlink(filepath.Join(programs, name), filepath.Join(built, name)); err != nil {
			t.Fatal(err)
		}
	}
	imagetree.Build(t, imagetree.Source{Project: project, Programs: built, Commit: strings.Repeat("a", 40), Date: "2030-01-01T00:00:00Z"}, dir)
	return imagetree.List(t, dir)
}

// Every path of ours that a unit, a program, the porcelain, a document or a page names is in
// the image.
func TestPathsAreInTheImage(t *testing.T) {
	files := image(t)
	found := map[string]bool{}
	for where, text := range texts(t) {
		paths := ours.FindAllString(text, -1)
		for _, m := range manual.FindAllStringSubmatch(text, -1) {
			paths = append(paths, "/usr/share/man/man"+m[2]+"/"+m[1]+"."+m[2])
		}
		for _, m := range executed.FindAllStringSubmatch(text, -1) {
			paths = append(paths, strings.Fields(m[1])[0])
		}
		for _, p := range paths {
			p = strings.TrimRight(p, "/.")
			if theirs[p] != "" {
				continue
			}
			found[p] = true
			if !slices.Contains(files, p) {
				t.Errorf("%s: '%s' is not in the image", where, p)
			}
		}
	}
	for _, p := range []string{"/usr/bin/bkt-apply", "/usr/share/bkt/manifests", "/usr/share/bkt/repo.json", "/usr/share/man/man1/bkt-apply.1"} {
		if !found[p] {
			t.Errorf("nothing names '%s': is this test blind?", p)
		}
	}
}

// The services are enabled in the image, and what they run takes what they say.
func TestServicesRun(t *testing.T) {
	files := image(t)
	n := 0
	for _, path := range services(t) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range executed.FindAllStringSubmatch(string(b), -1) {
			n++
			argv := strings.Fields(m[1])
			program := filepath.Base(argv[0])
			_, flags := source(t, program)
			for _, f := range mentioned(m[1]) {
				if !slices.Contains(flags, f) {
					t.Errorf("%s: %s has no --%s", path, program, f)
				}
			}
			out, err := exec.Command(filepath.Join(programs, program), append(argv[1:], "--help")...).CombinedOutput()
			if err != nil || !strings.HasPrefix(string(out), "usage: "+program) {
				t.Errorf("%s: %s --help: %v\n%s", path, m[1], err, out)
			}
		}
	}
	if n < 2 {
		t.Errorf("only %d services: is this test blind?", n)
	}
	for _, link := range []string{"/etc/systemd/system/multi-user.target.wants/bootc-apply.service",
		"/etc/systemd/user/graphical-session.target.wants/bootc-bootstrap.service"} {
		if !slices.Contains(files, link) {
			t.Errorf("the image has no %s", link)
		}
	}
}
