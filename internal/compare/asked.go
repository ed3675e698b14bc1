package compare

import (
	"slices"

	"bkt/internal/diff"
	"bkt/internal/doc"
)

// Coming adds what this machine's pull request asks for, and is no difference yet, since neither
// the machine nor the manifests have moved, or what was here went with the boot: they are on their way.
func Coming(in Input, out *doc.Changes) {
	if in.Published == nil {
		return
	}
	views := in.views()
	asked := len(in.Published.Asked)
	for n, p := range slices.Concat(in.Published.Asked, in.Published.Changes) {
		k := p.Key()
		v, ok := views[k.Subsystem]
		if _, found := find(out.Changes, k); !ok || found || out.Subsystems[k.Subsystem].Status != doc.OK || !in.Selection.Match(k.Subsystem, k.Scope, k.ID) {
			continue
		}
		if n >= asked {
			if !v.returning(p) {
				continue
			}
			p.Have = v.asWritten(p.Have)
		}
		if want := in.Manifests.Want(k); !based(p, doc.Change{Want: want}) || settles(p, doc.Change{Have: want}) {
			continue // merged, or somebody else has moved it
		}
		have := doc.Absent()
		if a, here := v.has(k); here {
			have = doc.Has(a)
		}
		c := doc.Change{Class: doc.Missing, Stage: doc.Proposed, PR: in.Published.URL, Subsystem: k.Subsystem, Scope: k.Scope, ID: k.ID, Want: p.Have, Have: have}
		switch {
		case !c.Want.There() && !c.Have.There():
			continue
		case !c.Want.There():
			c.Class = doc.Dropped
		case v.baked:
			c.Class = doc.PendingImage
		case c.Have.There():
			c.Class = doc.ChangedThere
		}
		c.Action = diff.Action(c.Class, c.Want, c.Have)
		out.Changes = append(out.Changes, c)
	}
	slices.SortStableFunc(out.Changes, func(a, b doc.Change) int { return doc.CompareKeys(a.Key(), b.Key()) })
}
