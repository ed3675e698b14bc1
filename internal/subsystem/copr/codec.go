package copr

import (
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
	return s.list().Parse(path, data)
}

// Edit sets and removes entries. A flag is written where it says something: it differs from
// what the entry says or, by saying nothing, means.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	return manifest.EditItems(s.list(), path, data, edits)
}

// list is the manifest's. A distribution that only has packages may leave it out.
func (s Subsystem) list() manifest.Items {
	return manifest.Items{
		List: key, ID: "name", Optional: true, Repeats: true, Validate: s.Validate, Read: s.read, Fresh: fresh, Update: update,
	}
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

// fresh is a new entry.
func fresh(i doc.Item) ([]manifest.Field, error) {
	name := manifest.Field{Name: "name", Value: manifest.String(i.ID)}
	return append([]manifest.Field{name}, differing(nil, i.Attrs)...), nil
}

// update is what has to change of an entry.
func update(_ manifest.Element, old, wanted doc.Item) []manifest.Field {
	return differing(old.Attrs, wanted.Attrs)
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
