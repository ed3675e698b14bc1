package journal

import (
	"maps"
	"slices"

	"bkt/internal/doc"
)

// Between gives the entries that lead from one look at a machine to the next, in the order of
// their keys, what was not there before and no manifest could reproduce, and the subsystems of
// which one of the two looks failed. Where a look did not see everything, absence in it proves
// nothing; nor does it where the item is here still, as something that no manifest could reproduce.
func Between(before, after *doc.State) (entries []Entry, odd []doc.Unmanaged, unseen []string) {
	was, is := byKey(before.Items), byKey(after.Items)
	odd, turned := strange(before, after)
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
		if e.Before.Equal(e.After) || !had && !proof(b, before.Items, k.Subsystem) || !has && (turned[k] || !proof(a, after.Items, k.Subsystem)) {
			continue
		}
		entries = append(entries, e)
	}
	for _, name := range slices.Sorted(maps.Keys(before.Subsystems)) {
		if before.Subsystems[name].Status == doc.Failed || after.Subsystems[name].Status == doc.Failed {
			unseen = append(unseen, name)
		}
	}
	return entries, odd, unseen
}

// strange is what no manifest could reproduce, and was not so before, where both looks saw
// everything; by its key, too.
func strange(before, after *doc.State) (odd []doc.Unmanaged, keys map[doc.Key]bool) {
	type one struct {
		doc.Key
		reason string
	}
	of := func(u doc.Unmanaged) one {
		return one{doc.Key{Subsystem: u.Subsystem, Scope: u.Scope, ID: u.ID}, u.Reason}
	}
	old := map[one]bool{}
	for _, u := range before.Unmanaged {
		old[of(u)] = true
	}
	keys = map[doc.Key]bool{}
	for _, u := range after.Unmanaged {
		if !old[of(u)] && before.Subsystems[u.Subsystem].Count != nil && after.Subsystems[u.Subsystem].Status == doc.OK {
			odd, keys[of(u).Key] = append(odd, u), true
		}
	}
	return odd, keys
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
