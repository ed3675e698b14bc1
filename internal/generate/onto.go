package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/subsystem"
)

// Proposal is what is to be put on top of a distribution's default branch.
type Proposal struct {
	Changes   []doc.Change
	Files     []doc.File   // committed as they are where there are no changes
	Published []doc.Change // what this machine has published before,
	Branch    string       // and into which branch
	Arrived   []doc.Change // what of that the default branch has had since
	Resolve   compare.Resolve
	Force     bool
	List      []subsystem.Subsystem
}

// Landed is a proposal on its target.
type Landed struct {
	Files    []doc.File
	Changes  []doc.Change // all that the branch holds then beyond the default branch
	New      []doc.Change // what of that the branch does not hold yet, and what it holds no longer
	Arrived  []doc.Change // published before, and in the default branch by now or since then
	Declined []doc.Change // published before, in a pull request that was closed
	Warnings []string
}

// ConflictError says that the target has something else than the change was made for.
type ConflictError struct {
	Changes  []doc.Change // Want is the target's side, Have the machine's
	Paths    []string     // files that have changed since they were read
	Branch   string       // whose Unmerged
	Unmerged []string     // are files that the default branch changed, too, and nothing replays
}

// Error names every item and file.
func (e *ConflictError) Error() string {
	var errs []error
	for _, c := range e.Changes {
		errs = append(errs, fmt.Errorf("conflict: %s %q: here %s, in the distribution %s", c.Subsystem, c.ID, sideText(c.Have), sideText(c.Want)))
	}
	for _, p := range e.Paths {
		errs = append(errs, fmt.Errorf("conflict: '%s' has changed in the distribution since it was read", p))
	}
	for _, p := range e.Unmerged {
		errs = append(errs, fmt.Errorf("conflict: '%s' and the default branch both changed '%s': merge them by hand there", e.Branch, p))
	}
	return errors.Join(errs...).Error()
}

// Exit is the exit code of a conflict, and what decides it.
func (e *ConflictError) Exit() (code int, hint string) {
	switch {
	case len(e.Unmerged) > 0:
		return 1, "git fetch && git switch " + e.Branch
	case len(e.Changes) == 0:
		return 1, "git pull"
	}
	if slices.ContainsFunc(e.Changes, func(c doc.Change) bool { return c.Entry == "" }) {
		return 1, "bkt capture --resolve local"
	}
	return 1, "bkt local commit --resolve local"
}

func sideText(s doc.Side) string {
	if !s.There() {
		return "absent"
	}
	out := "present"
	for _, n := range s.Attrs().Names() {
		out += fmt.Sprintf(", %s %s", n, s.Attrs()[n])
	}
	return out
}

// Onto replays a proposal by meaning: on the default branch, together with what the living
// branch holds already. What somebody else put into the branch is kept.
func Onto(v forge.View, p Proposal) (*Landed, error) {
	main, err := compare.Load(v.Default, nil, p.List)
	if err != nil {
		return nil, fmt.Errorf("default branch: %w", err)
	}
	p, declined := p.decline(v, main)
	held, undone, err := heldBy(v, p)
	if err != nil {
		return nil, err
	}
	changes, err := onto(main, held, p, undone)
	if err != nil {
		return nil, err
	}
	merged, err := p.merge(v)
	if err != nil {
		return nil, err
	}
	res, err := p.replay(v, merged, changes)
	if err != nil {
		return nil, err
	}
	files, err := merged.changed()
	if err != nil {
		return nil, err
	}
	for _, f := range res.Files {
		files = replace(files, f)
	}
	out := &Landed{Files: files, Warnings: append(res.Warnings, undone.warnings...), Declined: declined}
	for _, c := range declined {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%s %s was declined, the pull request of %s was closed: left out", c.Subsystem, c.ID, v.Closed))
	}
	if len(p.Changes) == 0 {
		if err := p.asTheyAre(merged, out); err != nil {
			return nil, err
		}
	}
	out.Changes = Between(main, res.Manifests)
	out.New = added(out.Changes, held, main)
	out.Changes = enrich(out.Changes, p)
	out.Warnings = append(out.Warnings, warnings(out.Changes, res.Manifests, p.List)...)
	slices.Sort(out.Warnings)
	out.Warnings = slices.Compact(out.Warnings)
	out.Arrived = p.arrived(main)
	return out, nil
}

