package generate_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"bkt/internal/doc"
	"bkt/internal/generate"
	"bkt/internal/registry"
)

// tree is a small distribution; edits replace or, with "", remove files.
func tree(edits map[string]string) fstest.MapFS {
	t := fstest.MapFS{}
	files := map[string]string{
		"Containerfile": "FROM base\n\n" +
			"# === COPR_REPOS (managed by bkt) ===\n# No COPR repositories configured\n# === END COPR_REPOS ===\n\n" +
			"# === SYSTEM_PACKAGES (managed by bkt) ===\nRUN dnf install -y \\\n    htop \\\n    && dnf clean all\n# === END SYSTEM_PACKAGES ===\n\n" +
			"# === HOST_SHIMS (managed by bkt) ===\n# No host shims configured\n# === END HOST_SHIMS ===\n\n" +
			"RUN bootc container lint\n",
		"manifests/system-packages.json": "{\n  \"packages\": [\n    \"htop\"\n  ],\n  \"groups\": [],\n  \"excluded\": [],\n  \"copr_repos\": []\n}\n",
		"manifests/flatpak-apps.json":    "{\n  \"apps\": []\n}\n",
		"manifests/flatpak-remotes.json": "{\n  \"remotes\": []\n}\n",
		"manifests/host-shims.json":      "{\n  \"shims\": []\n}\n",
	}
	for p, text := range edits {
		files[p] = text
		if text == "" {
			delete(files, p)
		}
	}
	for p, text := range files {
		t[p] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return t
}

// with gives the tree after the files of a result.
func with(t fstest.MapFS, files []doc.File) fstest.MapFS {
	out := fstest.MapFS{}
	for p, f := range t {
		out[p] = f
	}
	for _, f := range files {
		if f.Content == nil {
			delete(out, f.Path)
			continue
		}
		mode := fs.FileMode(0o644)
		if f.Mode == "100755" {
			mode = 0o755
		}
		out[f.Path] = &fstest.MapFile{Data: []byte(*f.Content), Mode: mode}
	}
	return out
}

func install(id string) doc.Change {
	return doc.Change{Action: doc.Add, Class: doc.Uncaptured, Subsystem: "dnf", ID: id,
		Want: doc.Absent(), Have: doc.Has(doc.Attrs{}.Set("mode", "install"))}
}

func shim(id string) doc.Change {
	return doc.Change{Action: doc.Add, Subsystem: "shim", ID: id, Have: doc.Has(doc.Attrs{}.Set("host", id))}
}

func replay(t *testing.T, src fstest.MapFS, changes []doc.Change, force bool) (*generate.Result, error) {
	t.Helper()
	return generate.Replay(generate.Source{FS: src}, changes, generate.Options{List: registry.All(), Force: force})
}

func must(t *testing.T, src fstest.MapFS, changes ...doc.Change) *generate.Result {
	t.Helper()
	res, err := replay(t, src, changes, false)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func paths(files []doc.File) string {
	var out []string
	for _, f := range files {
		p := f.Path
		if f.Content == nil {
			p = "-" + p
		}
		out = append(out, p)
	}
	return strings.Join(out, " ")
}

// added are the lines that are in b and not in a, and removed the other way round.
func lines(a, b string) (added, removed []string) {
	count := map[string]int{}
	for l := range strings.Lines(a) {
		count[l]--
	}
	for l := range strings.Lines(b) {
		count[l]++
	}
	for l, n := range count {
		for ; n > 0; n-- {
			added = append(added, l)
		}
		for ; n < 0; n++ {
			removed = append(removed, l)
		}
	}
	return added, removed
}

func TestOnePackageIsOneLineInEachFile(t *testing.T) {
	src := tree(nil)
	res := must(t, src, install("vim-enhanced"))
	if got := paths(res.Files); got != "Containerfile manifests/system-packages.json" {
		t.Fatalf("files: %s", got)
	}
	for _, f := range res.Files {
		added, removed := lines(string(src[f.Path].Data), *f.Content)
		if f.Path == "Containerfile" && (len(added) != 1 || len(removed) != 0) {
			t.Errorf("%s: added %q, removed %q", f.Path, added, removed)
		}
		if f.Base == nil {
			t.Errorf("%s: no base", f.Path)
		}
	}
}

func TestTwiceIsOnce(t *testing.T) {
	src := tree(nil)
	changes := []doc.Change{install("vim-enhanced"), shim("podman")}
	once := with(src, must(t, src, changes...).Files)
	again := must(t, once, changes...)
	if len(again.Files) != 0 {
		t.Errorf("a second run changes %s", paths(again.Files))
	}
	if again := must(t, once); len(again.Files) != 0 {
		t.Errorf("regenerating changes %s", paths(again.Files))
	}
}

func TestAFileGoesWithItsItem(t *testing.T) {
	src := tree(nil)
	one := with(src, must(t, src, shim("podman")).Files)
	back := must(t, one, doc.Change{Action: doc.Remove, Subsystem: "shim", ID: "podman", Have: doc.Absent()})
	if got := paths(back.Files); got != "Containerfile -generated/shims/podman manifests/host-shims.json" {
		t.Errorf("files: %s", got)
	}
	for _, f := range back.Files {
		if f.Content != nil && *f.Content != string(src[f.Path].Data) {
			t.Errorf("%s is not what it was:\n%s", f.Path, *f.Content)
		}
	}
}

func TestHandEditsAreNotLost(t *testing.T) {
	src := tree(nil)
	text := strings.Replace(string(src["Containerfile"].Data), "    htop \\\n", "    htop \\\n    --mine \\\n", 1)
	src["Containerfile"] = &fstest.MapFile{Data: []byte(text)}
	_, err := replay(t, src, []doc.Change{install("vim-enhanced")}, false)
	var hand *generate.HandError
	if !errors.As(err, &hand) || !strings.Contains(err.Error(), "Containerfile:7: section SYSTEM_PACKAGES") {
		t.Fatalf("error: %v", err)
	}
	res, err := replay(t, src, []doc.Change{install("vim-enhanced")}, true)
	if err != nil || len(res.Taken) != 1 {
		t.Errorf("force: %v, taken %v", err, res)
	}
}

func TestAHandMadeFileInAFolderOfOursIsNotLost(t *testing.T) {
	src := tree(map[string]string{"generated/shims/mine": "#!/bin/sh\necho mine\n"})
	_, err := replay(t, src, []doc.Change{shim("podman")}, false)
	var hand *generate.HandError
	if !errors.As(err, &hand) || hand.Hands[0].Where != "generated/shims/mine" {
		t.Fatalf("error: %v", err)
	}
}

func TestAnEmptySectionIsOurs(t *testing.T) {
	src := tree(map[string]string{"manifests/host-shims.json": "{\n  \"shims\": [\n    {\n      \"name\": \"podman\"\n    }\n  ]\n}\n"})
	res := must(t, src)
	if got := paths(res.Files); got != "Containerfile generated/shims/podman" {
		t.Errorf("files: %s", got)
	}
}

func TestOlderManifestsExplainASection(t *testing.T) {
	now := tree(map[string]string{"manifests/system-packages.json": "{\n  \"packages\": [],\n  \"copr_repos\": []\n}\n"})
	src := generate.Source{FS: now}
	opt := generate.Options{List: registry.All()}
	if _, err := generate.Replay(src, nil, opt); err == nil {
		t.Fatal("a section that the manifests do not explain was overwritten")
	}
	src.Older = func() ([]fs.FS, error) { return []fs.FS{tree(nil)}, nil }
	res, err := generate.Replay(src, nil, opt)
	if err != nil || paths(res.Files) != "Containerfile" {
		t.Fatalf("%v", err)
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		edits  map[string]string
		change doc.Change
		err    string
	}{
		"manifest":     {map[string]string{"manifests/host-shims.json": ""}, shim("podman"), "manifests/host-shims.json: missing"},
		"section":      {map[string]string{"Containerfile": "FROM base\n"}, shim("podman"), "no section HOST_SHIMS"},
		"container":    {map[string]string{"Containerfile": ""}, install("vim"), "no section SYSTEM_PACKAGES"},
		"subsystem":    {nil, doc.Change{Action: doc.Add, Subsystem: "brew", ID: "x", Have: doc.Has(nil)}, `unknown subsystem "brew"`},
		"invalid id":   {nil, install("$(reboot)"), "$(reboot)"},
		"newline":      {nil, install("a\nb"), `a\nb`},
		"leading dash": {nil, install("--root=/"), "--root=/"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := replay(t, tree(c.edits), []doc.Change{c.change}, false)
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("error: %v, want %q", err, c.err)
			}
		})
	}
}

