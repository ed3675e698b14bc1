// Package diff is the three-way comparison of design.md §1: what the manifests want, what the
// machine has, what was last applied. It is pure and knows no subsystem.
package diff

import "bkt/internal/doc"

// InSync is the class of an item that is no change.
const InSync = ""

// Answer is yes, no, or that it can't be told.
type Answer int

// Unknown is the zero Answer.
const (
	Unknown Answer = iota
	Yes
	No
)

// Record is one item of S: its value in M's and in R's spelling when they last were equal.
type Record struct {
	Want, Have doc.Side
	Owned      bool
}

// Facts are all that is known of one item.
type Facts struct {
	Want    doc.Side // M: absent, or there with the attributes that M names
	Have    doc.Side // R: what the user has beyond the image
	Present doc.Side // what the booted image brings of it
	Last    *Record  // S; nil: nothing
	// Proof says that the collector saw everything: only then does absence mean absent.
	Proof bool
	// Older says that M is not the M of S, nor newer: then manifests never remove or set back.
	Older bool
	// Settled says that M's wish is fulfilled by something that is no attribute of R, such as
	// an exclusion that nothing contradicts.
	Settled bool

	// Baked says that the item reaches this host by its image only; the rest counts only then.
	Baked bool
	// Image says whether the booted image carries out M's entry; where M has none, whether it
	// already has what R has beside it.
	Image Answer
	// Undone says that R takes away what the image brings: a base removal, a deleted karg.
	Undone bool
}

// Classify gives the one class of an item.
func Classify(f Facts) string {
	if f.Baked {
		return f.baked()
	}
	return f.live()
}

// live is the class of an item that the machine itself holds.
func (f Facts) live() string {
	want, have := f.Want, f.Have
	if !have.There() && f.Present.There() {
		have = f.Present
	}
	switch {
	case !want.There() && !have.There():
		return InSync
	case !want.There():
		return f.unwanted(have)
	case f.Settled || have.There() && have.Attrs().Satisfies(want.Attrs()):
		return InSync
	}
	if !f.Proof && !f.Have.There() {
		return InSync // absence proves nothing, so nothing is known of R
	}
	last := f.last()
	theirs, ours := !same(want, last.Want), !sameHave(want, last, have)
	switch {
	case !theirs && !ours: // two spellings of one value
		return InSync
	case theirs && ours:
		return doc.Conflict
	case ours && !have.There():
		return doc.RemovedHere
	case ours:
		return doc.ChangedHere
	case !have.There():
		return doc.Missing
	case f.Older:
		return InSync
	default:
		return doc.ChangedThere
	}
}

// unwanted is the class of an item that is here and that M does not name. What the image
// brings stands in for M, in R's own spelling.
func (f Facts) unwanted(have doc.Side) string {
	switch {
	case f.Present.There() && have.Equal(f.Present):
		return InSync // an image's default is nobody's wish
	case f.Last == nil:
		return doc.Uncaptured
	}
	last := *f.Last
	theirs := last.Want.There() && !(f.Present.There() && sameHave(last.Want, last, f.Present))
	ours := !sameHave(last.Want, last, have)
	switch {
	case ours && theirs:
		return doc.Conflict
	case ours:
		return doc.Uncaptured
	case last.Want.There() && !theirs:
		return InSync // the image took over what M named
	default:
		return f.gone()
	}
}

// gone is the class of an item that M named once, and that is as bkt knew it.
func (f Facts) gone() string {
	switch {
	case f.Older:
		return InSync // older manifests drop and release nothing: they don't know it yet
	case !f.Last.Owned:
		return doc.Released
	case !f.Proof:
		return InSync
	default:
		return doc.Dropped
	}
}

// baked is the table for items that come with the image.
func (f Facts) baked() string {
	switch {
	case !f.Want.There() && !f.Have.There():
		return InSync
	case !f.Want.There() && f.Image == Yes:
		return doc.Redundant
	case !f.Want.There() && f.Last == nil:
		return doc.Uncaptured
	case !f.Want.There():
		return f.gone()
	case f.Image == No && f.Last != nil && !f.Have.There() && f.Proof:
		return doc.RemovedHere // apply layered it
	case f.Image == No:
		return doc.PendingImage
	case !f.Have.There():
		return InSync
	case f.Have.Attrs().Satisfies(f.Want.Attrs()):
		if f.Image == Yes {
			return doc.Redundant
		}
		return InSync
	case !f.Undone:
		return f.live() // the table has no row for another value: S tells who moved
	case f.Proof:
		return doc.RemovedHere
	default:
		return InSync
	}
}

// last is S; what the image brings stands in where S has nothing.
func (f Facts) last() Record {
	if f.Last != nil {
		return *f.Last
	}
	if f.Present.There() {
		return Record{Want: f.Present, Have: f.Present}
	}
	return Record{Want: doc.Absent(), Have: doc.Absent()}
}

// same says whether the manifests still say what they said then.
func same(want, then doc.Side) bool {
	return want.There() == then.There() && then.Attrs().Satisfies(want.Attrs())
}

// sameHave says whether reality still is what it was then, in all that M names now or named.
func sameHave(want doc.Side, last Record, have doc.Side) bool {
	if have.There() != last.Have.There() {
		return false
	}
	return equalIn(want.Attrs(), have.Attrs(), last.Have.Attrs()) &&
		equalIn(last.Want.Attrs(), have.Attrs(), last.Have.Attrs())
}

// equalIn compares the attributes that names has.
func equalIn(names, a, b doc.Attrs) bool {
	for n := range names {
		x, inA := a[n]
		y, inB := b[n]
		if inA != inB || inA && !(doc.Attrs{n: x}).Equal(doc.Attrs{n: y}) {
			return false
		}
	}
	return true
}

// Action is what the machine did, seen from the manifests: it has more, less, or another value.
func Action(c string, want, have doc.Side) string {
	switch {
	case !have.There():
		return doc.Remove
	case !want.There() || c == doc.Redundant || c == doc.PendingImage:
		return doc.Add
	default:
		return doc.Update
	}
}