// replay carries changes out on the tree to write on.
func (p Proposal) replay(v forge.View, merged *overlay, changes []doc.Change) (*Result, error) {
	opt := Options{List: p.List, Force: p.Force}
	if v.Both && !p.Force {
		// What git made of two sections is nobody's text: each side must be explained by itself.
		for _, side := range []fs.FS{v.Default, v.Branch} {
			if _, err := Replay(p.source(side, v), nil, opt); err != nil {
				return nil, err
			}
		}
		opt.Force = true
	}
	return Replay(p.source(merged, v), changes, opt)
}

// source is a tree whose sections any version in the view may explain, and the one that the
// default branch's Containerfile was last made from: manifests are edited on web pages, too.
func (p Proposal) source(tree fs.FS, v forge.View) Source {
	return Source{FS: tree, Older: func() ([]fs.FS, error) {
		out := []fs.FS{v.Default}
		if v.Branch != nil {
			out = append(out, v.Branch, v.Base)
		}
		if v.Touched == nil {
			return out, nil
		}
		touch, err := v.Touched(containerfilePath)
		return append(out, versions(touch)...), err
	}}
}

// onto checks changes against the default branch and drops their bases, so that they are
// carried out exactly. A new change takes the place of what the branch holds of its item.
func onto(main *compare.Manifests, held []doc.Change, p Proposal, undone taken) ([]doc.Change, error) {
	fresh := map[doc.Key]bool{}
	for _, c := range p.Changes {
		fresh[c.Key()] = true
	}
	all := slices.DeleteFunc(slices.Clone(held), func(c doc.Change) bool { return fresh[c.Key()] })
	all = append(all, p.Changes...)
	var conflict ConflictError
	var out []doc.Change
	for _, c := range all {
		now := main.Want(c.Key())
		s, _ := subsystem.Find(p.List, c.Subsystem)
		switch {
		case undone.keys[c.Key()]:
			continue
		case !c.Want.Known() || c.Want.Equal(now):
		case led(s, now, c):
			if said(now, c) {
				c.Have = now // in the distribution's words, not the machine's
			}
		case p.Resolve.Side(c.Key()) == compare.SideManifest:
			c.Have = now
			if !now.There() {
				c.Action = doc.Remove
			}
		case p.Resolve.Side(c.Key()) != compare.SideLocal:
			c.Want = now
			conflict.Changes = append(conflict.Changes, c)
			continue
		}
		c.Want = doc.Side{}
		out = append(out, c)
	}
	if len(conflict.Changes) > 0 {
		return nil, &conflict
	}
	return out, nil
}

// asTheyAre adds files that stand for themselves: only over the bytes they were made from, and
// only where they are what the manifests there, with them, mean.
func (p Proposal) asTheyAre(target *overlay, out *Landed) error {
	var conflict ConflictError
	for _, f := range p.Files {
		b, err := fs.ReadFile(target, f.Path)
		there := err == nil
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot read '%s': %w", f.Path, err)
		}
		switch {
		case there && f.Content != nil && string(b) == *f.Content, !there && f.Content == nil:
			continue
		case there != (f.Base != nil), there && forge.BlobID(b) != *f.Base:
			conflict.Paths = append(conflict.Paths, f.Path)
			continue
		}
		out.Files = replace(out.Files, f)
	}
	if len(conflict.Paths) > 0 {
		return &conflict
	}
	return p.meant(target, out.Files)
}

// replace puts a file into a list, in the place of one of the same path.
func replace(files []doc.File, f doc.File) []doc.File {
	files = slices.DeleteFunc(files, func(o doc.File) bool { return o.Path == f.Path })
	return append(files, f)
}

// enrich gives changes back what the manifests do not hold: the machine's own spelling, and
// what its tools said of an item.
func enrich(changes []doc.Change, p Proposal) []doc.Change {
	told := map[doc.Key]doc.Change{}
	for _, l := range [][]doc.Change{p.Published, p.Changes} {
		for _, c := range l {
			told[c.Key()] = c
		}
	}
	for i, c := range changes {
		t, ok := told[c.Key()]
		if ok && t.Have.There() == c.Have.There() && reached(c.Have, t.Have) {
			changes[i].Have, changes[i].Entry, changes[i].Extra = t.Have, t.Entry, t.Extra
		}
	}
	return changes
}
