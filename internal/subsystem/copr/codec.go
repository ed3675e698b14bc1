package copr

import (
	"maps"
	"slices"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// empty is an empty manifest; package dnf shares the file.
const empty = `{
  "packages": [],
  "groups": [],
  "excluded": [],
  "copr_repos": []
}
`

// key is the list's name in the manifest.
const key = "copr_repos"

// flags are the fields of an entry that are true unless said otherwise.
func flags() []string { return []string{"enabled", "gpg_check"} }

// File is system-packages.json, which is dnf's, too.
func (Subsystem) File() string { return "system-packages.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte(empty) }

// Parse gives one item per project. Two entries of one project that differ are an error.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, err
	}
	list, _, err := f.Objects(key)
	if err != nil {
		return nil, err
	}
	out := make([]doc.Item, 0, len(list))
	first := make(map[string]int, len(list))
	for _, e := range list {
		i, err := s.read(e)
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

// read is an entry as an item.
func (s Subsystem) read(e manifest.Element) (doc.Item, error) {
	name, err := e.Required("name")
	if err != nil {
		return doc.Item{}, err
	}
	i := doc.Item{Subsystem: Name, ID: name, Attrs: doc.Attrs{}}
	for _, flag := range flags() {
		v, ok, err := e.Bool(flag)
		if err != nil {
			return doc.Item{}, err
		}
		if ok {
			i.Attrs.Set(flag, v)
		}
	}
	if err := s.Validate(i); err != nil {
		at, _ := e.Field("name")
		return doc.Item{}, at.Errorf("%s: %v", key, err)
	}
	return i, nil
}

// Edit sets and removes entries. A flag is written where it says something: it differs from
// what the entry says or, by saying nothing, means.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, err
	}
	list, _, err := f.Objects(key)
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
		i, err := s.read(e)
		if err != nil {
			return nil, err
		}
		there[i.ID] = true
		if want, ok := wanted[i.ID]; ok && want.Remove {
			m.Remove = append(m.Remove, e.Index())
		} else if fields := differing(i.Attrs, want.Item.Attrs); len(fields) > 0 {
			m.Set[e.Index()] = fields
		}
	}
	for _, id := range slices.Sorted(maps.Keys(wanted)) {
		if e := wanted[id]; !e.Remove && !there[id] {
			name := manifest.Field{Name: "name", Value: manifest.String(id)}
			m.Insert = append(m.Insert, manifest.Object(append([]manifest.Field{name}, differing(nil, e.Item.Attrs)...)...))
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

// differing are the flags that want says otherwise than have means.
func differing(have, want doc.Attrs) []manifest.Field {
	var out []manifest.Field
	for _, flag := range flags() {
		means := have.Bool(flag, true)
		if v := want.Bool(flag, means); v != means {
			out = append(out, manifest.Field{Name: flag, Value: manifest.Bool(v)})
		}
	}
	return out
}

// sortKey is what the list is ordered by.
func sortKey(e manifest.Element) string {
	name, _, _ := e.String("name")
	return name
}
