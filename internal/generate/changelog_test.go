package generate_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"bkt/internal/changelog"
	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/generate"
	"bkt/internal/registry"
)

// kept is a distribution with kernel arguments, extensions and a changelog; edits as tree's.
func kept(edits map[string]string) fstest.MapFS {
	all := map[string]string{
		"Containerfile": "FROM base\n\n# === KERNEL_ARGUMENTS (managed by bkt) ===\n# No kernel arguments configured\n# === END KERNEL_ARGUMENTS ===\n\n" +
			"# === MANIFESTS (managed by bkt) ===\nCOPY manifests/ /usr/share/bkt/manifests/\nCOPY changelog/ /usr/share/bkt/changelog/\n" + source + "# === END MANIFESTS ===\n",
		"manifests/system-packages.json":  "",
		"manifests/host-shims.json":       "",
		"manifests/system-config.json":    "{\n  \"kargs\": {\n    \"append\": [],\n    \"remove\": []\n  }\n}\n",
		"manifests/gnome-extensions.json": "{\n  \"extensions\": []\n}\n",
		"changelog/README.md":             "What needs a hand.\n",
	}
	for p, text := range edits {
		all[p] = text
	}
	return tree(all)
}

const source = `ARG BKT_COMMIT=
ARG BKT_DATE=
RUN printf '{"commit": "%s", "date": "%s"}\n' "$BKT_COMMIT" "$BKT_DATE" > /usr/share/bkt/source.json
LABEL dev.bkt.commit="$BKT_COMMIT"
`

func karg(id, mode string) doc.Change {
	have := doc.Absent()
	if mode != "" {
		have = doc.Has(doc.Attrs{}.Set("mode", mode))
	}
	return doc.Change{Action: doc.Add, Subsystem: "karg", ID: id, Have: have}
}

func extension(id string, on bool) doc.Change {
	return doc.Change{Action: doc.Add, Class: doc.Uncaptured, Subsystem: "extension", ID: id, Want: doc.Absent(),
		Have: doc.Has(doc.Attrs{}.Set("enabled", on))}
}

// entries are the paths of the changelog's files in a tree, but its README.
func entries(t *testing.T, f fstest.MapFS) string {
	t.Helper()
	l, err := fs.Glob(f, "changelog/*")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range l {
		if name := strings.TrimPrefix(p, "changelog/"); name != "README.md" {
			out = append(out, name)
		}
	}
	return strings.Join(out, " ")
}

func TestChangesThatNeedAHandAreEntries(t *testing.T) {
	src := kept(nil)
	after := with(src, must(t, src, karg("nosmt", "remove"), karg("quiet=1", "append"), extension("a@b.c", true), extension("off@b.c", false)).Files)
	const want = "extension-a-b-c-8f9a1e45.json karg-nosmt-361bf61d.json"
	if got := entries(t, after); got != want {
		t.Errorf("entries: %s, want %s", got, want)
	}
	l, odd := changelog.Read(after, "")
	if len(l) != 2 || odd != nil || l[1].Summary != "kernel argument nosmt: no image takes it away; on each machine `bkt apply` does, and a reboot" ||
		l[1].Steps[0].Text != "kernel argument nosmt: `bkt apply` takes it away; then reboot" ||
		l[0].Steps[0].Text != "extension a@b.c: once it is installed, log out and in again" {
		t.Errorf("%+v, %v", l, odd)
	}
	if again := must(t, after, karg("nosmt", "remove"), extension("a@b.c", true)); len(again.Files) != 0 {
		t.Errorf("a second run changes %s", paths(again.Files))
	}
	apart := with(src, must(t, src, extension("a@b.c", true)).Files)
	apart = with(apart, must(t, apart, karg("nosmt", "remove")).Files)
	for _, name := range strings.Fields(want) {
		if string(apart["changelog/"+name].Data) != string(after["changelog/"+name].Data) {
			t.Errorf("%s is another when it comes alone", name)
		}
	}
}

func TestWithoutAChangelogThereAreNoEntries(t *testing.T) {
	src := kept(map[string]string{"changelog/README.md": ""})
	src["Containerfile"].Data = []byte(strings.Replace(string(src["Containerfile"].Data), "COPY changelog/ /usr/share/bkt/changelog/\n", "", 1))
	src["changelog"] = &fstest.MapFile{Mode: fs.ModeDir | 0o755} // which no clone has
	if got := paths(must(t, src, karg("nosmt", "remove")).Files); got != "manifests/system-config.json" {
		t.Errorf("files: %s", got)
	}
}

// A changelog that came, or went, with the very commit that has the section is no hand in it.
func TestTheChangelogMayComeAndGo(t *testing.T) {
	const line = "COPY changelog/ /usr/share/bkt/changelog/\n"
	gone := kept(map[string]string{"changelog/README.md": ""})
	if text := *must(t, gone).Files[0].Content; strings.Contains(text, line) {
		t.Errorf("nothing is there to copy:\n%s", text)
	}
	came := kept(nil)
	came["Containerfile"].Data = []byte(strings.Replace(string(came["Containerfile"].Data), line, "", 1))
	if text := *must(t, came).Files[0].Content; !strings.Contains(text, line) {
		t.Errorf("nothing copies it:\n%s", text)
	}
	came["Containerfile"].Data = []byte(strings.Replace(string(came["Containerfile"].Data), "ARG BKT_DATE=", "ARG BKT_DATE=now", 1))
	if _, err := replay(t, came, nil, false); !errors.As(err, new(*generate.HandError)) {
		t.Errorf("somebody's words: %v", err)
	}
}

