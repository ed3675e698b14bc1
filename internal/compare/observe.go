package compare

import (
	"slices"

	"bkt/internal/diff"
	"bkt/internal/doc"
)

// Observe brings S up to date with what is seen, by subsystem (design.md §1): an item enters
// when M = R, is not bkt's own any more once it was seen gone, and leaves when it is gone from
// both. Subsystems of which nothing is known have no key: their lines stay as they are.
func Observe(in Input) map[string][]doc.Applied {
	out := map[string][]doc.Applied{}
	for name, v := range in.views() {
		if in.Manifests.Managed(name) {
			out[name] = v.observe()
		}
	}
	return out
}

func (v *view) observe() []doc.Applied {
	keys := make([]doc.Key, 0, len(v.have)+len(v.last))
	for k := range v.have {
		keys = append(keys, k)
	}
	for k := range v.last {
		keys = append(keys, k)
	}
	for _, i := range v.in.Manifests.Items[v.name] {
		keys = append(keys, i.Key())
	}
	slices.SortFunc(keys, doc.CompareKeys)
	out := []doc.Applied{}
	for _, k := range slices.Compact(keys) {
		if line, ok := v.line(k); ok {
			out = append(out, line)
		}
	}
	return out
}

// line is what S says of one item from now on, and whether it says anything.
func (v *view) line(k doc.Key) (doc.Applied, bool) {
	f := v.facts(k)
	last, noted := v.last[k]
	have := f.Have
	if !have.There() && !f.Baked && f.Present.There() {
		have = f.Present
	}
	gone := !have.There() && v.proof
	if gone {
		last.Owned = false
	}
	switch {
	case f.Baked: // S holds what apply layered, and no more
		over := gone && !(f.Want.There() && f.Image == diff.No)
		return last, noted && !over && f.Have.Attrs().String("until") == ""
	case f.Older:
		return last, noted // they don't know what newer ones want
	case f.Want.There() && have.There() && have.Attrs().Satisfies(f.Want.Attrs()):
		last.ID, last.Scope, last.Want, last.Have = k.ID, k.Scope, f.Want, have
		return last, true
	case v.proof && !f.Want.There() && !f.Have.There():
		return last, false
	}
	return last, noted
}
