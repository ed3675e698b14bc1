package compare

import (
	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// retracted are the additions that this machine's pull request would bring, and that are gone from
// here again: neither side has them, and still the manifests have to follow. A package that the
// image is to bring is gone at every reboot until it does: it is only where the journal says so.
func (v *view) retracted() (out []doc.Change, hidden int) {
	if v.in.Published == nil || !v.proof {
		return nil, 0
	}
	for _, p := range v.in.Published.Changes {
		k := p.Key()
		if k.Subsystem != v.name || !p.Have.There() || !v.in.Selection.Match(k.Subsystem, k.Scope, k.ID) || !v.gone(k, p.Have) {
			continue
		}
		if v.in.ignored(k.Subsystem, k.ID) {
			hidden++
			continue
		}
		c := doc.Change{Class: doc.RemovedHere, Action: doc.Remove, Subsystem: v.name, Scope: k.Scope, ID: k.ID,
			Want: p.Have, Have: doc.Absent(), Entry: v.entry(k)}
		c.Kept = v.kept(c)
		out = append(out, c)
	}
	return out, hidden
}

// gone says whether the user took away here what was proposed and M does not name. What the record
// holds M has named: that pull request was merged.
func (v *view) gone(k doc.Key, proposed doc.Side) bool {
	if _, here := v.have[k]; here || v.in.Manifests.Want(k).There() {
		return false
	}
	if _, noted := v.last[k]; noted {
		return false
	}
	if a, brought := v.brings(k.Scope, k.ID); brought && a.Satisfies(subsystem.Spelled(v.sub, proposed.Attrs(), a)) {
		return false // the image took it over
	}
	if v.imager != nil && v.imager.InImage(v.item(k, proposed), v.brings) != subsystem.No {
		return false // it is so all the same, or that cannot be told
	}
	if v.odd(k) {
		return false
	}
	held, ok := v.in.Held[k]
	return !ok && !v.baked || ok && !held.After.There()
}

// returning says whether a change that this machine has published is on its way back: its package
// was here, as an image will bring it, and went with the boot.
func (v *view) returning(p doc.Change) bool {
	k := p.Key()
	_, here := v.has(k)
	return v.baked && p.Have.There() && !here && !v.in.Manifests.Want(k).There()
}

// asWritten is what a machine had in the words of a manifest: without what only a machine says, as
// that it lasts until the reboot.
func (v *view) asWritten(have doc.Side) doc.Side {
	said, ok := v.sub.(subsystem.Attributer)
	if !ok {
		return have
	}
	out := doc.Attrs{}
	for _, a := range said.Attributes() {
		if value, there := have.Attrs()[a.Name]; there {
			out[a.Name] = value
		}
	}
	return doc.Has(out)
}
