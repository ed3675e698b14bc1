package flatpak

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

var _ interface {
	subsystem.Planner
	subsystem.Sifter
	subsystem.Blocker
} = Subsystem{}

func nowhere(string, string, string) (doc.Attrs, bool) { return nil, false }

func task(verb subsystem.Verb, i doc.Item, have doc.Side) subsystem.Task {
	return subsystem.Task{Verb: verb, Item: i, Have: have}
}

func TestSixtyAppsAreOneProcess(t *testing.T) {
	h, _ := machine(t)
	var got [][]string
	h.Runner = fake.Tool{Name: "flatpak", Do: func(c run.Cmd) (run.Result, error) {
		got = append(got, c.Argv)
		if c.Effect != run.Changes || c.Timeout.Minutes() < 30 || c.Stdin != nil {
			t.Errorf("%+v", c)
		}
		return run.Result{}, nil
	}}
	var tasks []subsystem.Task
	want := []string{"flatpak", "install", "--system", "-y", "--noninteractive", "local"}
	for n := range 60 {
		i := app("system", fmt.Sprintf("org.test.App%d", n), "local", "")
		delete(i.Attrs, branch)
		tasks = append(tasks, task(subsystem.Install, i, doc.Absent()))
		want = append(want, "app/"+i.ID+"/"+arches()[runtime.GOARCH]+"/stable")
	}
	if err := (Subsystem{}).Do(t.Context(), h, subsystem.View{Has: nowhere}, tasks); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || !slices.Equal(got[0], want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := (Subsystem{}).Do(t.Context(), h, subsystem.View{Has: nowhere}, nil); err != nil || len(got) != 1 {
		t.Errorf("nothing to do: %v, %q", err, got[1:])
	}
}

func TestAnotherArchitectureStays(t *testing.T) {
	h, dir := machine(t)
	var got []string
	h.Runner = fake.Tool{Name: "flatpak", Do: func(c run.Cmd) (run.Result, error) {
		got = append(got, strings.Join(c.Argv, " "))
		return run.Result{}, nil
	}}
	fake.Write(t, dir+"/user/app/org.test.Hello/riscv64/stable/active/metadata", "")
	if err := os.Symlink("riscv64/stable", dir+"/user/app/org.test.Hello/current"); err != nil {
		t.Fatal(err)
	}
	i := app("user", "org.test.Hello", "local", "stable")
	for _, other := range []doc.Item{app("user", "org.test.Hello", "second", "stable"), app("user", "org.test.Hello", "local", "beta")} {
		_ = (Subsystem{}).Do(t.Context(), h, subsystem.View{Has: nowhere}, []subsystem.Task{task(subsystem.Set, other, doc.Has(i.Attrs))})
	}
	_ = (Subsystem{}).Do(t.Context(), h, subsystem.View{Has: nowhere}, []subsystem.Task{task(subsystem.Remove, i, doc.Has(i.Attrs))})
	want := []string{
		"flatpak install --user -y --noninteractive --reinstall second app/org.test.Hello/riscv64/stable",
		"flatpak install --user -y --noninteractive local app/org.test.Hello/riscv64/beta",
		"flatpak uninstall --user -y --noninteractive --app app/org.test.Hello/riscv64/stable",
		"flatpak uninstall --user -y --noninteractive --app app/org.test.Hello/riscv64/stable",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestBatch(t *testing.T) {
	if got := (Subsystem{}).Batch(task(subsystem.Install, app("user", "a.b.c", "flathub", "stable"), doc.Absent())); got != "from flathub" {
		t.Errorf("got %q", got)
	}
}

func TestBlocked(t *testing.T) {
	const none = "no remote 'x' in the user installation, and no gpg_key to add it with"
	url := doc.Attrs{}.Set("url", "https://x.test")
	keyed := doc.Attrs{}.Set("url", "https://x.test").Set("gpg_key", "K")
	want := func(remote string) doc.Side { return doc.Has(app("user", "a.b.c", remote, "stable").Attrs) }
	for name, c := range map[string]struct {
		want, have doc.Side
		manifest   doc.Attrs
		here       map[string]doc.Attrs
		unseen     bool
		blocked    string
	}{
		"nobody looked":               {want: want("x"), have: doc.Absent(), unseen: true},
		"nobody knows it":             {want: want("x"), have: doc.Absent(), blocked: none},
		"everybody knows it":          {want: want("flathub"), have: doc.Absent()},
		"it is there":                 {want: want("x"), have: doc.Absent(), here: map[string]doc.Attrs{"user": url}},
		"it is there for others":      {want: want("x"), have: doc.Absent(), here: map[string]doc.Attrs{"system": url}, blocked: none},
		"there for others, verified":  {want: want("x"), have: doc.Absent(), here: map[string]doc.Attrs{"system": keyed}},
		"in the manifests":            {want: want("x"), have: doc.Absent(), manifest: keyed},
		"in the manifests, keyless":   {want: want("x"), have: doc.Absent(), manifest: url, blocked: none},
		"it is to move":               {want: want("x"), have: want("y"), blocked: none},
		"only something else changes": {want: want("x"), have: want("x")},
		"it is to go":                 {want: doc.Absent(), have: want("x")},
	} {
		v := subsystem.View{
			Has: func(sub, scope, id string) (doc.Attrs, bool) {
				a, ok := c.here[scope]
				return a, ok && sub == "flatpak-remote" && id == "x"
			},
			Manifests: subsystem.Manifests{Items: map[string][]doc.Item{}},
			Unknown:   func(sub string) bool { return c.unseen && sub == "flatpak-remote" },
		}
		if c.manifest != nil {
			v.Manifests.Items["flatpak-remote"] = []doc.Item{{ID: "x", Scope: "system", Attrs: c.manifest}}
		}
		change := doc.Change{Subsystem: Name, ID: "a.b.c", Scope: "user", Want: c.want, Have: c.have}
		if got := (Subsystem{}).Blocked(change, v); got != c.blocked {
			t.Errorf("%s: %q, want %q", name, got, c.blocked)
		}
	}
}

func TestSiftOfWhatNeedsNoRemote(t *testing.T) {
	h, _ := machine(t)
	h.Runner = fake.Idle(t, "flatpak")
	i := app("user", "a.b.c", "local", "stable")
	tasks := []subsystem.Task{task(subsystem.Remove, i, doc.Has(i.Attrs)), task(subsystem.Set, app("user", "a.b.c", "local", "stable", "--share=ipc"), doc.Has(i.Attrs))}
	for _, t1 := range tasks {
		if got, err := (Subsystem{}).Sift(t.Context(), h, subsystem.View{Has: nowhere}, []subsystem.Task{t1}); err != nil || len(got) > 0 {
			t.Errorf("got %v, %v", got, err)
		}
	}
}

func TestParseOffers(t *testing.T) {
	got, err := parseOffers([]byte(fake.Fixture(t, "remote-ls.txt")))
	want := map[string][]string{"org.test.Hello": {"beta", "stable"}, "org.test.OnlyBeta": {"beta"}, "org.test.World": {"stable"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, nothing := range []string{"", "\n"} {
		if got, err := parseOffers([]byte(nothing)); err != nil || len(got) > 0 {
			t.Errorf("got %v, %v", got, err)
		}
	}
	for text, want := range map[string]string{
		"a.b.c\tstable\nerror\n": "line 2: not an application",
		"\tstable\n":             "line 1: not an application",
		"a.b.c\tstable\tx\n":     "line 1: not an application",
		"a.b.c\t\xff\n":          "not UTF-8",
	} {
		if got, err := parseOffers([]byte(text)); got != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want %q", text, got, err, want)
		}
	}
}

func FuzzParseOffers(f *testing.F) {
	f.Add([]byte(fake.Fixture(f, "remote-ls.txt")))
	f.Add([]byte("a\tb\n\n\ta\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := parseOffers(b)
		if err != nil && got != nil {
			t.Error("apps beside an error")
		}
		n := 0
		for id, branches := range got {
			n += len(branches)
			for _, branch := range branches {
				if !branchName(branch) || !strings.Contains(string(b), id+"\t"+branch) {
					t.Errorf("%q %q", id, branch)
				}
			}
		}
		if err == nil && n != strings.Count(string(b), "\t") {
			t.Errorf("%d of %q", n, b)
		}
	})
}
