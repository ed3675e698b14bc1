package journal

import (
	"strings"
	"testing"

	"bkt/internal/doc"
)

// looked is a state of one subsystem: `a b=1` are items, `!c` is one that no manifest could
// reproduce, and `…` says that not everything was seen, `-` that nothing was.
func looked(text string) *doc.State {
	s := &doc.State{Subsystems: map[string]doc.Collected{}}
	got := doc.Collected{Status: doc.OK}
	all := true
	for _, f := range strings.Fields(text) {
		name, value, _ := strings.Cut(f, "=")
		switch {
		case f == "…":
			all = false
		case f == "-":
			got.Status = doc.Failed
		case f[0] == '!':
			s.Unmanaged = append(s.Unmanaged, doc.Unmanaged{Subsystem: "flatpak", Scope: "user", ID: name[1:], Reason: "of a bundle " + value})
		default:
			s.Items = append(s.Items, doc.Item{Subsystem: "flatpak", Scope: "user", ID: name, Attrs: doc.Attrs{}.Set("value", value)})
		}
	}
	if n := len(s.Items); all && got.Status == doc.OK {
		got.Count = &n
	}
	s.Subsystems["flatpak"] = got
	return s
}

func TestBetween(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"a", "a", ""},
		{"a b=1", "b=2 c", "remove a, update b, add c"},
		{"… a", "b", "remove a"},
		{"a", "… b", "add b"},
		{"-", "a", "unseen"},
		{"a", "-", "unseen"},
		{"a !b", "a !b", ""},
		{"a", "a !b", "odd b"},
		{"a !b", "a", ""},
		{"… a", "a !b", ""},
		{"- a", "a !b", "unseen"},
		{"a", "!a", "odd a"}, // it is here still: its remote went
		{"a b", "!a", "remove b, odd a"},
		{"!a", "a", "add a"},
		{"a !a=beta", "!a=beta", "remove a"},
	} {
		entries, odd, unseen := Between(looked(c.before), looked(c.after))
		var got []string
		for _, e := range entries {
			got = append(got, e.Action+" "+e.Item)
		}
		for _, u := range odd {
			got = append(got, "odd "+u.ID)
		}
		if len(unseen) > 0 {
			got = append(got, "unseen")
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s -> %s: %s, want %s", c.before, c.after, strings.Join(got, ", "), c.want)
		}
	}
}
