package flatpakremote

import (
	"bkt/internal/doc"
	"bkt/internal/manifest"
)

// list is where the entries stand in the manifest.
var list = []string{"remotes"}

// File is the manifest's name.
func (Subsystem) File() string { return "flatpak-remotes.json" }

// New is a manifest without remotes.
func (Subsystem) New() []byte { return []byte("{\n  \"remotes\": []\n}\n") }

// Parse reads the remotes. Whether one is filtered stays in the file and is no attribute: a filter is not enforced. Nor
// is the key of a remote that everybody knows.
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

// entry is one remote of the manifest.
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
	if i.ID, err = e.Required("name"); err != nil {
		return i, err
	}
	if i.Scope, err = e.Required("scope"); err != nil {
		return i, err
	}
	url, err := e.Required(location)
	if err != nil {
		return i, err
	}
	i.Attrs.Set(location, url)
	key, hasKey, err := e.String(gpgKey)
	if err != nil {
		return i, err
	}
	if hasKey {
		i.Attrs.Set(gpgKey, key)
	}
	if _, _, err := e.Bool(filtered); err != nil {
		return i, err
	}
	if field, err := check(i); err != nil {
		at, _ := e.Field(field)
		return i, at.Errorf("%v", err)
	}
	canonicalize(i.Attrs)
	return i, nil
}

// canonicalize brings valid attributes into the form that capture gives them.
func canonicalize(a doc.Attrs) {
	url := canonicalURL(a.String(location))
	a.Set(location, url)
	if ring, err := decodeKeys(a.String(gpgKey)); err == nil {
		a.Set(gpgKey, encodeKeys(ring))
	}
	if _, ok := known[url]; ok {
		delete(a, gpgKey)
	}
}
