package registry

import (
	"slices"
	"strings"
	"testing"

	"bkt/internal/subsystem"
)

// Subsystems that share a manifest agree on what an empty one is, and each finds nothing in it.
func TestEmptyManifests(t *testing.T) {
	seen := map[string]string{}
	for _, s := range All() {
		c, ok := s.(subsystem.Codec)
		if !ok {
			t.Errorf("%s has no manifest", s.Info().Name)
			continue
		}
		empty := string(c.New())
		if other, ok := seen[c.File()]; ok && other != empty {
			t.Errorf("%s: %s has\n%s, another subsystem\n%s", c.File(), s.Info().Name, empty, other)
		}
		seen[c.File()] = empty
		if items, err := c.Parse(c.File(), c.New()); err != nil || len(items) > 0 {
			t.Errorf("%s: %v, %v", s.Info().Name, items, err)
		}
	}
	if len(seen) < 5 {
		t.Errorf("only %d manifests", len(seen))
	}
}

// What a person may say of an item is said once, and what goes without saying is valid.
func TestAttributes(t *testing.T) {
	for _, s := range All() {
		a, ok := s.(subsystem.Attributer)
		if !ok {
			continue // cmd/bkt-local demands it
		}
		names := map[string]bool{}
		for _, one := range a.Attributes() {
			if names[one.Name] || one.Name == "" || strings.ContainsAny(one.Name, "= ") {
				t.Errorf("%s: the attribute %q", s.Info().Name, one.Name)
			}
			names[one.Name] = true
			if one.Values != nil && (one.Kind != subsystem.Text || one.Default != "" && !slices.Contains(one.Values, one.Default)) {
				t.Errorf("%s: %s is %q without a word, and not one of %q", s.Info().Name, one.Name, one.Default, one.Values)
			}
			if one.Name == "scope" && !slices.Contains(s.Info().Scopes, one.Default) {
				t.Errorf("%s: the scope is %q without a word", s.Info().Name, one.Default)
			}
		}
	}
}

// What a planner asks about is looked at by that name, and was brought before.
func TestReliant(t *testing.T) {
	var before []string
	for _, s := range All() {
		if r, ok := s.(subsystem.Reliant); ok {
			for _, on := range r.On() {
				if !slices.Contains(before, on) {
					t.Errorf("%s asks about %q, which is no subsystem before it", s.Info().Name, on)
				}
			}
		}
		before = append(before, s.Info().Name)
	}
}
