package generate

import (
	"bkt/internal/compare"
	"bkt/internal/diff"
	"bkt/internal/doc"
)

// Wishes say what of the changes a user wants to have followed.
type Wishes struct {
	Prune   bool // removals made on the machine, too
	Resolve compare.Resolve
}

// Follow gives the changes that the manifests follow (design.md §1), and those that are left
// to somebody else, by reason.
func Follow(changes []doc.Change, w Wishes) (take []doc.Change, left map[string][]doc.Change) {
	left = map[string][]doc.Change{}
	take = without(changes, func(c doc.Change) bool {
		why := leave(c, w)
		if why != "" {
			left[why] = append(left[why], c)
		}
		return why != ""
	})
	return take, left
}

// without is the list without some of its changes: the list itself where none goes.
func without(l []doc.Change, goes func(doc.Change) bool) []doc.Change {
	kept := 0
	for kept < len(l) && !goes(l[kept]) {
		kept++
	}
	if kept == len(l) {
		return l
	}
	out := append(make([]doc.Change, 0, len(l)), l[:kept]...)
	for _, c := range l[kept+1:] {
		if !goes(c) {
			out = append(out, c)
		}
	}
	return out
}

// leave is the reason why the manifests do not follow a change, "" where they do.
func leave(c doc.Change, w Wishes) string {
	switch {
	case c.Stage == doc.Declined:
		return "declined: its pull request was closed"
	case c.Entry != "" && c.Class != "":
		return "a local change: bkt local commit takes it"
	}
	switch c.Class {
	case diff.InSync, doc.Uncaptured, doc.ChangedHere:
		return ""
	case doc.RemovedHere:
		if w.Prune {
			return ""
		}
		return "removed here: --prune takes it out"
	case doc.Conflict:
		switch w.Resolve.Side(c.Key()) {
		case compare.SideLocal:
			return ""
		case compare.SideManifest:
			return "the manifests win: bkt apply sets it"
		}
		if c.Stage == doc.Proposed {
			return "decided, and in the pull request"
		}
		return "changed on both sides: --resolve local or manifest decides"
	case doc.PendingImage:
		return "waits for the image"
	case doc.Missing, doc.ChangedThere, doc.Dropped, doc.Redundant:
		return "bkt apply does it"
	case doc.Released:
		return "was here before bkt"
	}
	return "of a class that this version does not know: " + c.Class
}
