package compare

import "bkt/internal/doc"

// stage marks a change that this machine has published and that nobody has merged yet.
func (v *view) stage(c *doc.Change) {
	if v.in.Published == nil {
		return
	}
	switch c.Class {
	case doc.Uncaptured, doc.ChangedHere, doc.RemovedHere, doc.Conflict:
	default:
		return
	}
	p, ok := find(v.in.Published.Changes, c.Key())
	if !ok {
		p, ok = find(v.in.Published.Asked, c.Key())
	}
	if ok && settles(p, *c) && based(p, *c) {
		c.Stage, c.PR = doc.Proposed, v.in.Published.URL
	} else if p, ok := find(v.in.Published.Declined, c.Key()); ok && settles(p, *c) {
		c.Stage = doc.Declined
	}
}

// settles says whether the published change brings M to where reality is.
func settles(published, now doc.Change) bool {
	return published.Have.There() == now.Have.There() &&
		now.Have.Attrs().Satisfies(published.Have.Attrs())
}

// based says whether M still is what the published change was made from: if not, somebody
// else has moved it, and the two may conflict.
func based(published, now doc.Change) bool {
	return !published.Want.Known() || published.Want.Equal(now.Want)
}

func find(l []doc.Change, k doc.Key) (doc.Change, bool) {
	for _, c := range l {
		if c.Key() == k {
			return c, true
		}
	}
	return doc.Change{}, false
}
