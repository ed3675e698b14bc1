package forge

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/run"
)

// view is View with what git needs to build on it.
type view struct {
	View
	main    ref
	living  ref
	tree    string   // what View.Merged is, but for the conflicts
	folders folders  // of tree
	parents []string // of the commit to come
	merged  *treeFS
	taken   map[string]blob // the default branch's side of the conflicts
}

// build fills in the proposal.
func (p *Proposal) build(ctx context.Context, edit EditFunc) error {
	signs, name := p.m.signs(ctx), branchName(p.m.h)
	if p.target.Deliver != Push {
		if p.hub = hubOf(p.m.h, p.m.repo, p.m.dir, p.m.timeout); p.hub != nil {
			defer p.hub.ask(ctx, p.m, name)()
		}
	}
	l, err := p.m.fetch(ctx)
	if p.sign = <-signs; err != nil {
		return err
	}
	main := l.main()
	p.Base, p.Branch = main.short(), main.short()
	var living life
	if p.target.Deliver != Push {
		if own := l.own(name); len(own) > 0 {
			p.m.readAhead(ctx, main.commit, own[0].commit)
		}
		if living, err = p.m.living(ctx, l, name, p.hub); err != nil {
			return err
		}
		p.pr, p.asked, p.hubErr = living.pr, living.asked && living.commit != "", living.unasked
		if p.Branch = living.short(); living.commit == "" {
			p.Branch = l.next(name)
		}
	}
	if p.view, err = p.m.look(ctx, main, living.ref); err != nil {
		return err
	}
	p.view.Name, p.view.Closed = p.Branch, living.closed
	p.view.Touched = func(path string) (*Touch, error) { return p.m.lastTouching(ctx, main.commit, path) }
	if p.Edit, err = edit(p.view.View); err != nil {
		return err
	}
	p.Previous = living.commit
	if p.target.Deliver == Push {
		p.Previous = main.commit
	}
	return p.commit(ctx)
}

// look loads what a change is built on, and merges where the default branch has moved.
func (m *mirror) look(ctx context.Context, main, living ref) (view, error) {
	v := view{main: main, living: living, View: View{DefaultCommit: main.commit, BranchCommit: living.commit}}
	if living.commit == "" {
		l, err := m.trees(ctx, main.commit)
		if err != nil {
			return v, err
		}
		v.Default, v.merged, v.tree, v.folders, v.parents = l[0], l[0], main.tree, l[0].folders, []string{main.commit}
		v.Merged = v.merged
		return v, nil
	}
	base, err := m.mergeBase(ctx, main.commit, living.commit)
	if err != nil {
		return v, err
	}
	if base == "" {
		return v, fault(ErrConflict, "'%s' and '%s' have no common history: close the pull request of '%s', or delete it",
			main.short(), living.short(), living.short()).hint("git push %s", run.Quote([]string{show(m.repo.URL), ":" + living.short()}))
	}
	var l []*treeFS
	switch base {
	case main.commit: // only the branch moved
		got := m.readAhead(ctx, main.commit, living.commit)()
		if got.err != nil {
			return v, got.err
		}
		l = append(got.trees, got.trees[0], got.trees[1])
		v.tree, v.parents = living.tree, []string{living.commit}
	case living.commit: // merged, and moved on
		got := m.readAhead(ctx, main.commit, living.commit)()
		if got.err != nil {
			return v, got.err
		}
		l = append(got.trees, got.trees[1], got.trees[0])
		v.tree, v.parents = main.tree, []string{main.commit}
	default:
		if l, err = v.join(ctx, m, base); err != nil {
			return v, err
		}
	}
	if v.folders == nil {
		v.folders = l[3].folders
	}
	v.Default, v.Branch, v.Base, v.Merged, v.merged = l[0], l[1], l[2], l[3], l[3]
	return v, nil
}

// join merges two branches that both moved; it gives the trees of the default branch, the living
// one, where they parted, and the merge, in which a conflict has the default branch's file.
func (v *view) join(ctx context.Context, m *mirror, base string) ([]*treeFS, error) {
	got, err := m.merge(ctx, v.living.commit, v.main.commit)
	if err != nil {
		return nil, err
	}
	if err := v.settle(got.conflicts); err != nil {
		return nil, err
	}
	v.Both, v.tree, v.parents = true, got.tree, []string{v.living.commit, v.main.commit}
	l, err := m.trees(ctx, v.main.commit, v.living.commit, base, got.tree)
	if err != nil {
		return nil, err
	}
	v.folders, v.taken = l[3].folders, map[string]blob{}
	for _, path := range v.Conflicts {
		v.taken[path] = l[0].files[path]
	}
	l[3] = l[3].with(v.taken)
	return l, nil
}

// settle keeps the conflicts in bkt's own files, which are replayed; others are for people.
func (v *view) settle(conflicts []string) error {
	var others []string
	for _, path := range conflicts {
		if doc.Path(path) == nil {
			v.Conflicts = append(v.Conflicts, path)
		} else {
			others = append(others, "'"+show(path)+"'")
		}
	}
	if len(others) == 0 {
		return nil
	}
	slices.Sort(others)
	return fault(ErrConflict, "'%s' and '%s' both changed %s: merge them by hand in '%s'",
		v.main.short(), v.living.short(), strings.Join(slices.Compact(others), ", "), v.living.short()).
		hint("git fetch && git switch %s && git merge %s", run.Quote([]string{v.living.short()}), run.Quote([]string{"origin/" + v.main.short()}))
}

// commit makes the proposal's commit, if there is anything to commit.
func (p *Proposal) commit(ctx context.Context) error {
	want, err := p.view.changed(p.Edit.Files)
	if err != nil {
		return err
	}
	if len(want) == 0 && len(p.view.taken) == 0 {
		p.Unchanged, p.tree, p.Commit = true, p.view.tree, p.view.living.commit
		if p.Commit == "" {
			p.Branch, p.Commit = p.Base, p.view.main.commit
		}
		return nil
	}
	all := maps.Clone(want)
	for path, b := range p.view.taken {
		if _, ok := all[path]; !ok {
			all[path] = b
		}
	}
	if p.tree, err = p.m.writeTree(ctx, p.view.folders.clone(), all); err != nil {
		return err
	}
	if p.sign.err != nil {
		return p.sign.err
	}
	p.Commit, err = p.m.commitTree(ctx, p.tree, p.view.parents, p.Edit, p.sign.yes)
	return err
}

// changed are those of the files that differ from what they are written on.
func (v *view) changed(files []doc.File) (map[string]blob, error) {
	out, seen := map[string]blob{}, map[string]bool{}
	for _, f := range files {
		if err := doc.Path(f.Path); err != nil {
			return nil, err
		}
		if seen[f.Path] {
			return nil, fmt.Errorf("'%s' stands twice", f.Path)
		}
		seen[f.Path] = true
		old, there := v.merged.files[f.Path]
		switch {
		case f.Content == nil:
			if there {
				out[f.Path] = blob{}
			}
		case f.Mode != "100644" && f.Mode != "100755":
			return nil, fmt.Errorf("'%s': mode '%s' is not 100644 or 100755", f.Path, show(f.Mode))
		case !there || old.mode != f.Mode || !bytes.Equal(old.data, []byte(*f.Content)):
			out[f.Path] = blob{f.Mode, BlobID([]byte(*f.Content)), []byte(*f.Content)}
		}
	}
	return out, nil
}
