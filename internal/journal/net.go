package journal

import (
	"slices"

	"bkt/internal/doc"
)

// Net is what all entries of one item come to.
type Net struct {
	Key           doc.Key
	IDs           []string // of the entries, the oldest first
	Before, After doc.Side
	First, Want   doc.Side // what the manifests said at the oldest and at the newest entry that knows it; left out: none does
}

// Fold gives one Net for each item, in the order of their keys. Entries come oldest first.
func Fold(entries []Entry) []Net {
	at := map[doc.Key]int{}
	var out []Net
	for _, e := range entries {
		n, ok := at[e.Key()]
		if !ok {
			n = len(out)
			at[e.Key()], out = n, append(out, Net{Key: e.Key(), Before: e.Before})
		}
		out[n].IDs, out[n].After = append(out[n].IDs, e.ID), e.After
		if e.Want.Known() {
			if !out[n].First.Known() {
				out[n].First = e.Want
			}
			out[n].Want = e.Want
		}
	}
	slices.SortFunc(out, func(a, b Net) int { return doc.CompareKeys(a.Key, b.Key) })
	return out
}

// Entry is the newest of its ids.
func (n Net) Entry() string { return n.IDs[len(n.IDs)-1] }

// Nothing says that the item is as it was before. Where the manifests moved meanwhile, to leave
// it so, or to make it so again, was somebody's decision against them.
func (n Net) Nothing() bool { return n.Before.Equal(n.After) && n.First.Equal(n.Want) }

// Facts are what a Net is held against.
type Facts struct {
	// Want is what the manifests say of an item now.
	Want func(doc.Key) doc.Side
	// Published is what this machine's open pull request makes of an item; the zero Side where
	// it does not speak of it.
	Published func(doc.Key) doc.Side
	// Reaches says whether a machine that has the one has what the manifests ask for.
	Reaches func(subsystem string, want, have doc.Side) bool
	// Resolve is who wins a conflict: "local", "manifest", or "" where nobody has decided.
	Resolve func(doc.Key) string
}

// Commit is what a journal comes to.
type Commit struct {
	Changes   []doc.Change
	Settled   []string     // ids that come to nothing, or are in the manifests already
	Conflicts []doc.Change // Want is what the manifests say now; Have what is here
}

// Make holds what was done against the manifests.
func Make(nets []Net, f Facts) Commit {
	out := Commit{Changes: []doc.Change{}}
	for _, n := range nets {
		now := f.Want(n.Key)
		c := doc.Change{Action: Action(now, n.After), Subsystem: n.Key.Subsystem, Scope: n.Key.Scope, ID: n.Key.ID,
			Want: now, Have: n.After, Entry: n.Entry()}
		agree := f.Reaches(n.Key.Subsystem, now, n.After)
		reached := agree && n.named(now)
		if !now.There() && !n.After.There() {
			c.Want = doc.Side{} // not in the manifests, but perhaps in the pull request
		}
		switch published := f.Published(n.Key); {
		case published.Known() && !f.Reaches(n.Key.Subsystem, published, n.After) && (reached || n.Nothing()):
			// what was put into the pull request is taken out of it again
			if n.After.There() {
				c.Want = doc.Side{}
			}
			out.Changes = append(out.Changes, c)
		case reached, n.Nothing():
			out.Settled = append(out.Settled, n.IDs...)
		case agree, n.based(now, f):
			out.Changes = append(out.Changes, c)
		case f.Resolve(n.Key) == "local":
			out.Changes = append(out.Changes, c)
		case f.Resolve(n.Key) == "manifest":
			out.Settled = append(out.Settled, n.IDs...)
		default:
			out.Conflicts = append(out.Conflicts, c)
		}
	}
	slices.Sort(out.Settled)
	return out
}

// named says whether the manifests name each attribute that changed. What they are silent about
// they agree with, whatever it is.
func (n Net) named(now doc.Side) bool {
	if !n.Before.There() || !n.After.There() {
		return true
	}
	for name, v := range n.After.Attrs() {
		said := doc.Attrs{name: v}
		if _, ok := now.Attrs()[name]; !ok && string(v) != "[]" && !n.Before.Attrs().Satisfies(said) {
			return false
		}
	}
	return true
}

// based says whether the manifests still say what they said when it was done. Where nobody
// knows what that was, they may say nothing, or what the machine had before.
func (n Net) based(now doc.Side, f Facts) bool {
	if n.Want.Known() {
		return n.Want.Equal(now)
	}
	return !now.There() || n.Before.There() && f.Reaches(n.Key.Subsystem, now, n.Before)
}

// Hold is what the journal holds of an item that does not come to nothing.
type Hold struct {
	Entry string // the newest
	After doc.Side
}

// Held are the items that do not come to nothing.
func Held(entries []Entry) map[doc.Key]Hold {
	out := map[doc.Key]Hold{}
	for _, n := range Fold(entries) {
		if !n.Nothing() {
			out[n.Key] = Hold{n.Entry(), n.After}
		}
	}
	return out
}
