package generate

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"bkt/internal/changelog"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// keep holds the place of a changelog without entries: git knows no empty folders.
const keep = changelog.Dir + "/.gitkeep"

// changelog writes an entry for each change of the manifests that needs a hand, where the
// distribution keeps a changelog, and takes those away that say what is no longer so. One that is
// there stays as it is: somebody may have worded it.
func (g *gen) changelog(after *compare.Manifests) error {
	if !holds(g.src.FS, changelog.Dir) {
		return nil
	}
	since, err := g.since()
	if err != nil {
		return err
	}
	gone := false
	for _, c := range Between(since, after) {
		e, needed := entry(g.opt.List, c)
		if !needed && c.Have.There() { // what it became before this change may need one still
			c.Want = doc.Absent()
			e, needed = entry(g.opt.List, c)
		} else if needed && !g.files.exists(changelog.Path(e.ID)) {
			b, err := e.Marshal()
			if err != nil {
				return err
			}
			g.files.write(changelog.Path(e.ID), b, "")
		}
		for _, p := range changelog.Paths(c.Key()) {
			if g.files.exists(p) && !(needed && p == changelog.Path(e.ID)) {
				g.files.remove(p)
				gone = true
			}
		}
	}
	if gone && !holds(g.files, changelog.Dir) {
		g.files.write(keep, nil, "")
	}
	return nil
}

// since are the manifests that a changelog begins at: those before the changes, or those of the last
// commit, beyond which somebody may have edited the working tree's.
func (g *gen) since() (*compare.Manifests, error) {
	if !g.opt.Edited || g.src.Head == nil {
		return g.before, nil
	}
	head, err := g.src.Head()
	if err != nil || head == nil {
		return g.before, err
	}
	m, err := compare.Load(head, nil, g.opt.List)
	if err != nil {
		return g.before, nil // they say nothing that could be compared
	}
	return m, nil
}

// entry is the changelog's of a change, if it needs a hand.
func entry(list []subsystem.Subsystem, c doc.Change) (changelog.Entry, bool) {
	s, _ := subsystem.Find(list, c.Subsystem)
	h, ok := s.(subsystem.Hander)
	if !ok {
		return changelog.Entry{}, false
	}
	return changelog.Of(c, h.Hand)
}

// errFound ends a walk.
var errFound = errors.New("found")

// holds says whether a folder has a file, as git sees it: then it is there in a clone, too.
func holds(fsys fs.FS, dir string) bool {
	var edits map[string]edited
	if o, ok := fsys.(*overlay); ok {
		edits, fsys = o.edits, o.FS
	}
	if slices.ContainsFunc((&overlay{edits: edits}).written(), func(p string) bool { return strings.HasPrefix(p, dir+"/") }) {
		return true
	}
	return fs.WalkDir(fsys, dir, func(p string, e fs.DirEntry, err error) error {
		if _, changed := edits[p]; err == nil && !e.IsDir() && !changed {
			return errFound
		}
		return nil
	}) == errFound
}
