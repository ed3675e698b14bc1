package repo

import (
	"fmt"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// key is the list's name in the manifest.
const key = "repos"

// File is external-repos.json.
func (Subsystem) File() string { return "external-repos.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte("{\n  \"repos\": []\n}\n") }

// Parse gives one item per repository. Lists of addresses and of keys have one form, whatever stands between their words.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	return s.list().Parse(path, data)
}

// Edit sets and removes entries. A spelling that means the same stays.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	return manifest.EditItems(s.list(), path, data, edits)
}

// list is the manifest's.
func (s Subsystem) list() manifest.Items {
	return manifest.Items{List: key, ID: "name", Repeats: true, Validate: s.Validate, Read: s.entry, Fresh: fresh, Update: update}
}

// fields are an entry's, in the order in which a new one has them, and the attributes that they are.
func fields() []string { return []string{displayName, baseURL, gpgKey} }

// entry is an element as an item. What is kept and not enforced must still be what it says it is.
func (s Subsystem) entry(e manifest.Element) (doc.Item, error) {
	i := doc.Item{Subsystem: Name, Attrs: doc.Attrs{}}
	var err error
	if i.ID, err = e.Required("name"); err != nil {
		return i, err
	}
	for _, f := range fields() {
		v, ok, err := e.String(f)
		if err == nil && !ok && f != displayName {
			v, err = e.Required(f)
			ok = true
		}
		if err != nil {
			return i, err
		}
		if ok {
			i.Attrs.Set(f, v)
		}
	}
	if _, _, err := e.Strings("packages"); err != nil {
		return i, err
	}
	for _, f := range []string{"opt_path", "layer_group"} {
		if _, _, err := e.String(f); err != nil {
			return i, err
		}
	}
	if field, err := check(i); err != nil {
		at, _ := e.Field(field)
		return i, at.Errorf("%s: %v", key, err)
	}
	if err := s.Validate(i); err != nil {
		at, _ := e.Field("name")
		return i, at.Errorf("%s: %v", key, err)
	}
	i.Attrs = canonical(i.Attrs)
	return i, nil
}

// fresh is a new entry.
func fresh(i doc.Item) ([]manifest.Field, error) {
	for _, needed := range []string{baseURL, gpgKey} {
		if i.Attrs.String(needed) == "" {
			return nil, fmt.Errorf("repository '%s' has no %s", i.ID, needed)
		}
	}
	out := []manifest.Field{{Name: "name", Value: manifest.String(i.ID)}}
	return append(out, differing(nil, canonical(i.Attrs))...), nil
}

// update is what has to change of an entry.
func update(_ manifest.Element, old, wanted doc.Item) []manifest.Field {
	return differing(old.Attrs, canonical(wanted.Attrs))
}

// differing are the fields that want says otherwise than have does.
func differing(have, want doc.Attrs) []manifest.Field {
	var out []manifest.Field
	for _, f := range fields() {
		if v := want.String(f); v != "" && v != have.String(f) {
			out = append(out, manifest.Field{Name: f, Value: manifest.String(v)})
		}
	}
	return out
}
