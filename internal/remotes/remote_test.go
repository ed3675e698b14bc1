package remotes

import (
	"testing"

	"bkt/internal/doc"
)

func named(scope, url, key string) doc.Item {
	a := doc.Attrs{}.Set(URL, url)
	if key != "" {
		a.Set(Key, key)
	}
	return doc.Item{Subsystem: Subsystem, ID: "x", Scope: scope, Attrs: a}
}

func TestFind(t *testing.T) {
	const flathub = "https://dl.flathub.org/repo"
	for name, c := range map[string]struct {
		id     string
		wanted []doc.Item
		here   map[string]doc.Attrs
		want   Remote
	}{
		"nobody knows it":            {id: "x"},
		"everybody knows it":         {id: "flathub", want: Remote{URL: flathub}},
		"named here":                 {id: "x", wanted: []doc.Item{named("system", "https://s", "S"), named("user", "https://u", "U")}, want: Remote{URL: "https://u", Key: "U"}},
		"named for the other scope":  {id: "x", wanted: []doc.Item{named("system", "https://s/", "S")}, want: Remote{URL: "https://s", Key: "S"}},
		"named twice, one with key":  {id: "x", wanted: []doc.Item{named("user", "https://s/", ""), named("system", "https://s", "S")}, want: Remote{URL: "https://s", Key: "S"}},
		"the key of another place":   {id: "x", wanted: []doc.Item{named("user", "https://u", ""), named("system", "https://s", "S")}},
		"named by a known url":       {id: "x", wanted: []doc.Item{named("user", flathub+"/flathub.flatpakrepo", "")}, want: Remote{URL: flathub}},
		"another one of a good name": {id: "flathub", wanted: []doc.Item{{ID: "flathub", Scope: "user", Attrs: doc.Attrs{}.Set(URL, "https://mirror")}}},
		"in the other installation":  {id: "x", here: map[string]doc.Attrs{"system": doc.Attrs{}.Set(URL, "https://s").Set(Key, "S")}, want: Remote{URL: "https://s", Key: "S"}},
		"there, and not verified":    {id: "x", here: map[string]doc.Attrs{"system": doc.Attrs{}.Set(URL, "https://s")}},
		"there, from another place": {id: "x", wanted: []doc.Item{named("user", "https://u", "")},
			here: map[string]doc.Attrs{"system": doc.Attrs{}.Set(URL, "https://s").Set(Key, "S")}},
		"there, from the same place": {id: "x", wanted: []doc.Item{named("user", "https://s", "")},
			here: map[string]doc.Attrs{"system": doc.Attrs{}.Set(URL, "https://s").Set(Key, "S")}, want: Remote{URL: "https://s", Key: "S"}},
	} {
		got, ok := Find(c.id, "user", c.wanted, func(scope string) (doc.Attrs, bool) { a, ok := c.here[scope]; return a, ok })
		if c.want.URL != "" {
			c.want.Name, c.want.Scope = c.id, "user"
		}
		if got != c.want || ok != (c.want.URL != "") {
			t.Errorf("%s: %+v, %v, want %+v", name, got, ok, c.want)
		}
	}
}
