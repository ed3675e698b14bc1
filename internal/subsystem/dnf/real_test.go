package dnf_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
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

// counted is a Runner that counts the programs that it starts.
type counted struct {
	run.Runner
	n int
}

func (c *counted) Run(ctx context.Context, cmd run.Cmd) (run.Result, error) {
	c.n++
	return c.Runner.Run(ctx, cmd)
}

// names are the packages that a root has.
func names(t *testing.T, root *rpmrepo.Root) string {
	l := strings.Fields(root.RPM(t, "-qa", "--qf", "%{NAME}\n"))
	slices.Sort(l)
	return strings.Join(l, " ")
}

// TestDoWithRealTools: one missing package among ten costs two processes more, and a removal takes nothing else along.
func TestDoWithRealTools(t *testing.T) {
	var pkgs []rpmrepo.Package
	var tasks []subsystem.Task
	for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "missing", "i"} {
		want := doc.Item{Subsystem: dnf.Name, ID: n, Attrs: doc.Attrs{}.Set("mode", dnf.Install)}
		tasks = append(tasks, subsystem.Task{Verb: subsystem.Install, Item: want, Have: doc.Absent()})
		if n != "missing" {
			pkgs = append(pkgs, rpmrepo.Package{Name: n, Requires: []string{"lib"}})
		}
	}
	repo := rpmrepo.Build(t, t.TempDir(), append(pkgs, rpmrepo.Package{Name: "lib"}, rpmrepo.Package{Name: "theirs", Requires: []string{"b"}})...)
	root := rpmrepo.NewRoot(t)
	root.AddRepo(t, "mine.repo", "mine", repo)
	env := append(slices.Clone(root.Env), "PATH="+root.Wrappers(t)+":"+os.Getenv("PATH"))
	tools := &counted{Runner: &run.Exec{Env: env}}
	h := &host.Host{Runner: tools}
	v := subsystem.View{Has: func(_, _, _ string) (doc.Attrs, bool) { return nil, false }}

	if err := (dnf.Subsystem{}).Do(t.Context(), h, v, tasks); err == nil {
		t.Fatal("a package that does not exist was installed")
	}
	why, err := dnf.Subsystem{}.Sift(t.Context(), h, v, tasks)
	if err != nil || len(why) != 1 || why[tasks[8].Item.Key()] != "no repository here offers it" {
		t.Fatal(why, err)
	}
	tasks = slices.Delete(tasks, 8, 9)
	if err := (dnf.Subsystem{}).Do(t.Context(), h, v, tasks); err != nil || tools.n != 3 {
		t.Fatalf("%d processes, %v", tools.n, err)
	}
	if got := names(t, root); got != "a b c d e f g h i lib" {
		t.Fatal(got)
	}

	root.DNF(t, "install", "theirs")
	remove := func(ids ...string) error {
		var l []subsystem.Task
		for _, task := range tasks {
			if slices.Contains(ids, task.Item.ID) {
				l = append(l, subsystem.Task{Verb: subsystem.Remove, Item: task.Item, Have: doc.Has(task.Item.Attrs)})
			}
		}
		return dnf.Subsystem{}.Do(t.Context(), h, v, l)
	}
	if err := remove("a", "b"); err == nil || err.Error() != "b is needed by theirs" {
		t.Errorf("what somebody else's package needs: %v", err)
	}
	if err := remove("a", "c", "d", "e", "f", "g", "h", "i"); err != nil {
		t.Error(err)
	}
	if err := remove("a", "c"); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if got := names(t, root); got != "b lib theirs" {
		t.Error(got)
	}
	root.RPM(t, "-e", "theirs")
	if err := remove("b"); err != nil {
		t.Error(err)
	}
	if got := names(t, root); got != "lib" { // it came along, and somebody may have begun to use it
		t.Error(got)
	}
}
