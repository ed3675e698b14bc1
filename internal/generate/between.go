package generate

import (
	"maps"
	"slices"

	"bkt/internal/compare"
	"bkt/internal/doc"
)

// Between gives the changes that lead from one version of the manifests to another. A
// subsystem that either does not manage is left out.
func Between(before, after *compare.Manifests) []doc.Change {
	var out []doc.Change
	for _, name := range slices.Sorted(maps.Keys(after.Items)) {
		if !before.Managed(name) {
			continue
		}
		for _, i := range before.Items[name] {
			if !after.Want(i.Key()).There() {
				out = append(out, between(i.Key(), doc.Has(i.Attrs), doc.Absent()))
			}
		}
		for _, i := range after.Items[name] {
			if was := before.Want(i.Key()); !was.Equal(doc.Has(i.Attrs)) {
				out = append(out, between(i.Key(), was, doc.Has(i.Attrs)))
			}
		}
	}
	return out
}

func between(k doc.Key, want, have doc.Side) doc.Change {
	c := doc.Change{Subsystem: k.Subsystem, Scope: k.Scope, ID: k.ID, Want: want, Have: have}
	c.Action = effect(c)
	return c
}
