package generate

import (
	"fmt"
	"slices"

	"bkt/internal/applied"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/forge"
)

// taken is what somebody else took back in our branch.
type taken struct {
	keys     map[doc.Key]bool
	warnings []string
}

// heldBy gives the changes that the living branch holds, and what of our earlier ones
// somebody took back in it.
func heldBy(v forge.View, p Proposal) ([]doc.Change, taken, error) {
	undone := taken{keys: map[doc.Key]bool{}}
	if v.Branch == nil {
		return nil, undone, nil
	}
	base, err := compare.Load(v.Base, nil, p.List)
	if err != nil {
		return nil, undone, fmt.Errorf("where %s left the default branch: %w", v.Name, err)
	}
	branch, err := compare.Load(v.Branch, nil, p.List)
	if err != nil {
		return nil, undone, fmt.Errorf("%s: %w", v.Name, err)
	}
	for _, old := range p.Published {
		if p.Branch != v.Name {
			break
		}
		k := old.Key()
		same := slices.ContainsFunc(p.Changes, func(c doc.Change) bool { return c.Key() == k && c.Have.Equal(old.Have) })
		if same && branch.Managed(k.Subsystem) && branch.Want(k).Equal(base.Want(k)) && !reached(branch.Want(k), old.Have) {
			undone.keys[k] = true
			undone.warnings = append(undone.warnings, fmt.Sprintf("%s %s was taken back in %s: left out", k.Subsystem, k.ID, v.Name))
		}
	}
	return Between(base, branch), undone, nil
}

// decline leaves out what a pull request proposed that somebody closed, unless the user says
// it again in so many words.
func (p Proposal) decline(v forge.View, main *compare.Manifests) (Proposal, []doc.Change) {
	if v.Closed == "" || v.Closed != p.Branch {
		return p, nil
	}
	var declined []doc.Change
	p.Changes = slices.DeleteFunc(slices.Clone(p.Changes), func(c doc.Change) bool {
		again := c.Class != "" && slices.ContainsFunc(p.Published, func(old doc.Change) bool {
			return old.Key() == c.Key() && old.Have.Equal(c.Have)
		})
		if again {
			declined = append(declined, c)
		}
		if old, ok := p.retracts(c, main); ok {
			declined, again = append(declined, old), true // it is here no more, and stays declined
		}
		return again
	})
	return p, declined
}

// retracts is the addition of an earlier pull request that a change takes back, where the default
// branch does not have it.
func (p Proposal) retracts(c doc.Change, main *compare.Manifests) (old doc.Change, ok bool) {
	if c.Class == "" || c.Have.There() || main.Want(c.Key()).There() {
		return old, false
	}
	at := slices.IndexFunc(p.Published, func(old doc.Change) bool { return old.Key() == c.Key() && old.Have.There() })
	if at < 0 {
		return old, false
	}
	return p.Published[at], true
}

// arrived is what the default branch has, or has had, of what was published. A removal that
// has arrived says nothing any more: who adds the item again means it.
func (p Proposal) arrived(main *compare.Manifests) []doc.Change {
	var out []doc.Change
	for _, c := range p.Published {
		if c.Have.There() && main.Managed(c.Subsystem) && reached(main.Want(c.Key()), c.Have) {
			out = append(out, c)
		}
	}
	for _, c := range p.Arrived {
		if !slices.ContainsFunc(out, func(o doc.Change) bool { return o.Key() == c.Key() }) {
			out = append(out, c)
		}
	}
	return out
}

// Merged moves what the default branch has by now out of what this machine proposes; false: it has
// none of it. What was only asked for is the manifests' from then on.
func Merged(p *applied.Published, main *compare.Manifests) bool {
	has := func(c doc.Change) bool { return main.Managed(c.Subsystem) && reached(main.Want(c.Key()), c.Have) }
	if !slices.ContainsFunc(p.Changes, has) && !slices.ContainsFunc(p.Asked, has) {
		return false
	}
	p.Arrived = Proposal{Published: p.Changes, Arrived: p.Arrived}.arrived(main)
	p.Changes = slices.DeleteFunc(p.Changes, has)
	p.Asked = slices.DeleteFunc(p.Asked, has)
	return true
}
