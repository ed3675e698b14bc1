package karg

import (
	"testing"

	"bkt/internal/doc"
)

// What an image brings and takes back needs no hand; what only bkt-apply does, where a person says
// yes, does.
func TestHand(t *testing.T) {
	none, in, gone := doc.Absent(), doc.Has(attrs(Append)), doc.Has(attrs(Remove))
	const away, back = "kernel argument a: `bkt apply` takes it away; then reboot", "kernel argument a: `bkt apply` gives it back where it was taken away; then reboot"
	for _, c := range []struct {
		name       string
		want, have doc.Side
		step       string
	}{
		{"appended", none, in, ""},
		{"appended in other words", in, doc.Has(nil), ""},
		{"appended no longer", in, none, ""},
		{"taken away", none, gone, away},
		{"taken away, whatever was before", doc.Side{}, gone, away},
		{"taken away instead of appended", in, gone, away},
		{"as before", gone, gone, ""},
		{"taken away no longer", gone, none, back},
		{"appended instead", gone, in, ""}, // the image gives it back
		{"nothing at all", none, none, ""},
	} {
		summary, steps := Subsystem{}.Hand(doc.Change{Subsystem: Name, ID: "a", Want: c.want, Have: c.have})
		switch {
		case c.step == "" && (summary != "" || steps != nil):
			t.Errorf("%s: %q, %q", c.name, summary, steps)
		case c.step != "" && (summary == "" || len(steps) != 1 || steps[0] != c.step):
			t.Errorf("%s: %q, %q", c.name, summary, steps)
		}
	}
}
