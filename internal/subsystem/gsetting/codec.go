package gsetting

import (
	"fmt"

	"bkt/internal/doc"
	"bkt/internal/gvariant"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// File is gsettings.json.
func (Subsystem) File() string { return "gsettings.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte("{\n  \"settings\": []\n}\n") }

// Parse gives one item per key. Two entries of one key that differ are an error.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	return s.list().Parse(path, data)
}

// Edit sets and removes entries. A spelling of a value that means the same stays.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	return manifest.EditItems(s.list(), path, data, edits)
}

// list is the manifest's.
func (s Subsystem) list() manifest.Items {
	return manifest.Items{List: "settings", ID: "schema", Repeats: true, Validate: s.Validate, Read: entry, Fresh: fresh, Update: update}
}

// entry is an element as an item.
func entry(e manifest.Element) (doc.Item, error) {
	var field [3]string
	for n, name := range []string{"schema", "key", value} {
		var err error
		if field[n], err = e.Required(name); err != nil {
			return doc.Item{}, err
		}
	}
	uuid, _, err := e.String(from)
	if err != nil {
		return doc.Item{}, err
	}
	i := item(field[0], field[1], field[2], uuid)
	if name, err := check(i); err != nil {
		at, _ := e.Field(name)
		return i, at.Errorf("settings: %v", err)
	}
	if schema, key := parts(i.ID); schema != field[0] || key != field[1] {
		at, _ := e.Field("key")
		return i, at.Errorf("settings: %q is not a key of a schema", field[1])
	}
	return i, nil
}

// fresh is a new entry.
func fresh(i doc.Item) ([]manifest.Field, error) {
	if i.Attrs.String(value) == "" {
		return nil, fmt.Errorf("setting '%s' has no value", i.ID)
	}
	schema, key := parts(i.ID)
	fields := []manifest.Field{
		{Name: "schema", Value: manifest.String(schema)},
		{Name: "key", Value: manifest.String(key)},
		{Name: value, Value: manifest.String(i.Attrs.String(value))},
	}
	if uuid := i.Attrs.String(from); uuid != "" {
		fields = append(fields, manifest.Field{Name: from, Value: manifest.String(uuid)})
	}
	return fields, nil
}

// update is what has to change of an entry.
func update(_ manifest.Element, old, wanted doc.Item) []manifest.Field {
	var fields []manifest.Field
	if v := wanted.Attrs.String(value); v != "" && !gvariant.Same(v, old.Attrs.String(value)) {
		fields = append(fields, manifest.Field{Name: value, Value: manifest.String(v)})
	}
	if uuid := wanted.Attrs.String(from); uuid != "" && uuid != old.Attrs.String(from) {
		fields = append(fields, manifest.Field{Name: from, Value: manifest.String(uuid)})
	}
	return fields
}
