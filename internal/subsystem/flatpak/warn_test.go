package flatpak

import (
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

func TestWarn(t *testing.T) {
	far := func(name, scope, key string) doc.Item {
		a := doc.Attrs{}.Set("url", "https://apps.example.test/repo")
		if key != "" {
			a.Set("gpg_key", key)
		}
		return doc.Item{Subsystem: "flatpak-remote", ID: name, Scope: scope, Attrs: a}
	}
	for name, c := range map[string]struct {
		remote, scope string
		remotes       []doc.Item
		want          string
	}{
		"in no manifest":                         {"mine", "user", nil, "remote 'mine' of the user's apps is in no manifest: bkt apply cannot install them elsewhere"},
		"of the system":                          {"mine", "system", []doc.Item{}, "remote 'mine' of the system's apps is in no manifest: where the image does not bring it, "},
		"another one is":                         {"mine", "user", []doc.Item{far("other", "user", "AAAA")}, "remote 'mine' "},
		"it is":                                  {"mine", "user", []doc.Item{far("mine", "user", "AAAA")}, ""},
		"it is, and warns itself":                {"mine", "user", []doc.Item{far("mine", "user", "")}, ""},
		"in the other scope, with a key":         {"mine", "user", []doc.Item{far("mine", "system", "AAAA")}, ""},
		"in the other scope, with nothing to it": {"mine", "user", []doc.Item{far("mine", "system", "")}, "remote 'mine' "},
		"everybody knows it":                     {"flathub", "user", nil, ""},
		"of which nothing is known":              {"", "user", nil, ""},
	} {
		a := doc.Attrs{}
		if c.remote != "" {
			a.Set("remote", c.remote)
		}
		got := Subsystem{}.Warn(doc.Item{Subsystem: Name, ID: "org.x.Y", Scope: c.scope, Attrs: a},
			subsystem.Manifests{Items: map[string][]doc.Item{"flatpak-remote": c.remotes}})
		if !strings.HasPrefix(got, c.want) || (got == "") != (c.want == "") || strings.Contains(got, "\n") {
			t.Errorf("%s: %q", name, got)
		}
	}
}