func TestAGeneratedFileThatNothingCopiesIsRefused(t *testing.T) {
	src := tree(map[string]string{"Containerfile": "FROM base\n",
		"manifests/host-shims.json": "{\n  \"shims\": [\n    {\n      \"name\": \"podman\"\n    }\n  ]\n}\n"})
	if _, err := replay(t, src, nil, false); err == nil || !errors.Is(err, generate.ErrUninitialised) {
		t.Errorf("error: %v", err)
	}
}

func TestAMissingSectionIsFineUntilItIsNeeded(t *testing.T) {
	src := tree(map[string]string{"Containerfile": "FROM base\n"})
	app := doc.Change{Action: doc.Add, Subsystem: "flatpak", Scope: "user", ID: "org.gnome.Boxes",
		Have: doc.Has(doc.Attrs{}.Set("remote", "flathub"))}
	if got := paths(must(t, src, app).Files); got != "manifests/flatpak-apps.json" {
		t.Errorf("files: %s", got)
	}
}

func TestOneUnsignedCoprDoesNotStopTheOthers(t *testing.T) {
	unsigned := doc.Change{Action: doc.Add, Class: doc.Uncaptured, Subsystem: "copr", ID: "a/b",
		Want: doc.Absent(), Have: doc.Has(doc.Attrs{}.Set("enabled", true).Set("gpg_check", false))}
	changes := []doc.Change{unsigned, install("vim")}
	if _, err := replay(t, tree(nil), changes, false); err == nil || !strings.Contains(err.Error(), "allow_unsigned") {
		t.Errorf("an explicit change: %v", err)
	}
	res, err := generate.Replay(generate.Source{FS: tree(nil)}, changes, generate.Options{List: registry.All(), Lenient: true})
	if err != nil || len(res.Left) != 1 || ids(res.Done) != "vim" {
		t.Fatalf("%v, left %+v", err, res)
	}
}

