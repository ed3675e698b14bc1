package generate_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/generate"
	"bkt/internal/registry"
)

const (
	plainApp = `{"apps": [{"id": "org.a.App", "remote": "flathub", "scope": "user"}]}` + "\n"
	x11App   = `{"apps": [{"id": "org.a.App", "remote": "flathub", "scope": "user", "overrides": ["--socket=x11"]}]}` + "\n"
)

func x11() doc.Side {
	return doc.Has(doc.Attrs{}.Set("remote", "flathub").Set("overrides", []string{"--socket=x11"}))
}

func plain() doc.Side { return doc.Has(doc.Attrs{}.Set("remote", "flathub")) }

func appsOf(t fstest.MapFS, files []doc.File) string {
	return string(with(t, files)["manifests/flatpak-apps.json"].Data)
}

// A change that says more, or less, than the manifest it was made from is no change that is
// true already.
func TestAttributesThatComeAndGoAreCarriedOut(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		want, have    doc.Side
	}{
		"comes":          {plainApp, x11App, plain(), x11()},
		"goes":           {x11App, plainApp, x11(), plain()},
		"without a base": {plainApp, x11App, doc.Side{}, x11()},
	} {
		src := tree(map[string]string{"manifests/flatpak-apps.json": c.before})
		change := doc.Change{Action: doc.Update, Subsystem: "flatpak", Scope: "user", ID: "org.a.App", Want: c.want, Have: c.have}
		if got := appsOf(src, must(t, src, change).Files); got != c.after {
			t.Errorf("%s: %s", name, got)
		}
		v := forge.View{Default: src, Merged: src}
		if got := appsOf(src, land(t, v, generate.Proposal{Changes: []doc.Change{change}}).Files); got != c.after {
			t.Errorf("%s, at its target: %s", name, got)
		}
	}
}

// Somebody else has adopted the app meanwhile, in fewer words: those stay.
func TestWhatIsThereAlreadyKeepsItsWords(t *testing.T) {
	src := tree(map[string]string{"manifests/flatpak-apps.json": plainApp})
	change := doc.Change{Action: doc.Add, Class: doc.Uncaptured, Subsystem: "flatpak", Scope: "user", ID: "org.a.App",
		Want: doc.Absent(), Have: x11()}
	if res := must(t, src, change); len(res.Files) != 0 || len(res.Conflicts) != 0 || len(res.Done) != 1 {
		t.Errorf("%+v", res)
	}
	if out := land(t, forge.View{Default: src, Merged: src}, generate.Proposal{Changes: []doc.Change{change}}); len(out.Files) != 0 {
		t.Errorf("%s", appsOf(src, out.Files))
	}
}

// Somebody else has adopted the app meanwhile: what was asked for in so many words is written
// there nevertheless, and what it was to lose it must have lost.
func TestAnExplicitWordIsNotLost(t *testing.T) {
	const other = `{"apps": [{"id": "org.a.App", "remote": "flathub", "scope": "user", "overrides": ["--socket=x11", "--share=network"]}]}` + "\n"
	for name, c := range map[string]struct {
		before, after string // after "": a conflict
		want, have    doc.Side
	}{
		"comes":             {plainApp, x11App, doc.Absent(), x11()},
		"is there":          {x11App, x11App, doc.Absent(), x11()},
		"is not spoken of":  {x11App, x11App, doc.Absent(), plain()},
		"was to go, and is": {other, "", x11(), plain()},
		"has gone":          {plainApp, plainApp, x11(), plain()},
	} {
		src := tree(map[string]string{"manifests/flatpak-apps.json": c.before})
		change := doc.Change{Action: doc.Add, Subsystem: "flatpak", Scope: "user", ID: "org.a.App", Want: c.want, Have: c.have}
		res := must(t, src, change)
		if got := appsOf(src, res.Files); c.after != "" && got != c.after || (c.after == "") != (len(res.Conflicts) == 1) {
			t.Errorf("%s: %s, conflicts %+v", name, got, res.Conflicts)
		}
		out, err := generate.Onto(forge.View{Default: src, Merged: src}, generate.Proposal{Changes: []doc.Change{change}, List: registry.All()})
		if c.after == "" {
			var conflict *generate.ConflictError
			if !errors.As(err, &conflict) {
				t.Errorf("%s, at its target: %v, want a conflict", name, err)
			}
		} else if err != nil || appsOf(src, out.Files) != c.after {
			t.Errorf("%s, at its target: %v", name, err)
		}
	}
}

// A setting that both machines have changed in the same way: what only the manifest can name is
// no conflict.
func TestWhatOnlyTheManifestNamesIsNoConflict(t *testing.T) {
	manifest := func(value string) string {
		return `{"settings": [{"schema": "org.a.b", "key": "c", "value": "` + value + `", "from": "x@y"}]}` + "\n"
	}
	src := tree(map[string]string{"manifests/gsettings.json": manifest("2")})
	has := func(v string) doc.Attrs { return doc.Attrs{}.Set("value", v) }
	for _, class := range []string{"", doc.ChangedHere} {
		change := doc.Change{Action: doc.Update, Class: class, Subsystem: "gsetting", ID: "org.a.b c",
			Want: doc.Has(has("1").Set("from", "x@y")), Have: doc.Has(has("2"))}
		if res := must(t, src, change); len(res.Files)+len(res.Conflicts) != 0 {
			t.Errorf("%q: %+v", class, res)
		}
	}
}

