package changelog

import (
	_ "crypto/sha1" // ids
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// twice is a hand of two steps for whatever is wanted.
func twice(c doc.Change) (string, []string) {
	if !c.Have.There() {
		return "", nil
	}
	return "about " + c.ID, []string{"do it", "and again"}
}

func karg(id string) doc.Change {
	return doc.Change{Subsystem: "karg", ID: id, Want: doc.Absent(), Have: doc.Has(doc.Attrs{}.Set("mode", "remove"))}
}

func TestOf(t *testing.T) {
	const want = `{
  "id": "karg-nosmt-force-23f27c66",
  "summary": "about nosmt=force",
  "steps": [
    {
      "id": "karg-nosmt-force-23f27c66-1",
      "text": "do it"
    },
    {
      "id": "karg-nosmt-force-23f27c66-2",
      "text": "and again"
    }
  ]
}
`
	e, needed := Of(karg("nosmt=force"), twice)
	b, err := e.Marshal()
	if err != nil || !needed || string(b) != want {
		t.Fatalf("%v, %v\n%s", needed, err, b)
	}
	if got, err := Parse("x", b); err != nil || got.ID != e.ID || len(got.Steps) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	end := karg("nosmt=force")
	end.Want, end.Have = end.Have, doc.Absent()
	if e, needed := Of(end, twice); needed {
		t.Errorf("%+v", e)
	}
}

// Only what becomes of which item counts: the rest of a change is how it was found.
func TestOfIsAPureFunctionOfTheItem(t *testing.T) {
	first, _ := Of(karg("x"), twice)
	c := karg("x")
	c.Class, c.Entry, c.Stage, c.Want, c.Action = doc.Uncaptured, "e1", doc.Proposed, doc.Side{}, doc.Update
	c.Have = doc.Has(doc.Attrs{}.Set("mode", "remove").Set("seen", true))
	if again, _ := Of(c, twice); again.ID != first.ID {
		t.Errorf("%s, then %s", first.ID, again.ID)
	}
	if p := Paths(c.Key()); p[0] != Path(first.ID) || p[1] == p[0] {
		t.Errorf("%q, and the entry is %s", p, first.ID)
	}
	c.Scope = "user"
	if again, _ := Of(c, twice); again.ID == first.ID {
		t.Error("a scope is part of an item's identity")
	}
}

func TestPathsAreFitForFiles(t *testing.T) {
	for name, want := range map[string]string{
		"nosmt":                    "karg-nosmt-",
		"Clipboard@tudmotu.com":    "karg-clipboard-tudmotu-com-",
		"--a__b--":                 "karg-a-b-",
		"é":                        "karg-",
		"@":                        "karg-",
		strings.Repeat("ab", 1000): "karg-" + strings.Repeat("ab", slugLength/2) + "-",
		"../../etc/passwd":         "karg-etc-passwd-",
	} {
		for _, p := range Paths(doc.Key{Subsystem: "karg", ID: name}) {
			base, ok := strings.CutPrefix(p, Dir+"/"+want)
			if !ok || len(base) != len("01234567.json") || doc.Path(p) != nil || !plain(strings.TrimSuffix(filepath.Base(p), ".json")) {
				t.Errorf("%q: %s", name, p)
			}
		}
	}
}

// good is an entry of one step.
func good(id string) string {
	return `{"id": "` + id + `", "summary": "s", "steps": [{"id": "` + id + `-1", "text": "t"}]}`
}

func TestRead(t *testing.T) {
	f := fstest.MapFS{}
	for name, text := range map[string]string{
		"b.json":       good("b"),
		"a.json":       `{"later": [1], "id": "a", "summary": "s", "steps": []}`,
		".gitkeep":     "",
		"README.md":    "x",
		"name.json":    good("other"),
		"cut.json":     `{"id": `,
		"double.json":  `{"id": "double", "id": "double", "summary": "s", "steps": []}`,
		"step.json":    `{"id": "step", "summary": "s", "step": []}`,
		"null.json":    `{"id": "null", "summary": "s", "steps": null}`,
		"text.json":    `{"id": "text", "summary": "s", "steps": [{"id": "text-1"}]}`,
		"bare.json":    `{"id": "bare", "summary": " ", "steps": []}`,
		"same.json":    `{"id": "same", "summary": "s", "steps": [{"id": "x", "text": "t"}, {"id": "x", "text": "t"}]}`,
		"taken.json":   `{"id": "taken", "summary": "s", "steps": [{"id": "b-1", "text": "t"}]}`,
		"option.json":  `{"id": "option", "summary": "s", "steps": [{"id": "-x", "text": "t"}]}`,
		"kind.json":    `{"id": 5, "summary": "s", "steps": []}`,
		"list.json":    `[]`,
		"empty.json":   "",
		"big.json":     strings.Repeat(" ", largest+1),
		"x.jsn":        good("x"),
		"a b.json":     good("x"),
		"x\x1b.json":   good("x"),
		"sub/sub.json": good("sub"),
	} {
		f["changelog/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	entries, odd := Read(f, "/at/")
	var ids, told []string
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	for _, err := range odd {
		told = append(told, err.Error())
	}
	if strings.Join(ids, " ") != "a b" || string(entries[0].Extra) != `{"later":[1]}` {
		t.Errorf("%q, %s", ids, entries[0].Extra)
	}
	want := strings.Split(strings.TrimSpace(`
/at/changelog/a b.json: not an entry: an id has letters, digits, dots, dashes and underscores
/at/changelog/bare.json: /summary: missing
cannot read '/at/changelog/big.json': it is larger than 1 MiB
/at/changelog/cut.json:1:8: the document is cut off
/at/changelog/double.json:1:18: duplicate key "id"
/at/changelog/empty.json:1:1: the document is cut off
/at/changelog/kind.json:1:8: /id: number does not belong here
/at/changelog/list.json:1:1: [ does not belong here
/at/changelog/name.json: /id: "other" is not the file's name
/at/changelog/null.json: /steps: missing
/at/changelog/option.json: /steps/0/id: "-x" is none
/at/changelog/same.json: /steps/1/id: "x" stands twice
/at/changelog/step.json: /steps: missing
/at/changelog/sub: not an entry: its name does not end in .json
/at/changelog/taken.json: /steps/0/id: changelog/b.json has the step "b-1", too
/at/changelog/text.json: /steps/0/text: missing
"/at/changelog/x\x1b.json": not an entry: an id has letters, digits, dots, dashes and underscores
/at/changelog/x.jsn: not an entry: its name does not end in .json`), "\n")
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

func TestReadOfNothing(t *testing.T) {
	if e, odd := Read(fstest.MapFS{}, ""); e != nil || odd != nil {
		t.Errorf("%v, %v", e, odd)
	}
	e, odd := Read(fstest.MapFS{"changelog": {Data: []byte("x")}}, "")
	if e != nil || len(odd) != 1 || !strings.HasPrefix(odd[0].Error(), "cannot read 'changelog': ") {
		t.Errorf("%v, %v", e, odd)
	}
}

// TestReadFollowsNoLinks: what the folder points at is not in the image.
func TestReadFollowsNoLinks(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "elsewhere"), good("link"))
	put(t, filepath.Join(dir, Dir, "a.json"), good("a"))
	if err := os.Symlink("../elsewhere", filepath.Join(dir, Dir, "link.json")); err != nil {
		t.Fatal(err)
	}
	e, odd := Read(os.DirFS(dir), "")
	if len(e) != 1 || len(odd) != 1 || odd[0].Error() != "changelog/link.json: not an entry: it is not a file" {
		t.Errorf("%v, %v", e, odd)
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// FuzzParse: nothing that is read can crash; what is read can be written, and is read as the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(good("a")))
	f.Add([]byte(`{"id": "a.b_c", "summary": "é\u0000", "steps": [], "later": {"x": [1e999]}}`))
	f.Add([]byte(`{"id": "a", "summary": "s", "steps": [{"id": "a-1", "text": "t", "later": null}]}`))
	f.Add([]byte(`{"id": "`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Parse("x", b)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("not one clean line: %q", err)
			}
			return
		}
		once, err := e.Marshal()
		if err != nil {
			t.Fatalf("read, and not writable: %v", err)
		}
		again, err := Parse("x", once)
		if err != nil {
			t.Fatalf("written, and not readable: %v", err)
		}
		if twice, err := again.Marshal(); err != nil || string(once) != string(twice) {
			t.Errorf("%v: wrote\n%s\nthen\n%s", err, once, twice)
		}
		if doc.Path(Path(e.ID)) != nil {
			t.Errorf("id %q", e.ID)
		}
		for _, s := range e.Steps {
			if !plain(s.ID) {
				t.Errorf("step %q", s.ID)
			}
		}
	})
}

// machine has released entries a, b and c, of one step each.
func machine(t *testing.T) *host.Host {
	t.Helper()
	h := &host.Host{Root: t.TempDir(), Env: map[string]string{"HOME": "/home/ada"}, UID: os.Getuid()}
	for _, id := range []string{"a", "b", "c"} {
		put(t, h.Path("/usr/share/bkt/changelog/"+id+".json"), good(id))
	}
	return h
}

// open are the ids of the steps that are left.
func open(t *testing.T, h *host.Host) string {
	t.Helper()
	s, err := Load(h)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, step := range s.Open() {
		out = append(out, step.ID)
	}
	return strings.Join(out, " ")
}
