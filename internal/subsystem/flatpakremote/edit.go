package flatpakremote

import (
	"fmt"
	"maps"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/remotes"
	"bkt/internal/subsystem"
)

// Edit carries edits out. A spelling of the URL that means the same stays, and so does whether the remote is filtered,
// and the key, unless the item has another one or the remote has moved.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	return manifest.EditItems(s.list(), path, data, edits)
}

// fresh is a new entry.
func fresh(i doc.Item) ([]manifest.Field, error) {
	if i.Attrs.String(location) == "" {
		return nil, fmt.Errorf("%s has no url", i.ID)
	}
	a := maps.Clone(i.Attrs)
	canonicalize(a)
	fields := []manifest.Field{
		{Name: "name", Value: manifest.String(i.ID)},
		{Name: location, Value: manifest.String(remotes.Spelling(a.String(location)))},
		{Name: "scope", Value: manifest.String(i.Scope)},
	}
	if a.Bool(filtered, false) {
		fields = append(fields, manifest.Field{Name: filtered, Value: manifest.Bool(true)})
	}
	if key := a.String(gpgKey); key != "" {
		fields = append(fields, manifest.Field{Name: gpgKey, Value: manifest.String(key)})
	}
	return fields, nil
}

// update is what has to change of an entry so that it says what is wanted.
func update(_ manifest.Element, old, wanted doc.Item) []manifest.Field {
	have, a := old.Attrs, maps.Clone(wanted.Attrs)
	if a.String(location) == "" {
		a = a.Set(location, have.String(location))
	}
	canonicalize(a)
	var fields []manifest.Field
	moved := a.String(location) != have.String(location)
	if moved {
		fields = append(fields, manifest.Field{Name: location, Value: manifest.String(remotes.Spelling(a.String(location)))})
	}
	switch key := a.String(gpgKey); {
	case key != "" && key != have.String(gpgKey):
		fields = append(fields, manifest.Field{Name: gpgKey, Value: manifest.String(key)})
	case key == "" && moved:
		// The key of the old place does not open the new one.
		fields = append(fields, manifest.Field{Name: gpgKey})
	}
	return fields
}
