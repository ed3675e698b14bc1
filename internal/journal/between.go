package journal

import (
	"maps"
	"slices"

	"bkt/internal/doc"
)

// Between gives the entries that lead from one look at a machine to the next, in the order of
// their keys, and the subsystems of which one of the two looks failed. Where a look did not see
// everything, absence in it proves nothing.
func Between(before, after *doc.State) (entries []Entry, unseen []string) {
	was, is := byKey(before.Items), byKey(after.Items)
	for _, k := range slices.SortedFunc(keys(was, is), doc.CompareKeys) {
		b, a := before.Subsystems[k.Subsystem], after.Subsystems[k.Subsystem]
		if b.Status != doc.OK || a.Status != doc.OK {
			continue
		}
		e := Entry{Subsystem: k.Subsystem, Scope: k.Scope, Item: k.ID, Before: doc.Absent(), After: doc.Absent()}
		old, had := was[k]
		now, has := is[k]
		if had {
			e.Before = doc.Has(old.Attrs)
		}
		if has {
			e.After = doc.Has(now.Attrs)
		}
		e.Action = Action(e.Before, e.After)
		if e.Before.Equal(e.After) || !had && !proof(b, before.Items, k.Subsystem) || !has && !proof(a, after.Items, k.Subsystem) {
			continue
		}
		entries = append(entries, e)
	}
	for _, name := range slices.Sorted(maps.Keys(before.Subsystems)) {
		if before.Subsystems[name].Status == doc.Failed || after.Subsystems[name].Status == doc.Failed {
			unseen = append(unseen, name)
		}
	}
	return entries, unseen
}

// keys gives the keys of both, each once.
func keys(a, b map[doc.Key]doc.Item) func(yield func(doc.Key) bool) {
	return func(yield func(doc.Key) bool) {
		for k := range a {
			if !yield(k) {
				return
			}
		}
		for k := range b {
			if _, both := a[k]; !both && !yield(k) {
				return
			}
		}
	}
}

func byKey(l []doc.Item) map[doc.Key]doc.Item {
	out := make(map[doc.Key]doc.Item, len(l))
	for _, i := range l {
		out[i.Key()] = i
	}
	return out
}

// proof says whether a look saw all of a subsystem.
func proof(c doc.Collected, items []doc.Item, name string) bool {
	n := 0
	for _, i := range items {
		if i.Subsystem == name {
			n++
		}
	}
	return c.Count != nil && *c.Count == n
}
