package subsystem

import "bkt/internal/doc"

// Hander is a subsystem of which some changes of the manifests reach no machine, or show on none,
// before a person there has done something: what neither an image nor a timer does.
type Hander interface {
	// Hand words that for a reviewer and, step by step, for who sits at the machine; no steps
	// where a change needs no hand. c leads from Want, which the manifests said, to Have, which
	// they say now. It is pure, and looks at nothing but the item and these two, which may be
	// spelled as a machine spells them.
	Hand(c doc.Change) (summary string, steps []string)
}
