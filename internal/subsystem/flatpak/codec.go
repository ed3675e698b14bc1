package flatpak

import (
	"bkt/internal/doc"
	"bkt/internal/manifest"
)

// list is where the entries stand in the manifest.
var list = []string{"apps"}

// File is the manifest's name.
func (Subsystem) File() string { return "flatpak-apps.json" }

// New is a manifest without apps.
func (Subsystem) New() []byte { return []byte("{\n  \"apps\": []\n}\n") }

// Parse reads the apps. A commit stays in the file and is no attribute: pins are not enforced. An empty list of
// overrides says no more than none.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, err
	}
	entries, err := s.entries(f)
	if err != nil {
		return nil, err
	}
	items := make([]doc.Item, len(entries))
	for n, e := range entries {
		items[n] = e.item
	}
	return items, nil
}

// entry is one app of the manifest.
type entry struct {
	item doc.Item
	at   manifest.Element
}

func (s Subsystem) entries(f *manifest.File) ([]entry, error) {
	elements, ok, err := f.Objects(list...)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, f.Root().Errorf("%q is missing", list[0])
	}
	out := make([]entry, 0, len(elements))
	seen := make(map[doc.Key]bool, len(elements))
	for _, e := range elements {
		i, err := parseEntry(e)
		if err != nil {
			return nil, err
		}
		if seen[i.Key()] {
			return nil, e.Errorf("%s stands twice in scope %s", i.ID, i.Scope)
		}
		seen[i.Key()] = true
		out = append(out, entry{i, e})
	}
	return out, nil
}

func parseEntry(e manifest.Element) (doc.Item, error) {
	i := doc.Item{Subsystem: Name, Attrs: doc.Attrs{}}
	var err error
	if i.ID, err = e.Required("id"); err != nil {
		return i, err
	}
	if i.Scope, err = e.Required("scope"); err != nil {
		return i, err
	}
	from, err := e.Required(remote)
	if err != nil {
		return i, err
	}
	i.Attrs.Set(remote, from)
	if b, ok, err := e.String(branch); err != nil {
		return i, err
	} else if ok {
		i.Attrs.Set(branch, b)
	}
	if _, _, err := e.String("commit"); err != nil {
		return i, err
	}
	l, _, err := e.Strings(overrides)
	if err != nil {
		return i, err
	}
	if len(l) > 0 {
		i.Attrs.Set(overrides, canonicalOverrides(texts(l)))
	}
	if field, err := check(i); err != nil {
		at, _ := e.Field(field)
		return i, at.Errorf("%v", err)
	}
	return i, nil
}

func texts(l []manifest.Entry) []string {
	out := make([]string, len(l))
	for n, e := range l {
		out[n] = e.Value
	}
	return out
}
