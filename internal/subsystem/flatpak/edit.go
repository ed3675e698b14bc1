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
	return manifest.EditItems(s.list(), path, data, edits)
}

// fresh is a new entry.
func fresh(i doc.Item) ([]manifest.Field, error) {
	if i.Attrs.String(remote) == "" {
		return nil, fmt.Errorf("%s has no remote", i.ID)
	}
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
	return fields, nil
}

// update is what has to change of an entry so that it says what is wanted.
func update(at manifest.Element, old, wanted doc.Item) []manifest.Field {
	have, a := old.Attrs, wanted.Attrs
	var fields []manifest.Field
	if r := a.String(remote); r != "" && r != have.String(remote) {
		fields = append(fields, manifest.Field{Name: remote, Value: manifest.String(r)})
	}
	was := have.String(branch)
	if b := a.String(branch); b != "" && b != was && (was != "" || b != Stable) {
		fields = append(fields, manifest.Field{Name: branch, Value: manifest.String(b)})
	}
	before, after := have.Strings(overrides), canonicalOverrides(a.Strings(overrides))
	if slices.Equal(before, after) || len(before)+len(after) == 0 {
		return fields
	}
	if len(after) == 0 {
		return append(fields, manifest.Field{Name: overrides})
	}
	return append(fields, manifest.Field{Name: overrides, Value: manifest.Strings(merge(at, after))})
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
