package main

import (
	"cmp"
	"strings"
	"testing"

	"bkt/internal/registry"
)

// A wish looks at what its planner asks about, and at nothing else.
func TestAround(t *testing.T) {
	want := map[string]string{"flatpak": "flatpak-remote flatpak", "gsetting": "extension gsetting", "dnf": "copr repo dnf"}
	for _, s := range registry.All() {
		var got []string
		for _, o := range around(registry.All(), s) {
			got = append(got, o.Info().Name)
		}
		name := s.Info().Name
		if w := cmp.Or(want[name], name); strings.Join(got, " ") != w {
			t.Errorf("%s looks at %q, want %q", name, got, w)
		}
	}
}
