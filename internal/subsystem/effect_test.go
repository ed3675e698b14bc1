package subsystem

import (
	"testing"

	"bkt/internal/doc"
)

type plainly struct{}

func (plainly) Info() Info              { return Info{} }
func (plainly) Validate(doc.Item) error { return nil }

type denying struct{ plainly }

func (denying) Denied() doc.Attrs       { return doc.Attrs{}.Set("mode", "remove") }
func (denying) Denies(a doc.Attrs) bool { return a.String("mode") != "install" }

type resting struct{ plainly }

func (resting) Rest(doc.Item) string { return "as it was" }

func TestEffect(t *testing.T) {
	in := func(mode string) doc.Side { return doc.Has(doc.Attrs{}.Set("mode", mode)) }
	none, here := doc.Absent(), in("install")
	for _, c := range []struct {
		what     string
		s        Subsystem
		from, to doc.Side
		want     doc.Effect
	}{
		{"nobody's, it comes", nil, none, in("remove"), doc.Comes},
		{"from what is not known", plainly{}, doc.Side{}, here, doc.Comes},
		{"another value", plainly{}, here, in("remove"), doc.Alters},
		{"it goes", plainly{}, here, none, doc.Goes},
		{"an entry that asks for it", denying{}, none, here, doc.Comes},
		{"its end", denying{}, here, none, doc.Goes},
		{"a denial", denying{}, none, in("remove"), doc.Goes},
		{"a denial of what is here", denying{}, here, in("exclude"), doc.Goes},
		{"another denial", denying{}, in("remove"), in("exclude"), doc.Alters},
		{"the end of a denial", denying{}, in("remove"), none, doc.Returns},
		{"a wish in its place", denying{}, in("remove"), here, doc.Comes},
		{"what is there anyway gets a value", resting{}, none, here, doc.Comes},
		{"and rests again", resting{}, here, none, doc.Alters},
	} {
		if got := Effect(c.s, c.from, c.to); got != c.want {
			t.Errorf("%s: %d, want %d", c.what, got, c.want)
		}
	}
}
