package karg

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

func subsystemManifests(items ...doc.Item) subsystem.Manifests {
	return subsystem.Manifests{Items: map[string][]doc.Item{Name: items}}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: "", empty: "",
		`{"kargs": {"append": ["b", "a", "b"], "remove": ["c=1"]}, "systemd": 1}`: "append b append a remove c=1",
		`{"kargs": {"remove": ["a b"]}}`:                                          `!x.json:1:23: kargs.remove: "a b" is not one kernel argument`,
		`{"kargs": {"append": ["root=x"]}}`:                                       `!x.json:1:23: kargs.append: kernel argument 'root=x' cannot be in a manifest: it says where this machine's system lies`,
		"{\"kargs\": {\"append\": [\"a\"],\n\"remove\": [\"a\"]}}":                `!x.json:2:12: 'a' is in kargs.remove and, at 1:23, in kargs.append`,
		`{"kargs": {"append": "a"}}`:                                              `!x.json:1:22: `,
		`{"kargs": []}`:                                                           `!x.json:1:11: `,
	} {
		items, err := Subsystem{}.Parse("x.json", []byte(text))
		var got []string
		for _, i := range items {
			got = append(got, i.Attrs.String("mode"), i.ID)
		}
		if bad, ok := strings.CutPrefix(want, "!"); ok {
			if err == nil || !strings.HasPrefix(err.Error(), bad) {
				t.Errorf("%s: %v, want %s", text, err, bad)
			}
		} else if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, %v, want %s", text, got, err, want)
		}
	}
}