func TestAPackageOfAnUnknownRepositoryIsWarnedAbout(t *testing.T) {
	c := install("google-chrome-stable")
	c.Have = doc.Has(doc.Attrs{}.Set("mode", "install").Set("repo", "google-chrome"))
	res := must(t, tree(nil), c)
	text := strings.Join(res.Warnings, "\n")
	for _, w := range []string{"'google-chrome'", "/opt"} {
		if !strings.Contains(text, w) {
			t.Errorf("no warning of %s: %q", w, res.Warnings)
		}
	}
}

func TestConflictsAreLeftAndNamed(t *testing.T) {
	src := tree(map[string]string{"manifests/flatpak-apps.json": `{"apps": [{"id": "org.a.App", "remote": "fedora", "scope": "user"}]}` + "\n"})
	c := doc.Change{Action: doc.Update, Class: doc.ChangedHere, Subsystem: "flatpak", Scope: "user", ID: "org.a.App",
		Want: doc.Has(doc.Attrs{}.Set("remote", "flathub")), Have: doc.Has(doc.Attrs{}.Set("remote", "other"))}
	res := must(t, src, c)
	if len(res.Conflicts) != 1 || len(res.Files) != 0 || res.Conflicts[0].Want.Attrs().String("remote") != "fedora" {
		t.Errorf("%+v", res)
	}
}

func TestInitTwiceIsOnce(t *testing.T) {
	src := fstest.MapFS{"Containerfile": {Data: []byte("FROM quay.io/fedora/fedora-bootc:42\nRUN bootc container lint\n")}}
	opt := generate.Options{List: registry.All()}
	res, err := generate.Init(generate.Source{FS: src}, opt)
	if err != nil {
		t.Fatal(err)
	}
	after := with(src, res.Files)
	if p := string(after["manifests/policy.json"].Data); !strings.Contains(p, `"verify": true`) || !strings.Contains(p, `"dnf": "dnf5"`) {
		t.Errorf("policy: %s", p)
	}
	for _, again := range []func() (*generate.Result, error){
		func() (*generate.Result, error) { return generate.Init(generate.Source{FS: after}, opt) },
		func() (*generate.Result, error) { return generate.Replay(generate.Source{FS: after}, nil, opt) },
	} {
		res, err := again()
		if err != nil || len(res.Files) != 0 {
			t.Errorf("again: %v %s", err, paths(res.Files))
		}
	}
}

// FuzzReplay checks that bytes outside the sections never change, that twice is once, and
// that what is added and removed again leaves no trace but the list that it was in: the
// manifest begins with each list that a name of a package may need (`@c` is a group).
func FuzzReplay(f *testing.F) {
	f.Add("# top\r\n", "# end", "podman", "vim")
	f.Add("RUN <<EOF\n# === SYSTEM_PACKAGES (managed by bkt) ===\nEOF\n", "", "a", "zsh")
	f.Add("", "", "code", "@development-tools")
	f.Fuzz(func(t *testing.T, before, after, name, pkg string) {
		section := "# === SYSTEM_PACKAGES (managed by bkt) ===\n# No packages configured\n# === END SYSTEM_PACKAGES ===\n" +
			"# === HOST_SHIMS (managed by bkt) ===\n# No host shims configured\n# === END HOST_SHIMS ===\n"
		src := tree(map[string]string{"Containerfile": "FROM base\n" + before + "\n" + section + after,
			"manifests/system-packages.json": "{\n  \"packages\": [],\n  \"groups\": [],\n  \"copr_repos\": []\n}\n"})
		changes := []doc.Change{install(pkg), shim(name)}
		res, err := replay(t, src, changes, false)
		if err != nil {
			return
		}
		once := with(src, res.Files)
		text := string(once["Containerfile"].Data)
		if !strings.HasPrefix(text, "FROM base\n"+before+"\n#") || !strings.HasSuffix(text, after) {
			t.Fatalf("bytes outside the sections changed:\n%q", text)
		}
		if again := must(t, once, changes...); len(again.Files) != 0 {
			t.Fatalf("a second run changes %s", paths(again.Files))
		}
		back := must(t, once, doc.Change{Action: doc.Remove, Subsystem: "dnf", ID: pkg, Have: doc.Absent()},
			doc.Change{Action: doc.Remove, Subsystem: "shim", ID: name, Have: doc.Absent()})
		for p, f := range with(once, back.Files) {
			if string(f.Data) != string(src[p].Data) {
				t.Fatalf("%s: not what it was:\n%q\n%q", p, f.Data, src[p].Data)
			}
		}
	})
}
