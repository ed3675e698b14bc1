package compare

import (
	"bkt/internal/diff"
	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// facts gathers what is known of one item.
func (v *view) facts(k doc.Key) diff.Facts {
	f := diff.Facts{Want: v.in.Manifests.Want(k), Have: doc.Absent(), Present: doc.Absent(),
		Proof: v.proof, Baked: v.baked, Older: v.in.Older[v.sub.Info().Actor(k.Scope)]}
	if i, ok := v.have[k]; ok {
		f.Have = doc.Has(i.Attrs)
	}
	if p, ok := v.present[k]; ok {
		f.Present = doc.Has(p.Attrs)
	}
	if u, ok := v.sub.(subsystem.Undoer); ok && v.baked && f.Want.There() && u.Undoes(v.item(k, f.Want)) {
		return undoing(f)
	}
	f.Last = v.record(k, f.Want)
	v.spell(&f)
	if v.baked {
		f.Image = v.image(k, f)
		f.Undone = f.Have.Attrs().String("mode") == "remove"
	} else if v.imager != nil && f.Want.There() && !f.Have.There() {
		f.Settled = v.imager.InImage(v.item(k, f.Want), v.brings) != subsystem.No // what can't be told is not missing
	}
	return f
}

// undoing are the facts of an entry that takes something away on the machine. No image is
// waited for: it is carried out where the thing is gone, and missing where it is here, whoever
// brought it.
func undoing(f diff.Facts) diff.Facts {
	out := diff.Facts{Want: f.Want, Have: doc.Absent(), Present: doc.Absent(), Proof: f.Proof}
	if f.Have.Attrs().Satisfies(f.Want.Attrs()) && f.Have.There() {
		out.Have = f.Have
		return out
	}
	out.Settled = !f.Have.There() && !f.Present.There()
	return out
}

// spell gives what means the same on all sides one spelling: that of R before that of S before
// that of M.
func (v *view) spell(f *diff.Facts) {
	s, ok := v.sub.(subsystem.Speller)
	if !ok {
		return
	}
	sides := []*doc.Side{&f.Have, &f.Present}
	if f.Last != nil {
		sides = append(sides, &f.Last.Have, &f.Last.Want)
	}
	sides = append(sides, &f.Want)
	for i, to := range sides {
		for _, from := range sides[:i] {
			if to.There() && from.There() {
				*to = doc.Has(s.Spell(to.Attrs(), from.Attrs()))
			}
		}
	}
}

// record is S of one item. Where apply has noted nothing, what this machine published, once
// M names it, counts as noted, and not as owned.
func (v *view) record(k doc.Key, want doc.Side) *diff.Record {
	if a, ok := v.last[k]; ok {
		return &diff.Record{Want: a.Want, Have: a.Have, Owned: a.Owned}
	}
	if v.in.Published == nil || v.baked {
		return nil
	}
	if p, ok := find(v.in.Published.Arrived, k); ok && !want.There() {
		return &diff.Record{Want: p.Have, Have: p.Have} // M had it, and let it go
	}
	if !want.There() {
		return nil
	}
	for _, l := range [][]doc.Change{v.in.Published.Changes, v.in.Published.Arrived, v.in.Published.Declined} {
		p, ok := find(l, k)
		side := p.Have
		if ok && !side.There() {
			side = p.Want // a removal: M has not followed yet, and it was here before
		}
		if side.There() && side.Attrs().Satisfies(want.Attrs()) {
			return &diff.Record{Want: side, Have: side}
		}
	}
	return nil
}

// image says whether the booted image carries out M's entry, or brings what R has beside it.
func (v *view) image(k doc.Key, f diff.Facts) diff.Answer {
	side := f.Want
	if !side.There() {
		side = f.Have
	}
	switch {
	case !v.told || !side.There():
		return diff.Unknown
	case v.imager != nil:
		return diff.Answer(v.imager.InImage(v.item(k, side), v.brings))
	}
	if a, ok := v.brings(k.Scope, k.ID); ok && a.Satisfies(side.Attrs()) {
		return diff.Yes
	}
	return diff.No
}

// brings looks a thing up in what the image brings.
func (v *view) brings(scope, id string) (doc.Attrs, bool) {
	p, ok := v.present[doc.Key{Subsystem: v.name, Scope: scope, ID: id}]
	return p.Attrs, ok
}

func (v *view) item(k doc.Key, s doc.Side) doc.Item {
	return doc.Item{Subsystem: k.Subsystem, Scope: k.Scope, ID: k.ID, Attrs: s.Attrs()}
}
