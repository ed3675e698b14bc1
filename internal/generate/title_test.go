package generate_test

import (
	"testing"

	"bkt/internal/doc"
	"bkt/internal/generate"
	"bkt/internal/registry"
)

// A title says what a change means for the thing, not for the list that its entry stands in.
func TestTitle(t *testing.T) {
	none, in, out := doc.Absent(), doc.Has(doc.Attrs{}.Set("mode", "install")), doc.Has(doc.Attrs{}.Set("mode", "remove"))
	one := func(action, sub, id string, want, have doc.Side) doc.Change {
		return doc.Change{Action: action, Subsystem: sub, ID: id, Want: want, Have: have}
	}
	for _, c := range []struct {
		in   []doc.Change
		want string
	}{
		{nil, "Regenerate the managed sections"},
		{[]doc.Change{one(doc.Add, "dnf", "htop", none, in)}, "Add package htop"},
		{[]doc.Change{one(doc.Add, "dnf", "htop", doc.Side{}, in)}, "Add package htop"},
		{[]doc.Change{one(doc.Add, "dnf", "gnome-maps", none, out)}, "Remove package gnome-maps"},
		{[]doc.Change{one(doc.Add, "karg", "rhgb", none, out)}, "Remove kernel argument rhgb"},
		{[]doc.Change{one(doc.Update, "dnf", "htop", in, out)}, "Remove package htop"},
		{[]doc.Change{one(doc.Update, "dnf", "htop", doc.Side{}, out)}, "Remove package htop"},
		{[]doc.Change{one(doc.Update, "dnf", "htop", doc.Side{}, in)}, "Update package htop"},
		{[]doc.Change{one(doc.Remove, "dnf", "htop", in, none)}, "Remove package htop"},
		{[]doc.Change{one(doc.Remove, "karg", "rhgb", out, none)}, "Put back kernel argument rhgb"},
		{[]doc.Change{one(doc.Remove, "systemd", "a.service", doc.Has(nil), none)}, "Update unit a.service"},
		{[]doc.Change{
			one(doc.Remove, "dnf", "vim", in, none), one(doc.Add, "karg", "rhgb", none, out), one(doc.Remove, "dnf", "nano", out, none), one(doc.Add, "dnf", "htop", none, in),
		}, "Add package htop, put back package nano, remove package vim and 1 more"},
	} {
		if got := generate.Title(c.in, registry.All()); got != c.want {
			t.Errorf("%+v: %q, want %q", c.in, got, c.want)
		}
	}
}
