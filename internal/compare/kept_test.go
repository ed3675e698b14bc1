package compare

import (
	"strings"
	"testing"

	"bkt/internal/applied"
	"bkt/internal/doc"
	"bkt/internal/journal"
)

// app is the key of one of the user's apps.
func app(id string) doc.Key { return doc.Key{Subsystem: "app", Scope: "user", ID: id} }

// What was done on purpose in an earlier boot, and is still so, is kept local: only a change of
// this side, only as it was left, and only where this boot's journal is silent.
func TestKept(t *testing.T) {
	added := []doc.Change{{Action: doc.Add, Subsystem: "app", Scope: "user", ID: "proposed", Want: doc.Absent(), Have: side("1")}}
	w := world{
		manifests: map[string]string{"app": wants("user/changed=1", "user/gone=1", "user/missing=1", "user/moved=1")},
		items: []string{"app:user/added=1", "app:user/other=2", "app:user/changed=2", "app:user/again=1",
			"app:user/now=1", "app:user/proposed=1", "app:user/moved=2"},
		published: &applied.Published{Changes: added},
	}
	past := map[doc.Key]journal.Hold{
		app("added"): {After: side("1")}, app("other"): {After: side("1")}, app("changed"): {After: side("2")},
		app("gone"): {After: doc.Absent()}, app("missing"): {After: doc.Absent()}, app("again"): {After: doc.Absent()},
		app("now"): {After: side("1")}, app("proposed"): {After: side("1")}, app("moved"): {After: side("2")},
		app("unseen"): {After: side("1")},
	}
	in := func(w world) Input {
		m, err := Load(distribution(w.manifests), nil, list())
		if err != nil {
			t.Fatal(err)
		}
		s := w.state()
		apps := s.Subsystems["app"]
		apps.Applied = []doc.Applied{noted("user/changed", "1", "1", false), noted("user/gone", "1", "1", true), noted("user/moved", "3", "3", true)}
		s.Subsystems["app"] = apps
		return Input{Manifests: m, State: s, Published: w.published, List: list(), Past: past,
			Held: map[doc.Key]journal.Hold{app("now"): {Entry: "e", After: side("1")}}}
	}
	kept := func(d *doc.Changes) string {
		var out []string
		for _, c := range d.Changes {
			if c.Kept {
				out = append(out, c.Class+" "+c.ID)
			}
		}
		return strings.Join(out, ", ")
	}
	d := Changes(in(w))
	if got := kept(d); got != "uncaptured added, changed-here changed, removed-here gone" {
		t.Errorf("kept: %s\nof %s", got, told(d))
	}
	if _, err := doc.Marshal(d); err != nil {
		t.Errorf("not a document: %v", err)
	}
	next := Next(d, "", nil, count)
	if Drift(d) != len(d.Changes)-3-1 || len(next) == 0 || next[0].Why != "put 3 changes of yours into a pull request" { // other, again, now
		t.Errorf("%d of %d are drift: %s\nnext %+v", Drift(d), len(d.Changes), told(d), next)
	}
	// Where not all was seen, absence proves nothing.
	w.unproven = true
	if got := kept(Changes(in(w))); got != "uncaptured added, changed-here changed" {
		t.Errorf("unproven: %s", got)
	}
	alone := in(w)
	alone.Past = nil
	if got := kept(Changes(alone)); got != "" {
		t.Errorf("nobody asked: %s", got)
	}
}
