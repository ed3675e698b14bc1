package compare

import (
	"testing"

	"bkt/internal/applied"
	"bkt/internal/doc"
	"bkt/internal/journal"
	"bkt/internal/subsystem"
)

// What this machine's pull request would bring, and is gone from here again, is the user's removal;
// what comes with an image only, and went with the boot, is on its way.
func TestRetracted(t *testing.T) {
	absent := doc.Absent()
	added := change(doc.Add, "a", absent, side("1"))
	of := func(sub string) doc.Change {
		c := added
		c.Subsystem = sub
		return c
	}
	held := func(after doc.Side) map[doc.Key]journal.Hold {
		return map[doc.Key]journal.Hold{added.Key(): {Entry: "e1", After: after}}
	}
	app, pkg := m("app", wants()), m("package", wants())
	for _, c := range []struct {
		name string
		w    world
		p    doc.Change
		held map[doc.Key]journal.Hold
		want string
	}{
		{"gone again", world{manifests: app}, added, nil, "remove removed-here app:a"},
		{"gone again, by a command", world{manifests: app}, added, held(absent), "remove removed-here app:a e1"},
		{"the journal says that it is here", world{manifests: app}, added, held(side("1")), ""},
		{"still here", world{manifests: app, items: []string{"app:a=1"}}, added, nil, "add uncaptured app:a proposed"},
		{"not all was seen", world{manifests: app, unproven: true}, added, nil, ""},
		{"nothing was seen", world{manifests: app, status: doc.Failed}, added, nil, ""},
		{"not managed", world{manifests: m("unit", wants())}, added, nil, ""},
		{"not asked about", world{manifests: app, only: "unit"}, added, nil, ""},
		{"merged, and dropped since", world{manifests: app, record: map[string]doc.Applied{"app": noted("a", "1", "1", true)}}, added, nil, ""},
		{"a removal", world{manifests: app}, change(doc.Remove, "a", side("1"), absent), nil, ""},
		{"a new value, and gone", world{manifests: app}, change(doc.Update, "a", side("1"), side("2")), nil, "remove removed-here app:a"},
		{"the image took it over", world{manifests: app, present: []string{"app:a=1"}}, added, nil, ""},
		{"the image's own value is back", world{manifests: app, present: []string{"app:a=2"}}, added, nil, "remove removed-here app:a"},
		{"only what is named is tracked, and this was", world{manifests: m("gsetting", wants())}, of("gsetting"), nil, "remove removed-here gsetting:a"},
		{"ignored here", world{manifests: app, ignore: func(string, string) bool { return true }}, added, nil, ""},
		{"in package mode", world{manifests: pkg}, of("package"), nil, "remove removed-here package:a"},
		{"gone with the boot", world{image: true, manifests: pkg}, of("package"), nil, "remove pending-image package:a proposed"},
		{"gone with the boot, and in the image", world{image: true, manifests: pkg, present: []string{"package:a=1"}}, of("package"), nil, ""},
		{"gone with the boot, and merged", world{image: true, manifests: m("package", wants("a=1"))}, of("package"), nil, "remove pending-image package:a merged"},
		{"here until the boot", world{image: true, manifests: pkg, items: []string{"package:a=1"}}, of("package"), nil, "add uncaptured package:a proposed"},
		{"un-layered by a command", world{image: true, manifests: pkg}, of("package"),
			map[doc.Key]journal.Hold{of("package").Key(): {Entry: "e1", After: absent}}, "remove removed-here package:a e1"},
	} {
		c.w.published = published(c.p)
		in := c.w.input(t)
		in.Held = c.held
		out := Changes(in)
		Coming(in, out)
		if _, err := doc.Marshal(out); err != nil {
			t.Errorf("%s: not a document: %v", c.name, err)
		}
		got := told(out)
		if len(out.Changes) > 0 && out.Changes[0].Entry != "" {
			got += " " + out.Changes[0].Entry
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	w := world{manifests: app, published: &applied.Published{Declined: []doc.Change{added}}}
	if got := told(w.compare(t)); got != "" {
		t.Errorf("declined, and gone again: %s", got)
	}
}

type spoken struct{ subsystem.Subsystem }

func (spoken) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{{Name: "mode"}, {Name: "x"}}
}

func TestAsWritten(t *testing.T) {
	have := doc.Has(doc.Attrs{}.Set("mode", "install").Set("until", "reboot"))
	if got := (&view{sub: spoken{}}).asWritten(have); !got.Equal(doc.Has(doc.Attrs{}.Set("mode", "install"))) {
		t.Errorf("%+v", got)
	}
	if got := (&view{}).asWritten(have); !got.Equal(have) {
		t.Errorf("of one that says no attributes: %+v", got)
	}
}

// What is here in a way that no manifest can bring was not taken away, neither from the manifests
// nor from the pull request.
func TestWhatIsHereOtherwiseIsNotGone(t *testing.T) {
	for _, c := range []struct {
		name string
		w    world
		want string // without it
	}{
		{"removed", world{manifests: m("app", wants("a=1")), record: map[string]doc.Applied{"app": noted("a", "1", "1", true)}}, "remove removed-here app:a"},
		{"retracted", world{manifests: m("app", wants()), published: published(change(doc.Add, "a", doc.Absent(), side("1")))}, "remove removed-here app:a"},
	} {
		in := c.w.input(t)
		if got := told(Changes(in)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		in.State.Unmanaged = []doc.Unmanaged{{Subsystem: "app", ID: "a", Reason: "not written by bkt"}}
		if got := told(Changes(in)); got != "" {
			t.Errorf("%s, and here otherwise: %s", c.name, got)
		}
		in.State.Unmanaged[0].Scope = "user"
		if got := told(Changes(in)); got != c.want {
			t.Errorf("%s, and here in another scope: got %s, want %s", c.name, got, c.want)
		}
	}
}

// Nor what the image carries out in its own way, or may.
func TestWhatTheImageCarriesOutIsNotGone(t *testing.T) {
	w := world{manifests: m("layer", wants()), published: published(doc.Change{Action: doc.Add, Subsystem: "layer", ID: "carried", Want: doc.Absent(), Have: side("1")})}
	if got := told(Changes(w.input(t))); got != "" {
		t.Error(got)
	}
	w.published.Changes[0].ID = "other"
	if got := told(Changes(w.input(t))); got != "remove removed-here layer:other" {
		t.Error(got)
	}
}
