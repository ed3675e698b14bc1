package compare

import (
	"slices"

	"bkt/internal/applied"
	"bkt/internal/diff"
	"bkt/internal/doc"
	"bkt/internal/journal"
	"bkt/internal/subsystem"
)

// Input is what is compared.
type Input struct {
	Manifests *Manifests
	State     *doc.State
	Published *applied.Published              // nil: another machine's state
	Ignore    func(subsystem, id string) bool // of this machine alone; nil: nothing
	Selection Selection
	List      []subsystem.Subsystem
	// Older says of a scope that M is not the M of its record, nor newer.
	Older map[string]bool
	// Now says that what waits for the image is to come at once.
	Now bool
	// Held is what the journal of this machine holds; nil: another machine's state.
	Held map[doc.Key]journal.Hold
	// Past is what its journals of earlier boots hold; nil: nobody asked.
	Past map[doc.Key]journal.Hold
}

// Changes gives every difference between M and R its class, and drops what is in sync and
// what the policy hides. Subsystems that the distribution does not manage are left out.
func Changes(in Input) *doc.Changes {
	out := &doc.Changes{Kind: doc.ChangesKind, Host: in.State.Host, Changes: []doc.Change{},
		Subsystems: map[string]doc.Status{}}
	views := in.views()
	for _, s := range in.List {
		name := s.Info().Name
		got, seen := in.State.Subsystems[name]
		if !seen || !in.Manifests.Managed(name) {
			continue
		}
		status := doc.Status{Status: got.Status, Reason: got.Reason}
		if got.Status == doc.OK {
			found, hidden := views[name].changes()
			if len(out.Changes) == 0 {
				out.Changes = found
			} else {
				out.Changes = append(out.Changes, found...)
			}
			status.Hidden = hidden
		}
		out.Subsystems[name] = status
	}
	for name := range in.State.Subsystems {
		if _, known := subsystem.Find(in.List, name); !known {
			out.Subsystems[name] = doc.Status{Status: doc.Unavailable, Reason: "this version does not know it"}
		}
	}
	for _, u := range in.State.Unmanaged {
		if in.Manifests.Managed(u.Subsystem) && in.Selection.Match(u.Subsystem, u.Scope, u.ID) && !in.ignored(u.Subsystem, u.ID) {
			out.Unmanaged = append(out.Unmanaged, u)
		}
	}
	return out
}

// views are the subsystems of which something is known, each beside the manifests.
func (in Input) views() map[string]*view {
	items := bySubsystem(in.State.Items)
	out := map[string]*view{}
	around := in.around(out)
	for _, s := range in.List {
		name := s.Info().Name
		if got := in.State.Subsystems[name]; got.Status == doc.OK {
			out[name] = newView(in, s, got, items[name])
			out[name].around = around
		}
	}
	return out
}

// Around is what a planner sees of the machine and of the manifests.
func (in Input) Around() subsystem.View { return in.around(in.views()) }

func (in Input) around(views map[string]*view) subsystem.View {
	return subsystem.View{Host: in.State.Host, Manifests: in.Manifests.View(),
		Unknown: func(name string) bool { return views[name] == nil },
		Has: func(name, scope, id string) (doc.Attrs, bool) {
			v, ok := views[name]
			if !ok {
				return nil, false
			}
			return v.has(doc.Key{Subsystem: name, Scope: scope, ID: id})
		}}
}

// ignored says whether the distribution or this machine leaves an id out of sight; what was
// named is always seen.
func (in Input) ignored(name, id string) bool {
	return !in.Selection.Names(name) && (in.Manifests.Policy.Ignored(name, id) || in.Ignore != nil && in.Ignore(name, id))
}

// bySubsystem cuts the items, which a document holds in order, at each new subsystem.
func bySubsystem(l []doc.Item) map[string][]doc.Item {
	out := map[string][]doc.Item{}
	for len(l) > 0 {
		n := slices.IndexFunc(l, func(i doc.Item) bool { return i.Subsystem != l[0].Subsystem })
		if n < 0 {
			n = len(l)
		}
		name := l[0].Subsystem
		if out[name] == nil {
			out[name] = l[:n:n]
		} else {
			out[name] = append(out[name], l[:n]...) // not in order after all
		}
		l = l[n:]
	}
	return out
}

// view is one subsystem of one machine beside the manifests.
type view struct {
	in      Input
	sub     subsystem.Subsystem
	name    string
	imager  subsystem.Imager // nil: the image carries out what it brings
	around  subsystem.View
	baked   bool
	proof   bool
	told    bool // the document says what the image brings
	have    map[doc.Key]*doc.Item
	present map[doc.Key]doc.Present
	last    map[doc.Key]doc.Applied
}

