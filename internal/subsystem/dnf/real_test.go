package dnf_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem/dnf"
	"bkt/test/real/rpmrepo"
)

// TestCaptureWithRealTools asks the dnf and rpm of this machine about a root that they made.
func TestCaptureWithRealTools(t *testing.T) {
	repo := rpmrepo.Build(t, t.TempDir(),
		rpmrepo.Package{Name: "lib"},
		rpmrepo.Package{Name: "htop", Requires: []string{"lib"}, Provides: []string{"top-like", "libtop.so.1", "top(x)"}},
		rpmrepo.Package{Name: "loose"},
		rpmrepo.Package{Name: "raw"},
	)
	root := rpmrepo.NewRoot(t)
	root.AddRepo(t, "mine.repo", "mine", repo)
	root.DNF(t, "install", "htop", repo.RPM("loose"))
	root.RPM(t, "-i", repo.RPM("raw"))
	env := append(slices.Clone(root.Env), "PATH="+root.Wrappers(t)+":"+os.Getenv("PATH"))
	h := &host.Host{Root: root.Dir, Runner: run.ReadOnly{Runner: &run.Exec{Env: env}}}

	f, err := dnf.Subsystem{}.Capture(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range f.Items {
		got = append(got, "item "+i.ID+" "+i.Attrs.String("mode")+" "+i.Attrs.String("repo"))
	}
	for _, u := range f.Unmanaged {
		got = append(got, "unmanaged "+u.ID+" "+u.Reason)
	}
	for _, p := range f.Present {
		got = append(got, "present "+p.ID+" "+p.Attrs.String("by"))
	}
	want := []string{
		"item htop install mine", "unmanaged loose installed from a local rpm", "unmanaged raw not installed by dnf",
		"present lib ", "present loose ", "present raw ", "present top-like htop",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
