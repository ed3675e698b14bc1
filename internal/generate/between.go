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

// added are the changes that lead from what a branch holds to what it is to hold, both beyond the
// default branch.
func added(changes, held []doc.Change, main *compare.Manifests) []doc.Change {
	left := make(map[doc.Key]doc.Side, len(held))
	for _, c := range held {
		left[c.Key()] = c.Have
	}
	var out []doc.Change
	for _, c := range changes {
		k := c.Key()
		was, there := left[k]
		delete(left, k)
		switch {
		case !there:
			out = append(out, c)
		case !was.Equal(c.Have):
			out = append(out, between(k, was, c.Have))
		}
	}
	for _, c := range held {
		k := c.Key()
		if was, gone := left[k]; gone && !was.Equal(main.Want(k)) {
			out = append(out, between(k, was, main.Want(k)))
		}
	}
	return out
}