// Somebody gave the app an override in our branch; git could not merge the manifest.
func TestAnAttributeOfTheBranchSurvivesAConflict(t *testing.T) {
	base := tree(map[string]string{"manifests/flatpak-apps.json": plainApp})
	branch := tree(map[string]string{"manifests/flatpak-apps.json": x11App})
	main := tree(map[string]string{"manifests/flatpak-apps.json": strings.Replace(plainApp, "]}",
		`, {"id": "org.b.App", "remote": "flathub", "scope": "user"}]}`, 1)})
	v := forge.View{Default: main, Base: base, Branch: branch, Merged: main, Both: true, Conflicts: []string{"manifests/flatpak-apps.json"}}
	got := appsOf(main, land(t, v, generate.Proposal{}).Files)
	if !strings.Contains(got, "--socket=x11") || !strings.Contains(got, "org.b.App") {
		t.Errorf("%s", got)
	}
}

// A file that no change replays is for people where both sides changed it.
func TestAConflictInAFileThatNothingReplaysStops(t *testing.T) {
	base := tree(map[string]string{"manifests/other.json": "{\"things\": []}\n"})
	branch := with(base, must(t, base, install("vim")).Files)
	for _, path := range []string{"manifests/other.json", "manifests/policy.json", "changelog/x.json"} {
		v := forge.View{Default: base, Base: base, Branch: branch, Merged: base, Both: true, Name: "bkt/x", Conflicts: []string{path}}
		_, err := generate.Onto(v, generate.Proposal{List: registry.All()})
		var conflict *generate.ConflictError
		if !errors.As(err, &conflict) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "bkt/x") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Sections and generated files made from a policy or a manifest that was never pushed would
// disagree with what is there.
func TestFilesMadeFromUnpushedManifestsAreRefused(t *testing.T) {
	main := tree(map[string]string{"manifests/host-shims.json": ""})
	for path, text := range map[string]string{
		"manifests/policy.json":     `{"image": {"dnf": "dnf5"}}`,
		"manifests/host-shims.json": `{"shims": [{"name": "podman"}]}`,
	} {
		dirty := with(main, nil)
		dirty[path] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
		src := generate.Source{FS: dirty, Older: func() ([]fs.FS, error) { return []fs.FS{main}, nil }}
		res, err := generate.Replay(src, nil, generate.Options{List: registry.All()})
		if err != nil || len(res.Files) == 0 {
			t.Fatalf("%s: %v, %v", path, res, err)
		}
		files := res.Files
		v := forge.View{Default: main, Merged: main}
		_, err = generate.Onto(v, generate.Proposal{Files: files, List: registry.All()})
		if err == nil || !strings.Contains(err.Error(), "not what the manifests in the distribution mean") {
			t.Errorf("%s: %v", path, err)
		}
		pushed := with(main, nil)
		pushed[path] = dirty[path]
		touched := func(string) (*forge.Touch, error) { return &forge.Touch{At: main}, nil }
		if out := land(t, forge.View{Default: pushed, Merged: pushed, Touched: touched}, generate.Proposal{Files: files}); paths(out.Files) != paths(files) {
			t.Errorf("%s, once pushed: %s, not %s", path, paths(out.Files), paths(files))
		}
	}
}

// All that --init makes comes along, the manifests included.
func TestInitLandsOnATargetWithNothing(t *testing.T) {
	bare := fstest.MapFS{"Containerfile": {Data: []byte("FROM base\n"), Mode: 0o644}}
	res, err := generate.Init(generate.Source{FS: bare}, generate.Options{List: registry.All()})
	if err != nil {
		t.Fatal(err)
	}
	out := land(t, forge.View{Default: bare, Merged: bare}, generate.Proposal{Files: res.Files})
	if paths(out.Files) != paths(res.Files) {
		t.Errorf("%s, not %s", paths(out.Files), paths(res.Files))
	}
}

// A manifest that is only missing in the working tree is no new one.
func TestInitDoesNotEmptyWhatIsMissing(t *testing.T) {
	head := tree(nil)
	src := generate.Source{FS: tree(map[string]string{"manifests/system-packages.json": ""}),
		Head: func() (fs.FS, error) { return head, nil }}
	if _, err := generate.Init(src, generate.Options{List: registry.All()}); err == nil || !strings.Contains(err.Error(), "the last commit has it") {
		t.Errorf("error: %v", err)
	}
}

// What somebody wrote into our branch beside the items, a comment or a pin, is not lost where
// git could not merge the manifest: a person merges it.
func TestMoreThanItemsIsMergedByHand(t *testing.T) {
	const path = "manifests/flatpak-apps.json"
	base := tree(map[string]string{path: plainApp})
	pinned := tree(map[string]string{path: strings.Replace(plainApp, `"scope"`, `"commit": "0123", "scope"`, 1)})
	main := tree(map[string]string{path: strings.Replace(plainApp, "]}", `, {"id": "org.b.App", "remote": "flathub", "scope": "user"}]}`, 1)})
	v := forge.View{Default: main, Base: base, Branch: pinned, Merged: main, Both: true, Name: "bkt/x", Conflicts: []string{path}}
	_, err := generate.Onto(v, generate.Proposal{List: registry.All()})
	var conflict *generate.ConflictError
	if !errors.As(err, &conflict) || len(conflict.Unmerged) != 1 || conflict.Unmerged[0] != path {
		t.Errorf("%v", err)
	}
}
