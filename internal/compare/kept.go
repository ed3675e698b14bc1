package compare

import (
	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// kept says whether a change of this side is a survivor: it was done on purpose in an earlier
// boot, and is as it was left then. What this boot's journal holds is that one's.
func (v *view) kept(c doc.Change) bool {
	past, noted := v.in.Past[c.Key()]
	if _, held := v.in.Held[c.Key()]; !noted || held || c.Entry != "" || c.Stage != "" {
		return false
	}
	switch c.Class {
	case doc.Uncaptured, doc.ChangedHere, doc.RemovedHere:
	default:
		return false
	}
	now, here := v.have[c.Key()]
	if !here || !past.After.There() {
		return !here && !past.After.There() && v.proof
	}
	return now.Attrs.Satisfies(subsystem.Spelled(v.sub, past.After.Attrs(), now.Attrs))
}
