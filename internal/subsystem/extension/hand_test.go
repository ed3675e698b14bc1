package extension

import (
	"testing"

	"bkt/internal/doc"
)

// Who gets an extension logs in again; to switch one off, or to lose it, shows at once.
func TestHand(t *testing.T) {
	none, bare, running, off := doc.Absent(), doc.Has(nil), doc.Has(item("a@b", true).Attrs), doc.Has(item("a@b", false).Attrs)
	for _, c := range []struct {
		name       string
		want, have doc.Side
		needs      bool
	}{
		{"new", none, running, true},
		{"new, in fewer words", none, bare, true},
		{"new, whatever was before", doc.Side{}, running, true},
		{"new, and off", none, off, false},
		{"switched on, and perhaps not installed yet", off, running, true},
		{"in more words", bare, running, false},
		{"switched off", running, off, false},
		{"gone", running, none, false},
	} {
		summary, steps := Subsystem{}.Hand(doc.Change{Subsystem: Name, ID: "a@b", Want: c.want, Have: c.have})
		if (summary != "") != c.needs || (len(steps) == 1) != c.needs {
			t.Errorf("%s: %q, %q", c.name, summary, steps)
		}
	}
}
