package flatpakremote

import (
	"fmt"
	"maps"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// Edit carries edits out. A spelling of the URL that means the same stays, and so does whether the remote is filtered,
// and the key, unless the item has another one or the remote has moved.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, err
	}
	entries, err := s.entries(f)
	if err != nil {
		return nil, err
	}
	at := make(map[doc.Key]entry, len(entries))
	for _, e := range entries {
		at[e.item.Key()] = e
	}
	e := manifest.Edit{List: list, Set: map[int][]manifest.Field{}, SortKey: sortKey}
	for _, c := range latest(edits) {
		old, there := at[c.Item.Key()]
		switch {
		case c.Remove && there:
			e.Remove = append(e.Remove, old.at.Index())
		case c.Remove:
		case s.Validate(c.Item) != nil:
			return nil, fmt.Errorf("%s: %w", path, s.Validate(c.Item))
		case there:
			e.Set[old.at.Index()] = update(old, c.Item.Attrs)
		case c.Item.Attrs.String(location) == "":
			return nil, fmt.Errorf("%s: %s has no url", path, c.Item.ID)
		default:
			e.Insert = append(e.Insert, fresh(c.Item))
		}
	}
	edited, err := f.Edit(e)
	if err != nil || edited == f {
		return data, err
	}
	return edited.Bytes(), nil
}

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
