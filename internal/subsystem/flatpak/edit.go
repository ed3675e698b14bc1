package flatpak

import (
	"fmt"
	"slices"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// Edit carries edits out. An item is the whole entry: where it has no overrides, the manifest's go. A branch is only
// written where it says something, and what an item does not know (commit, unknown fields) stays.
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
		case c.Item.Attrs.String(remote) == "":
			return nil, fmt.Errorf("%s: %s has no remote", path, c.Item.ID)
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

// sortKey is the id alone: which scope comes first is the file's own matter.
func sortKey(e manifest.Element) string {
	id, _, _ := e.String("id")
	return id
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
	fields := []manifest.Field{
		{Name: "id", Value: manifest.String(i.ID)},
		{Name: remote, Value: manifest.String(i.Attrs.String(remote))},
		{Name: "scope", Value: manifest.String(i.Scope)},
	}
	if b := i.Attrs.String(branch); b != "" && b != Stable {
		fields = append(fields, manifest.Field{Name: branch, Value: manifest.String(b)})
	}
	if l := i.Attrs.Strings(overrides); len(l) > 0 {
		fields = append(fields, manifest.Field{Name: overrides, Value: manifest.Strings(canonicalOverrides(l))})
	}
	return manifest.Object(fields...)
}

// update is what has to change of an entry so that it says what a says.
func update(old entry, a doc.Attrs) []manifest.Field {
	var fields []manifest.Field
	if r := a.String(remote); r != "" && r != old.item.Attrs.String(remote) {
		fields = append(fields, manifest.Field{Name: remote, Value: manifest.String(r)})
	}
	was := old.item.Attrs.String(branch)
	if b := a.String(branch); b != "" && b != was && (was != "" || b != Stable) {
		fields = append(fields, manifest.Field{Name: branch, Value: manifest.String(b)})
	}
	before, after := old.item.Attrs.Strings(overrides), canonicalOverrides(a.Strings(overrides))
	if slices.Equal(before, after) || len(before)+len(after) == 0 {
		return fields
	}
	if len(after) == 0 {
		return append(fields, manifest.Field{Name: overrides})
	}
	return append(fields, manifest.Field{Name: overrides, Value: manifest.Strings(merge(old.at, after))})
}

// merge is after in the order and spelling of the manifest, as far as it has one; what is new comes last, or to its
// place in a list that is sorted.
func merge(e manifest.Element, after []string) []string {
	l, _, _ := e.Strings(overrides)
	was := texts(l)
	var out []string
	rest := slices.Clone(after)
	for _, o := range was {
		if n := slices.Index(rest, canonicalOverrides([]string{o})[0]); n >= 0 {
			out, rest = append(out, o), slices.Delete(rest, n, n+1)
		}
	}
	out = append(out, rest...)
	if slices.IsSorted(was) {
		slices.Sort(out)
	}
	return out
}
