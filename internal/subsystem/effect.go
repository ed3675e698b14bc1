package subsystem

import "bkt/internal/doc"

// Rester is a subsystem of things that are there anyway: an item says how one differs from what
// it is of itself, and without the item it rests.
type Rester interface {
	// Rest words what it is then, by the identity: `user, as its preset says`.
	Rest(i doc.Item) string
}

// Effect is what going from one side of an item to the other does to what the item stands for. It
// is the only place that looks for denials and for what rests; s may be nil.
func Effect(s Subsystem, from, to doc.Side) doc.Effect {
	if d, ok := s.(Denier); ok {
		was, is := from.There() && d.Denies(from.Attrs()), to.There() && d.Denies(to.Attrs())
		switch {
		case was && is:
			return doc.Alters
		case is:
			return doc.Goes
		case was && to.There():
			return doc.Comes
		case was:
			return doc.Returns
		}
	}
	if _, ok := s.(Rester); ok && from.There() && !to.There() {
		return doc.Alters
	}
	return doc.Plain(from, to)
}