func newView(in Input, s subsystem.Subsystem, got doc.Collected, items []doc.Item) *view {
	v := &view{in: in, sub: s, name: s.Info().Name, told: got.Present != nil,
		have:    make(map[doc.Key]*doc.Item, len(items)),
		present: make(map[doc.Key]doc.Present, len(got.Present)), last: make(map[doc.Key]doc.Applied, len(got.Applied))}
	v.imager, _ = s.(subsystem.Imager)
	v.baked = s.Info().Tier == subsystem.Baked && in.State.Host.Image != nil
	v.proof = got.Count != nil && *got.Count == len(items)
	for i := range items {
		v.have[items[i].Key()] = &items[i]
	}
	for _, p := range got.Present {
		v.present[doc.Key{Subsystem: v.name, Scope: p.Scope, ID: p.ID}] = p
	}
	for _, a := range got.Applied {
		v.last[doc.Key{Subsystem: v.name, Scope: a.Scope, ID: a.ID}] = a
	}
	return v
}

// changes classifies every item that M or R names; hidden counts what the policy leaves out.
func (v *view) changes() (out []doc.Change, hidden int) {
	wanted := v.in.Manifests.Items[v.name]
	keys := make([]doc.Key, 0, len(v.have)+len(wanted))
	for k := range v.have {
		keys = append(keys, k)
	}
	for _, i := range wanted {
		keys = append(keys, i.Key())
	}
	slices.SortFunc(keys, doc.CompareKeys)
	keys = slices.Compact(keys)
	out = make([]doc.Change, 0, len(keys))
	for _, k := range keys {
		if !v.in.Selection.Match(k.Subsystem, k.Scope, k.ID) {
			continue
		}
		c, drift := v.change(k)
		switch {
		case !drift:
		case v.hides(k, c.Class):
			hidden++
		default:
			out = append(out, c)
		}
	}
	if more, alsoHidden := v.retracted(); len(more)+alsoHidden > 0 {
		out, hidden = append(out, more...), hidden+alsoHidden
		slices.SortStableFunc(out, func(a, b doc.Change) int { return doc.CompareKeys(a.Key(), b.Key()) })
	}
	return out, hidden
}

// hides says whether the policy keeps an item out of sight; what was named is always seen. What
// bkt brought and the manifests dropped they named once: to leave it would be to keep it for ever.
func (v *view) hides(k doc.Key, class string) bool {
	named := v.in.Manifests.Want(k).There() || class == doc.Dropped
	return !v.in.Selection.Names(v.name) && !v.in.Manifests.Policy.Tracks(v.name, k.ID, named) || v.in.ignored(v.name, k.ID)
}

// change is the difference of one item, and whether there is one.
func (v *view) change(k doc.Key) (doc.Change, bool) {
	f := v.facts(k)
	class := diff.Classify(f)
	if class == diff.InSync || class == doc.RemovedHere && v.odd(k) {
		return doc.Change{}, false
	}
	have := f.Have
	if !have.There() && !f.Baked && f.Present.There() {
		have = f.Present
	}
	c := doc.Change{Class: class, Subsystem: v.name, ID: k.ID, Scope: k.Scope,
		Action: diff.Action(class, f.Want, have), Want: f.Want, Have: have}
	c.Entry = v.entry(k)
	if class == doc.PendingImage {
		c.Stage = doc.Merged
	}
	v.stage(&c)
	c.Blocked, c.Kept = v.blocked(c), v.kept(c)
	return c, true
}

// odd says that an item is here, in a way that no manifest can bring: nobody has removed it.
func (v *view) odd(k doc.Key) bool {
	return slices.ContainsFunc(v.in.State.Unmanaged, func(u doc.Unmanaged) bool {
		return u.Subsystem == k.Subsystem && u.Scope == k.Scope && u.ID == k.ID
	})
}

// entry is the journal's newest entry of an item. One that is not as the journal left it, here
// or gone, is not the journal's any more.
func (v *view) entry(k doc.Key) string {
	i, here := v.have[k]
	if here && i.Entry != "" {
		return i.Entry
	}
	if held, ok := v.in.Held[k]; ok && held.After.There() == here {
		return held.Entry
	}
	return ""
}

// blocked is why bkt-apply cannot carry out a change that is its to carry out.
func (v *view) blocked(c doc.Change) string {
	b, ok := v.sub.(subsystem.Blocker)
	switch {
	case !ok:
		return ""
	case Applies(c.Class), v.in.Now && c.Class == doc.PendingImage:
		return b.Blocked(c, v.around)
	}
	return ""
}

// Applies says whether a class is bkt-apply's to carry out.
func Applies(class string) bool {
	switch class {
	case doc.Missing, doc.ChangedThere, doc.Dropped, doc.Redundant:
		return true
	}
	return false
}

// has is what the machine has of an item, what the image brings included.
func (v *view) has(k doc.Key) (doc.Attrs, bool) {
	if i, ok := v.have[k]; ok {
		return i.Attrs, true
	}
	p, ok := v.present[k]
	return p.Attrs, ok
}
