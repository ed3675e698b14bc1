package shim

import (
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
	return s.list().Parse(path, data)
}

// Edit sets and removes entries. A host is written where it is not the name.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	return manifest.EditItems(s.list(), path, data, edits)
}

// list is the manifest's.
func (s Subsystem) list() manifest.Items {
	return manifest.Items{List: key, ID: "name", Repeats: true, Validate: s.Validate, Read: s.entry, Fresh: fresh, Update: update}
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

// fresh is a new entry.
func fresh(i doc.Item) ([]manifest.Field, error) {
	return []manifest.Field{{Name: "name", Value: manifest.String(i.ID)}, hostField(i)}, nil
}

// update is what has to change of an entry.
func update(_ manifest.Element, old, wanted doc.Item) []manifest.Field {
	if hostOf(wanted) == hostOf(old) {
		return nil
	}
	return []manifest.Field{hostField(wanted)}
}

// hostField is an item's host as a field, without a value where it is the name.
func hostField(i doc.Item) manifest.Field {
	if hostOf(i) == i.ID {
		return manifest.Field{Name: "host"}
	}
	return manifest.Field{Name: "host", Value: manifest.String(hostOf(i))}
}
