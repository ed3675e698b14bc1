package generate_test

import (
	_ "crypto/sha1"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/generate"
	"bkt/internal/registry"
)

func land(t *testing.T, v forge.View, p generate.Proposal) *generate.Landed {
	t.Helper()
	p.List = registry.All()
	out, err := generate.Onto(v, p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func ids(changes []doc.Change) string {
	var out []string
	for _, c := range changes {
		out = append(out, c.ID)
	}
	return strings.Join(out, " ")
}

func app(remote string, want doc.Side) doc.Change {
	return doc.Change{Action: doc.Update, Subsystem: "flatpak", Scope: "user", ID: "org.a.App",
		Want: want, Have: doc.Has(doc.Attrs{}.Set("remote", remote))}
}

func apps(remote string) map[string]string {
	return map[string]string{"manifests/flatpak-apps.json": "{\n  \"apps\": [\n    {\n      \"id\": \"org.a.App\",\n      \"remote\": \"" + remote + "\",\n      \"scope\": \"user\"\n    }\n  ]\n}\n"}
}

func TestANewBranchHoldsTheChanges(t *testing.T) {
	main := tree(nil)
	out := land(t, forge.View{Default: main, Merged: main}, generate.Proposal{Changes: []doc.Change{install("vim")}})
	if ids(out.Changes) != "vim" || paths(out.Files) != "Containerfile manifests/system-packages.json" {
		t.Errorf("%s: %s", ids(out.Changes), paths(out.Files))
	}
}

func TestALivingBranchKeepsWhatItHolds(t *testing.T) {
	main := tree(nil)
	branch := with(main, must(t, main, install("vim")).Files)
	v := forge.View{Default: main, Base: main, Branch: branch, Merged: branch}
	out := land(t, v, generate.Proposal{Changes: []doc.Change{install("zsh")}})
	if ids(out.Changes) != "vim zsh" {
		t.Errorf("changes: %s", ids(out.Changes))
	}
	if ids(out.New) != "zsh" {
		t.Errorf("new: %s", ids(out.New))
	}
	again := land(t, v, generate.Proposal{Changes: []doc.Change{install("vim")}})
	if len(again.Files) != 0 || ids(again.Changes) != "vim" || len(again.New) != 0 {
		t.Errorf("again: %s %s, new %s", ids(again.Changes), paths(again.Files), ids(again.New))
	}
	back := doc.Change{Action: doc.Remove, Subsystem: "dnf", ID: "vim", Have: doc.Absent()}
	out = land(t, v, generate.Proposal{Changes: []doc.Change{back}})
	if len(out.Changes) != 0 || len(out.New) != 1 || !out.New[0].Want.There() || out.New[0].Action != doc.Remove {
		t.Errorf("taken out of the branch: %s, new %+v", ids(out.Changes), out.New)
	}
}

func TestBothMoved(t *testing.T) {
	base := tree(nil)
	branch := with(base, must(t, base, install("vim")).Files)
	main := with(base, must(t, base, install("git")).Files)
	v := forge.View{Default: main, Base: base, Branch: branch, Merged: main, Both: true,
		Conflicts: []string{"Containerfile", "manifests/system-packages.json"}}
	out := land(t, v, generate.Proposal{Changes: []doc.Change{install("zsh")}})
	if ids(out.Changes) != "vim zsh" || ids(out.New) != "zsh" { // git is the default branch's
		t.Errorf("changes: %s, new: %s", ids(out.Changes), ids(out.New))
	}
	text := string(with(main, out.Files)["Containerfile"].Data)
	for _, p := range []string{"git", "htop", "vim", "zsh"} {
		if !strings.Contains(text, "    "+p+" \\\n") {
			t.Errorf("the Containerfile lacks %s:\n%s", p, text)
		}
	}
}

func TestBothMovedOutsideTheSections(t *testing.T) {
	base := tree(nil)
	edit := func(t fstest.MapFS, from, to string) fstest.MapFS {
		out := with(t, nil)
		out["Containerfile"] = &fstest.MapFile{Data: []byte(strings.Replace(string(t["Containerfile"].Data), from, to, 1))}
		return out
	}
	branch := edit(with(base, must(t, base, install("vim")).Files), "FROM base", "# reviewed\nFROM base")
	main := with(base, must(t, base, install("git")).Files)
	v := forge.View{Default: main, Base: base, Branch: branch, Merged: main, Both: true,
		Conflicts: []string{"Containerfile", "manifests/system-packages.json"}}
	out := land(t, v, generate.Proposal{})
	if text := string(with(main, out.Files)["Containerfile"].Data); !strings.HasPrefix(text, "# reviewed\n") || !strings.Contains(text, "    git \\\n    htop \\\n    vim \\\n") {
		t.Errorf("%s", text)
	}
	v.Default = edit(main, "FROM base", "FROM other")
	_, err := generate.Onto(v, generate.Proposal{List: registry.All()})
	var conflict *generate.ConflictError
	if !errors.As(err, &conflict) || len(conflict.Unmerged) != 1 {
		t.Errorf("error: %v", err)
	}
}

func TestOnlyTheBranchTouchedTheContainerfile(t *testing.T) {
	base := tree(nil)
	branch := with(base, nil)
	text := "# reviewed\n" + string(base["Containerfile"].Data)
	branch["Containerfile"] = &fstest.MapFile{Data: []byte(text)}
	v := forge.View{Default: base, Base: base, Branch: branch, Merged: base, Both: true, Conflicts: []string{"Containerfile"}}
	out := land(t, v, generate.Proposal{})
	if got := string(with(base, out.Files)["Containerfile"].Data); got != text {
		t.Errorf("the reviewer's line is lost:\n%s", got)
	}
}

func TestWhatGitMergedIntoNoManifestIsTheDefaultBranchs(t *testing.T) {
	base := tree(nil)
	branch := with(base, must(t, base, install("vim")).Files)
	merged := with(base, nil)
	merged["manifests/system-packages.json"] = &fstest.MapFile{Data: []byte("{\"packages\": [\"a\" \"b\"]}")}
	v := forge.View{Default: base, Base: base, Branch: branch, Merged: merged, Both: true}
	out := land(t, v, generate.Proposal{})
	if ids(out.Changes) != "vim" {
		t.Errorf("changes: %s", ids(out.Changes))
	}
}

func TestWhatWasDeclinedIsNotProposedAgain(t *testing.T) {
	main := tree(nil)
	v := forge.View{Default: main, Merged: main, Closed: "bkt/x", Name: "bkt/x-2"}
	p := generate.Proposal{Changes: []doc.Change{install("vim"), install("zsh")}, Published: []doc.Change{install("vim")}, Branch: "bkt/x"}
	out := land(t, v, p)
	if ids(out.Changes) != "zsh" || ids(out.Declined) != "vim" || !strings.Contains(strings.Join(out.Warnings, "\n"), "vim was declined") {
		t.Errorf("changes %s, declined %s, %q", ids(out.Changes), ids(out.Declined), out.Warnings)
	}
	p.Changes[0].Class = "" // said again in so many words
	if out := land(t, v, p); ids(out.Changes) != "vim zsh" || len(out.Declined) != 0 {
		t.Errorf("changes %s, declined %s", ids(out.Changes), ids(out.Declined))
	}
	// gone from here meanwhile: it was declined all the same
	gone := install("vim")
	gone.Action, gone.Class, gone.Want, gone.Have = doc.Remove, doc.RemovedHere, gone.Have, doc.Absent()
	p.Changes = []doc.Change{gone}
	if out := land(t, v, p); len(out.Changes) != 0 || len(out.Declined) != 1 || !out.Declined[0].Have.There() {
		t.Errorf("changes %s, declined %+v", ids(out.Changes), out.Declined)
	}
	v.Closed = "" // not declined: it is taken back
	if out := land(t, v, p); len(out.Changes) != 0 || len(out.Declined) != 0 {
		t.Errorf("changes %s, declined %s", ids(out.Changes), ids(out.Declined))
	}
}

func TestAConflictStopsUntilItIsResolved(t *testing.T) {
	flathub := doc.Has(doc.Attrs{}.Set("remote", "flathub").Set("scope", "user"))
	main := tree(apps("fedora"))
	v := forge.View{Default: main, Merged: main}
	p := generate.Proposal{Changes: []doc.Change{app("other", flathub)}, List: registry.All()}
	_, err := generate.Onto(v, p)
	var conflict *generate.ConflictError
	if !errors.As(err, &conflict) || !strings.Contains(err.Error(), "org.a.App") || !strings.Contains(err.Error(), "fedora") {
		t.Fatalf("error: %v", err)
	}
	for side, want := range map[string]string{"local": "other", "flatpak:org.a.App=local": "other", "manifest": "fedora", "org.a.App=manifest": "fedora"} {
		p.Resolve, err = compare.ParseResolve(side)
		if err != nil {
			t.Fatal(err)
		}
		out := land(t, v, p)
		if text := string(with(main, out.Files)["manifests/flatpak-apps.json"].Data); !strings.Contains(text, want) {
			t.Errorf("--resolve %s: %s", side, text)
		}
	}
}

func TestWhatAReviewerTookBackStaysOut(t *testing.T) {
	main := tree(nil)
	branch := with(main, must(t, main, install("git")).Files) // vim was there and was taken back
	v := forge.View{Default: main, Base: main, Branch: branch, Merged: branch, Name: "bkt/x"}
	p := generate.Proposal{Changes: []doc.Change{install("vim")}, Published: []doc.Change{install("vim")}, Branch: "bkt/x"}
	out := land(t, v, p)
	if ids(out.Changes) != "git" || len(out.Warnings) == 0 {
		t.Errorf("changes %s, warnings %q", ids(out.Changes), out.Warnings)
	}
	p.Branch = "bkt/x-2" // published elsewhere: nothing was taken back here
	if out := land(t, v, p); ids(out.Changes) != "git vim" {
		t.Errorf("changes %s", ids(out.Changes))
	}
}

func TestFilesWithoutChangesGoOverTheirBaseOnly(t *testing.T) {
	main := tree(nil)
	text := strings.Replace(string(main["Containerfile"].Data), "FROM base", "FROM base\nRUN echo new", 1)
	id := forge.BlobID(main["Containerfile"].Data)
	file := doc.File{Path: "Containerfile", Base: &id, Content: &text, Mode: "100644"}
	out := land(t, forge.View{Default: main, Merged: main}, generate.Proposal{Files: []doc.File{file}})
	if paths(out.Files) != "Containerfile" || *out.Files[0].Content != text {
		t.Errorf("files: %s", paths(out.Files))
	}
	other := "0000000000000000000000000000000000000000"
	file.Base = &other
	_, err := generate.Onto(forge.View{Default: main, Merged: main}, generate.Proposal{Files: []doc.File{file}, List: registry.All()})
	var conflict *generate.ConflictError
	if !errors.As(err, &conflict) {
		t.Errorf("error: %v", err)
	}
}

func TestWhatArrivedIsRemembered(t *testing.T) {
	base := tree(nil)
	main := with(base, must(t, base, install("vim")).Files)
	out := land(t, forge.View{Default: main, Merged: main}, generate.Proposal{Published: []doc.Change{install("vim"), install("zsh")}})
	if ids(out.Arrived) != "vim" || len(out.Changes) != 0 {
		t.Errorf("arrived %s, changes %s", ids(out.Arrived), ids(out.Changes))
	}
}
