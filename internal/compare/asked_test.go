package compare

import (
	"testing"

	"bkt/internal/applied"
	"bkt/internal/doc"
)

// What was only asked for is on its way, whether the machine has it or not.
func TestAskedFor(t *testing.T) {
	absent := doc.Absent()
	word := func(sub, item string, have doc.Side) doc.Change {
		c := change(doc.Add, item, doc.Side{}, have)
		c.Subsystem = sub
		return c
	}
	for _, c := range []struct {
		name  string
		w     world
		asked doc.Change
		want  string
	}{
		{"not here yet", world{manifests: m("app", wants())}, word("app", "a", side("1")), "remove missing app:a proposed"},
		{"with an image", world{image: true, manifests: m("package", wants())}, word("package", "p", side("1")), "remove pending-image package:p proposed"},
		{"in package mode", world{manifests: m("package", wants())}, word("package", "p", side("1")), "remove missing package:p proposed"},
		{"here already", world{manifests: m("app", wants()), items: []string{"app:a=1"}}, word("app", "a", side("1")), "add uncaptured app:a proposed"},
		{"here otherwise", world{manifests: m("app", wants()), items: []string{"app:a=2"}}, word("app", "a", side("1")), "add uncaptured app:a"},
		{"another value", world{manifests: m("app", wants("a=1")), items: []string{"app:a=1"}}, word("app", "a", side("2")), "update changed-there app:a proposed"},
		{"a removal", world{manifests: m("app", wants("a=1")), items: []string{"app:a=1"}}, word("app", "a", absent), "add dropped app:a proposed"},
		{"a removal of what is not here", world{manifests: m("app", wants("a=1"))}, word("app", "a", absent), "remove missing app:a"},
		{"a removal of what is nowhere", world{manifests: m("app", wants())}, word("app", "a", absent), ""},
		{"merged", world{manifests: m("app", wants("a=1"))}, word("app", "a", side("1")), "remove missing app:a"},
		{"merged and here", world{manifests: m("app", wants("a=1")), items: []string{"app:a=1"}}, word("app", "a", side("1")), ""},
		{"not asked about", world{manifests: m("app", wants()), only: "unit"}, word("app", "a", side("1")), ""},
		{"not managed", world{manifests: m("unit", wants())}, word("app", "a", side("1")), ""},
		{"unknown", world{manifests: m("app", wants()), status: doc.Failed}, word("app", "a", side("1")), ""},
	} {
		c.w.published = &applied.Published{URL: "https://example.org/pull/12", Asked: []doc.Change{c.asked}}
		in := c.w.input(t)
		out := Changes(in)
		Coming(in, out)
		if _, err := doc.Marshal(out); err != nil {
			t.Errorf("%s: not a document: %v", c.name, err)
		}
		if got := told(out); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if Drift(out) > 0 != (len(out.Changes) > 0 && out.Changes[0].Stage == "") {
			t.Errorf("%s: %d drift", c.name, Drift(out))
		}
		for _, n := range Next(out, "", nil, func(string, int) string { return "it" }) {
			if out.Changes[0].Stage != "" {
				t.Errorf("%s: %+v", c.name, n)
			}
		}
	}
	var none doc.Changes
	if Coming(Input{}, &none); none.Changes != nil {
		t.Errorf("another machine's: %+v", none.Changes)
	}
}