// What is no longer so is no longer said, by whoever undoes it, and the folder outlives its entries.
func TestEntriesGoWhenTheyAreNotSoAnyMore(t *testing.T) {
	taken := func(t *testing.T, readme string) fstest.MapFS {
		src := kept(nil)
		now := with(src, must(t, src, karg("nosmt", "remove"), extension("a@b.c", true)).Files)
		if readme == "" {
			delete(now, "changelog/README.md")
		}
		return now
	}
	const run, nosmt, back = "extension-a-b-c-8f9a1e45.json", "karg-nosmt-361bf61d.json", "karg-nosmt-2bd2083d.json"
	for name, c := range map[string]struct {
		changes []doc.Change
		want    string
	}{
		"taken away no longer":  {[]doc.Change{karg("nosmt", "")}, run + " " + back},
		"appended instead":      {[]doc.Change{karg("nosmt", "append")}, run},
		"the extension is gone": {[]doc.Change{{Subsystem: "extension", ID: "a@b.c", Have: doc.Absent()}}, nosmt},
		"the extension is off":  {[]doc.Change{{Subsystem: "extension", ID: "a@b.c", Have: doc.Has(doc.Attrs{}.Set("enabled", false))}}, nosmt},
		"said in more words":    {[]doc.Change{{Subsystem: "extension", ID: "a@b.c", Have: doc.Has(doc.Attrs{}.Set("enabled", true))}}, run + " " + nosmt},
		"both are gone":         {[]doc.Change{karg("nosmt", "append"), {Subsystem: "extension", ID: "a@b.c", Have: doc.Absent()}}, ""},
	} {
		for _, readme := range []string{"", "README.md"} {
			src := taken(t, readme)
			after := with(src, must(t, src, c.changes...).Files)
			want := c.want
			if want == "" && readme == "" {
				want = ".gitkeep"
			}
			if got := entries(t, after); got != want {
				t.Errorf("%s: entries %s, want %s", name, got, want)
			}
			if !strings.Contains(string(after["Containerfile"].Data), "COPY changelog/ ") {
				t.Errorf("%s: the changelog is not copied any more", name)
			}
		}
	}
	src := taken(t, "")
	after := with(src, must(t, src, karg("nosmt", "")).Files)
	after = with(after, must(t, after, karg("nosmt", "remove")).Files)
	if got := entries(t, after); got != run+" "+nosmt {
		t.Errorf("there and back: %s", got)
	}
}

// What somebody has worded stays, and what somebody has thrown away does not come back.
func TestEntriesAreNotWrittenOver(t *testing.T) {
	const mine = "changelog/karg-nosmt-361bf61d.json"
	src := kept(map[string]string{mine: "{\"id\": \"karg-nosmt-361bf61d\", \"summary\": \"mine\", \"steps\": []}\n"})
	if got := paths(must(t, src, karg("nosmt", "remove")).Files); got != "manifests/system-config.json" {
		t.Errorf("files: %s", got)
	}
	src = kept(nil)
	after := with(src, must(t, src, karg("nosmt", "remove")).Files)
	delete(after, mine)
	if got := paths(must(t, after, karg("nosmt", "remove")).Files); got != "" {
		t.Errorf("files: %s", got)
	}
}

// It is what somebody edited since the last commit, and only where that is asked for: a pull request
// of changes has their entries alone.
func TestSyncWritesEntriesOfWhatWasEdited(t *testing.T) {
	head := kept(nil)
	edited := kept(map[string]string{"manifests/system-config.json": "{\n  \"kargs\": {\n    \"remove\": [\"nosmt\"]\n  }\n}\n"})
	src := generate.Source{FS: edited, Head: func() (fs.FS, error) { return head, nil }}
	res, err := generate.Replay(src, nil, generate.Options{List: registry.All()})
	if err != nil || len(res.Files) != 0 {
		t.Errorf("nobody asked: %s, %v", paths(res.Files), err)
	}
	opt := generate.Options{List: registry.All(), Edited: true}
	res, err = generate.Replay(src, nil, opt)
	if err != nil || paths(res.Files) != "changelog/karg-nosmt-361bf61d.json" {
		t.Errorf("%v", err)
	}
	src.FS = with(edited, res.Files)
	if res, err = generate.Replay(src, nil, opt); err != nil || len(res.Files) != 0 {
		t.Errorf("again: %s, %v", paths(res.Files), err)
	}
}

// On the default branch the same change gives the same file, and a branch that has it keeps it.
func TestOntoGivesTheSameEntries(t *testing.T) {
	main := kept(nil)
	c := karg("nosmt", "remove")
	local := must(t, kept(map[string]string{"manifests/gnome-extensions.json": "{\n  \"extensions\": [\n    \"x@y.z\"\n  ]\n}\n"}), c)
	p := generate.Proposal{Changes: []doc.Change{c}, List: registry.All()}
	landed, err := generate.Onto(forge.View{Default: main, Merged: main}, p)
	if err != nil {
		t.Fatal(err)
	}
	first := with(main, landed.Files)
	if got := with(main, local.Files); entries(t, first) == "" || string(first["changelog/"+entries(t, first)].Data) != string(got["changelog/"+entries(t, got)].Data) {
		t.Errorf("here %s, there %s", entries(t, got), entries(t, first))
	}
	p.Changes = []doc.Change{karg("quiet=1", "append")}
	landed, err = generate.Onto(forge.View{Default: main, Branch: first, Base: main, Merged: first, Name: "b"}, p)
	if err != nil || entries(t, with(first, landed.Files)) != entries(t, first) {
		t.Errorf("%v: %s", err, paths(landed.Files))
	}
}
