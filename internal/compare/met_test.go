package compare_test

import (
	"testing"

	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/registry"
)

// What is asked for in so many words is here where the comparison of manifests would find no
// difference, and nowhere else.
func TestMet(t *testing.T) {
	set := func(kv ...any) doc.Attrs {
		a := doc.Attrs{}
		for n := 0; n < len(kv); n += 2 {
			a.Set(kv[n].(string), kv[n+1])
		}
		return a
	}
	count := func(n int) *int { return &n }
	state := &doc.State{Host: doc.Host{Image: &doc.Image{}},
		Items: []doc.Item{
			{Subsystem: "dnf", ID: "htop", Attrs: set("mode", "install")},
			{Subsystem: "dnf", ID: "nano", Attrs: set("mode", "remove")},
			{Subsystem: "flatpak", Scope: "user", ID: "org.a.App", Attrs: set("remote", "flathub", "branch", "stable")},
			{Subsystem: "gsetting", ID: "org.a.b c", Attrs: set("value", "uint32 5")},
		},
		Subsystems: map[string]doc.Collected{
			"dnf":       {Status: doc.OK, Count: count(2), Present: []doc.Present{{ID: "vim"}, {ID: "nano"}, {ID: "editor", Attrs: set("by", "vim")}}},
			"flatpak":   {Status: doc.OK, Count: count(9), Present: []doc.Present{}},
			"gsetting":  {Status: doc.OK, Count: count(1), Present: []doc.Present{{ID: "org.a.b d", Attrs: set("value", "'x'")}}},
			"extension": {Status: doc.Failed},
		}}
	for _, c := range []struct {
		item doc.Item
		want bool
	}{
		{doc.Item{Subsystem: "dnf", ID: "htop", Attrs: set("mode", "install")}, true},
		{doc.Item{Subsystem: "dnf", ID: "vim", Attrs: set("mode", "install")}, true},
		{doc.Item{Subsystem: "dnf", ID: "editor", Attrs: set("mode", "install")}, true},
		{doc.Item{Subsystem: "dnf", ID: "vim", Attrs: set("mode", "remove")}, false},
		{doc.Item{Subsystem: "dnf", ID: "nano", Attrs: set("mode", "remove")}, true},
		{doc.Item{Subsystem: "dnf", ID: "nano", Attrs: set("mode", "install")}, false},
		{doc.Item{Subsystem: "dnf", ID: "zsh", Attrs: set("mode", "install")}, false},
		{doc.Item{Subsystem: "flatpak", Scope: "user", ID: "org.a.App", Attrs: set("remote", "flathub")}, true},
		{doc.Item{Subsystem: "flatpak", Scope: "user", ID: "org.a.App", Attrs: set("remote", "flathub", "branch", "beta")}, false},
		{doc.Item{Subsystem: "flatpak", Scope: "user", ID: "org.a.App", Attrs: set("remote", "flathub", "overrides", []string{"--socket=x11"})}, false},
		{doc.Item{Subsystem: "flatpak", Scope: "system", ID: "org.a.App", Attrs: set("remote", "flathub")}, false},
		{doc.Item{Subsystem: "gsetting", ID: "org.a.b c", Attrs: set("value", "5", "from", "x@y")}, true},
		{doc.Item{Subsystem: "gsetting", ID: "org.a.b c", Attrs: set("value", "6")}, false},
		{doc.Item{Subsystem: "gsetting", ID: "org.a.b d", Attrs: set("value", "'x'")}, true},
		{doc.Item{Subsystem: "extension", ID: "x@y", Attrs: set("enabled", true)}, false},
	} {
		met := compare.Input{State: state, List: registry.All()}.Met([]doc.Item{c.item})
		if got := met(c.item.Key()); got != c.want {
			t.Errorf("%s %s %v: %v", c.item.Subsystem, c.item.ID, c.item.Attrs, got)
		}
	}
}
