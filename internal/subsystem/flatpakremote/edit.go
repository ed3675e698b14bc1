package flatpakremote

import (
	"maps"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// sortKey is the name alone: which scope comes first is the file's own matter.
func sortKey(e manifest.Element) string {
	name, _, _ := e.String("name")
	return name
}

// latest leaves the last edit of each item.
func latest(edits []subsystem.Edit) []subsystem.Edit {
	last := make(map[doc.Key]int, len(edits))
	var out []subsystem.Edit
	for _, e := range edits {
		e.Item.Subsystem = Name
		if n, again := last[e.Item.Key()]; again {
			out[n] = e
			continue
		}
		last[e.Item.Key()] = len(out)
		out = append(out, e)
	}
	return out
}

// fresh is a new entry.
func fresh(i doc.Item) manifest.Value {
	a := maps.Clone(i.Attrs)
	canonicalize(a)
	fields := []manifest.Field{
		{Name: "name", Value: manifest.String(i.ID)},
		{Name: location, Value: manifest.String(spelling(a.String(location)))},
		{Name: "scope", Value: manifest.String(i.Scope)},
	}
	if a.Bool(filtered, false) {
		fields = append(fields, manifest.Field{Name: filtered, Value: manifest.Bool(true)})
	}
	if key := a.String(gpgKey); key != "" {
		fields = append(fields, manifest.Field{Name: gpgKey, Value: manifest.String(key)})
	}
	return manifest.Object(fields...)
}

// update is what has to change of an entry so that it says what a says.
func update(old entry, a doc.Attrs) []manifest.Field {
	a = maps.Clone(a)
	if a.String(location) == "" {
		a = a.Set(location, old.item.Attrs.String(location))
	}
	canonicalize(a)
	var fields []manifest.Field
	moved := a.String(location) != old.item.Attrs.String(location)
	if moved {
		fields = append(fields, manifest.Field{Name: location, Value: manifest.String(spelling(a.String(location)))})
	}
	switch key := a.String(gpgKey); {
	case key != "" && key != old.item.Attrs.String(gpgKey):
		fields = append(fields, manifest.Field{Name: gpgKey, Value: manifest.String(key)})
	case key == "" && moved:
		// The key of the old place does not open the new one.
		fields = append(fields, manifest.Field{Name: gpgKey})
	}
	return fields
}