func TestEdit(t *testing.T) {
	start := "{\n  \"kargs\": {\n    \"append\": [\n      \"a\",\n      \"c\"\n    ],\n    \"note\": 1\n  }\n}\n"
	set := func(id, mode string) subsystem.Edit { return subsystem.Edit{Item: arg(id, mode)} }
	gone := func(id string) subsystem.Edit { return subsystem.Edit{Item: doc.Item{ID: id}, Remove: true} }
	for _, c := range []struct {
		name  string
		edits []subsystem.Edit
		want  string
	}{
		{"true already", []subsystem.Edit{set("a", Append), set("c", Append)}, start},
		{"a new one", []subsystem.Edit{set("b", Append)}, strings.Replace(start, "\"a\",\n", "\"a\",\n      \"b\",\n", 1)},
		{"one goes", []subsystem.Edit{gone("a")}, strings.Replace(start, "      \"a\",\n", "", 1)},
		{"to the other list", []subsystem.Edit{set("c", Remove)},
			"{\n  \"kargs\": {\n    \"append\": [\n      \"a\"\n    ],\n    \"note\": 1,\n    \"remove\": [\n      \"c\"\n    ]\n  }\n}\n"},
	} {
		got, err := Subsystem{}.Edit("x.json", []byte(start), c.edits)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%s", c.name, err, got)
		}
	}
	got, err := Subsystem{}.Edit("x.json", []byte(start), []subsystem.Edit{gone("nosmt")})
	if err != nil || string(got) != start {
		t.Errorf("gone already: %s, %v", got, err)
	}
	if text := (Subsystem{}).Gone(arg("nosmt", Append)); !strings.HasSuffix(text, ": bkt-local change add karg 'nosmt' mode=remove") {
		t.Errorf("not ours: %v", err)
	}
	if _, err := (Subsystem{}).Edit("x.json", []byte(start), []subsystem.Edit{set("root=1", Append)}); err == nil {
		t.Error("a machine's own argument was written")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(empty))
	f.Add([]byte(`{"kargs": {"append": ["a", "b=\"c d\""], "remove": ["e"]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := Subsystem{}
		items, err := s.Parse("x", b)
		if err != nil {
			return
		}
		var edits []subsystem.Edit
		for _, i := range items {
			if s.Validate(i) != nil {
				t.Errorf("%v is not valid", i)
			}
			edits = append(edits, subsystem.Edit{Item: i})
		}
		if same, err := s.Edit("x", b, edits); err != nil || string(same) != string(b) {
			t.Errorf("%s: %v: what is true was written", same, err)
		}
	})
}

func TestRender(t *testing.T) {
	has := func(there ...string) func(string) bool {
		return func(p string) bool { return slices.Contains(there, p) }
	}
	for _, c := range []struct {
		name  string
		m     subsystem.Manifests
		file  string // "": none
		kargs []string
	}{
		{"nothing", subsystemManifests(), "", nil},
		{"nothing to append", subsystemManifests(arg("a", Remove)), "", nil},
		{"nothing any more", subsystem.Manifests{Has: has(file)}, "# Kernel arguments of this image. Managed by bkt.\nkargs = []\n", []string{}},
		{"another file", subsystem.Manifests{Has: has(folder + "/10-mine.toml")}, "", nil},
		{"some, in order", subsystemManifests(arg("b", Append), arg("x", Remove), arg(`a="c\ d"`, Append)),
			"# Kernel arguments of this image. Managed by bkt.\nkargs = [\n    \"b\",\n    \"a=\\\"c\\\\ d\\\"\",\n]\n", []string{"b", `a="c\ d"`}},
	} {
		out, err := Subsystem{}.Render(c.m)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if c.file == "" {
			if len(out.Files) != 0 || out.Sections[section] != "# No kernel arguments configured\n" {
				t.Errorf("%s: %v", c.name, out)
			}
			continue
		}
		if len(out.Files) != 1 || out.Files[0].Path != file || *out.Files[0].Content != c.file {
			t.Errorf("%s: %q", c.name, *out.Files[0].Content)
		}
		if got := out.Sections[section]; got != "COPY generated/kargs.d/50-bkt.toml /usr/lib/bootc/kargs.d/50-bkt.toml\n" {
			t.Errorf("%s: %q", c.name, got)
		}
		v, err := bootcs(*out.Files[0].Content)
		if err != nil || !slices.Equal(*v.Kargs, c.kargs) || v.MatchArchitectures != nil {
			t.Errorf("%s: bootc reads %v, %v", c.name, v, err)
		}
	}
	if _, err := bootcs("kargs = []\ndelete = []\n"); err == nil {
		t.Error("unknown keys are not refused: the test above proves nothing")
	}
	if _, err := (Subsystem{}).Render(subsystemManifests(arg("a\nb", Append))); err == nil {
		t.Error("an argument that is not valid was rendered")
	}
}

// ostree is an rpm-ostree that has these arguments for the next boot.
type ostree struct {
	fake.Tool
	changed []string
}

func newOstree(t *testing.T, next string) *ostree {
	o := &ostree{}
	o.Tool = fake.Tool{Name: "rpm-ostree", Do: func(c run.Cmd) (run.Result, error) {
		switch {
		case len(c.Argv) == 2 && c.Argv[1] == "kargs" && c.Effect == run.Reads:
			return run.Result{Stdout: []byte(next)}, nil
		case len(c.Argv) > 2 && c.Argv[1] == "kargs" && c.Effect == run.Changes:
			o.changed = append(o.changed, strings.Join(c.Argv[2:], " "))
			return run.Result{}, nil
		}
		t.Errorf("called %q", c.Argv)
		return run.Result{}, nil
	}}
	return o
}

func TestDo(t *testing.T) {
	task := func(id, mode string) subsystem.Task { return subsystem.Task{Item: arg(id, mode)} }
	for _, c := range []struct {
		name, next string
		tasks      []subsystem.Task
		want       string
	}{
		{"two at once", "root=1 a b=\"c d\" e\n", []subsystem.Task{task("a", Remove), task(`b="c d"`, Remove)}, `--delete-if-present=a --delete-if-present=b="c d"`},
		{"one is gone", "root=1 a\n", []subsystem.Task{task("a", Remove), task("b", Remove)}, "--delete-if-present=a"},
		{"an image's comes back", "root=1\n", []subsystem.Task{{Verb: subsystem.Remove, Item: arg("a", Remove)}}, "--append-if-missing=a"},
		{"and is back", "root=1 a\n", []subsystem.Task{{Verb: subsystem.Remove, Item: arg("a", Remove)}}, ""},
		{"all are gone from the next boot", "root=1 aa\n", []subsystem.Task{task("a", Remove)}, ""},
	} {
		o := newOstree(t, c.next)
		err := Subsystem{}.Do(t.Context(), &host.Host{Runner: o}, subsystem.View{}, c.tasks)
		if got := strings.Join(o.changed, "; "); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.name, got, err, c.want)
		}
	}
	o := newOstree(t, "a")
	for _, bad := range []subsystem.Task{task("a", Append), {Verb: subsystem.Remove, Item: arg("a", Append)}} {
		if err := (Subsystem{}).Do(t.Context(), &host.Host{Runner: o}, subsystem.View{}, []subsystem.Task{bad}); err == nil || o.changed != nil {
			t.Errorf("%v: %v, %v", bad, err, o.changed)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	broken := fake.Tool{Name: "rpm-ostree", Do: func(c run.Cmd) (run.Result, error) { return run.Result{}, ctx.Err() }}
	if err := (Subsystem{}).Do(ctx, &host.Host{Runner: broken}, subsystem.View{}, []subsystem.Task{task("a", Remove)}); err == nil {
		t.Error("rpm-ostree failed, and nobody said so")
	}
	for stderr, again := range map[string]bool{"error: Transaction in progress: upgrade": true, "error: No such thing": false} {
		busy := fake.Tool{Name: "rpm-ostree", Do: func(c run.Cmd) (run.Result, error) {
			if c.Effect == run.Reads {
				return run.Result{Stdout: []byte("a\n")}, nil
			}
			return run.Result{Code: 1}, &run.Error{Argv: c.Argv, Code: 1, Stderr: stderr}
		}}
		err := Subsystem{}.Do(t.Context(), &host.Host{Runner: busy}, subsystem.View{}, []subsystem.Task{task("a", Remove)})
		if err == nil || errors.Is(err, subsystem.ErrTryAgain) != again {
			t.Errorf("%s: %v", stderr, err)
		}
	}
}

func TestBlocked(t *testing.T) {
	image, plain := subsystem.View{Host: doc.Host{Image: &doc.Image{}}}, subsystem.View{}
	for want, c := range map[string]struct {
		v    subsystem.View
		mode string
	}{
		"": {image, Remove}, "only the image brings it": {image, Append}, "not an image-based system": {plain, Remove},
	} {
		dropped := doc.Change{Subsystem: Name, ID: "a", Want: doc.Absent(), Have: doc.Has(attrs(c.mode))}
		if got := (Subsystem{}).Blocked(dropped, c.v); got != want {
			t.Errorf("dropped: got %q, want %q", got, want)
		}
		if got := (Subsystem{}).Blocked(doc.Change{Subsystem: Name, ID: "a", Want: doc.Has(attrs(c.mode))}, c.v); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
