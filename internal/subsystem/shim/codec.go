package shim

import (
	"maps"
	"slices"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// key is the list's name in the manifest.
const key = "shims"

// File is host-shims.json.
func (Subsystem) File() string { return "host-shims.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte("{\n  \"shims\": []\n}\n") }

// Parse gives one item per shim, always with its host. Two entries of one name that differ
// are an error.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	_, list, err := s.open(path, data)
	if err != nil {
		return nil, err
	}
	out := make([]doc.Item, 0, len(list))
	first := make(map[string]int, len(list))
	for _, e := range list {
		i, err := s.entry(e)
		if err != nil {
			return nil, err
		}
		n, again := first[i.ID]
		if again && !out[n].Attrs.Equal(i.Attrs) {
			return nil, e.Errorf("%s: '%s' is there twice, and not the same", key, i.ID)
		}
		if !again {
			first[i.ID] = len(out)
			out = append(out, i)
		}
	}
	return out, nil
}

// open reads the list of a manifest, which has to have one.
func (Subsystem) open(path string, data []byte) (*manifest.File, []manifest.Element, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, nil, err
	}
	list, ok, err := f.Objects(key)
	if err == nil && !ok {
		err = f.Root().Errorf("%q is missing", key)
	}
	return f, list, err
}

// entry is an element as an item.
func (s Subsystem) entry(e manifest.Element) (doc.Item, error) {
	name, err := e.Required("name")
	if err != nil {
		return doc.Item{}, err
	}
	at, _ := e.Field("name")
	to, ok, err := e.String("host")
	if err != nil {
		return doc.Item{}, err
	}
	if !ok {
		to = name
	}
	i := item(name, to)
	if err := s.Validate(i); err != nil {
		return doc.Item{}, at.Errorf("%s: %v", key, err)
	}
	return i, nil
}

// Edit sets and removes entries. A host is written where it is not the name.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	f, list, err := s.open(path, data)
	if err != nil {
		return nil, err
	}
	wanted := map[string]subsystem.Edit{}
	for _, e := range edits {
		if err := s.Validate(e.Item); err != nil {
			return nil, err
		}
		wanted[e.Item.ID] = e
	}
	m := manifest.Edit{List: []string{key}, Set: map[int][]manifest.Field{}, SortKey: sortKey}
	there := map[string]bool{}
	for _, e := range list {
		i, err := s.entry(e)
		if err != nil {
			return nil, err
		}
		there[i.ID] = true
		want, ok := wanted[i.ID]
		switch {
		case ok && want.Remove:
			m.Remove = append(m.Remove, e.Index())
		case ok && hostOf(want.Item) != hostOf(i):
			m.Set[e.Index()] = []manifest.Field{hostField(want.Item)}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(wanted)) {
		if e := wanted[id]; !e.Remove && !there[id] {
			m.Insert = append(m.Insert, manifest.Object(manifest.Field{Name: "name", Value: manifest.String(id)}, hostField(e.Item)))
		}
	}
	after, err := f.Edit(m)
	if err != nil {
		return nil, err
	}
	if after == f {
		return data, nil
	}
	return after.Bytes(), nil
}

// hostField is an item's host as a field, without a value where it is the name.
func hostField(i doc.Item) manifest.Field {
	if hostOf(i) == i.ID {
		return manifest.Field{Name: "host"}
	}
	return manifest.Field{Name: "host", Value: manifest.String(hostOf(i))}
}

// sortKey is what the list is ordered by.
func sortKey(e manifest.Element) string {
	name, _, _ := e.String("name")
	return name
}
