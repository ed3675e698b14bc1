// Package generate is changes to files: manifests edited in place, and every section and
// generated file made anew from them, together or not at all.
package generate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/subsystem"
)

// Source is a distribution as it was read.
type Source struct {
	FS fs.FS
	// Head gives what the last commit has; nil where that is what FS reads.
	Head func() (fs.FS, error)
	// Older gives the versions whose manifests may explain a section, newest first.
	Older func() ([]fs.FS, error)
	// Ignored gives those of the paths that git ignores; nil: none.
	Ignored func(paths []string) ([]string, error)
}

// Options are the caller's wishes.
type Options struct {
	List []subsystem.Subsystem
	// Force overwrites sections and generated files that no manifests explain.
	Force bool
	// Lenient leaves out changes that are not valid, and names them; else they are refused.
	Lenient bool
	// Source is the document that the changes were read from, to be named in errors with their
	// places; "": they come from elsewhere.
	Source string
	// Edited makes entries of the changelog for what somebody edited since the last commit, too.
	Edited bool
	// Manifests are the source's, where the caller has read them already.
	Manifests *compare.Manifests
}

// Open makes a Source of a distribution that was found.
func Open(ctx context.Context, d *forge.Distribution) Source {
	head := sync.OnceValues(func() (fs.FS, error) { return d.Head(ctx) })
	return Source{
		FS:      d.FS,
		Head:    head,
		Ignored: func(paths []string) ([]string, error) { return d.Ignored(ctx, paths) },
		Older:   func() ([]fs.FS, error) { return older(ctx, d, head) },
	}
}

// older are HEAD, the last commit that touched the Containerfile, and its parent.
func older(ctx context.Context, d *forge.Distribution, head func() (fs.FS, error)) ([]fs.FS, error) {
	var out []fs.FS
	at, err := head()
	if err != nil {
		return nil, err
	}
	touch, err := d.LastTouching(ctx, containerfilePath)
	if err != nil {
		return nil, err
	}
	if at != nil {
		out = append(out, at)
	}
	return append(out, versions(touch)...), nil
}

// versions are a commit's tree and its parent's, as far as there are any.
func versions(t *forge.Touch) []fs.FS {
	switch {
	case t == nil:
		return nil
	case t.Parent == nil:
		return []fs.FS{t.At}
	}
	return []fs.FS{t.At, t.Parent}
}

// Result is what changes give.
type Result struct {
	Manifests *compare.Manifests // as they are afterwards
	Files     []doc.File         // those that differ from the source
	Done      []doc.Change       // carried out, or true already
	Conflicts []doc.Change       // at the source the item is neither want nor have; Want is the source's
	Left      []Left             // not valid, and so left out
	Warnings  []string           // what a reviewer must know
	Gone      []string           // removals of what is not there, where more may have been meant
	Taken     []Hand             // hand-made text that Force overwrote
}

// Left is a change that was not carried out.
type Left struct {
	Change doc.Change
	Why    string
}

// Hand is text in bkt's own places that no manifests explain.
type Hand struct {
	Where      string // Containerfile:12: section SYSTEM_PACKAGES, or a path
	Have, Want string
}

// ErrUninitialised is the cause where a change needs a manifest or a section that is absent.
var ErrUninitialised = errors.New("the distribution lacks it")

// HandError says that text would be lost.
type HandError struct{ Hands []Hand }

// Error names the places.
func (e *HandError) Error() string {
	var errs []error
	for _, h := range e.Hands {
		errs = append(errs, fmt.Errorf("%s: changed by hand, no manifests explain it", h.Where))
	}
	return errors.Join(errs...).Error()
}

// Replay carries changes out on a distribution. It reads src and writes nothing.
func Replay(src Source, changes []doc.Change, opt Options) (*Result, error) {
	m, err := opt.Manifests, error(nil)
	if m == nil {
		m, err = compare.Load(src.FS, src.Head, opt.List)
	}
	if err != nil {
		return nil, err
	}
	g := &gen{src: src, opt: opt, before: m, files: newOverlay(src.FS), res: &Result{}, touched: map[string]bool{}}
	g.early = src.early(g.likely(changes))
	if err := g.edit(changes); err != nil {
		return nil, err
	}
	if err := g.regenerate(); err != nil {
		return nil, err
	}
	return g.res, nil
}

// gen is one run of the generator.
type gen struct {
	src     Source
	opt     Options
	before  *compare.Manifests
	files   *overlay
	touched map[string]bool // subsystems whose manifest was edited
	text    *rendering      // what before means; nil: not asked for yet, or it cannot be told
	older   []*rendering    // see known
	copied  []string        // files that the Containerfile takes from the distribution
	early   func() (answer, error)
	res     *Result
}

// after are the manifests as they are now; they are read again only if one was written.
func (g *gen) after() (*compare.Manifests, error) {
	edited := func(path string) bool { return strings.HasPrefix(path, "manifests/") }
	if !slices.ContainsFunc(g.files.written(), edited) {
		return g.before, nil
	}
	return compare.Load(g.files, nil, g.opt.List)
}

// regenerate makes sections and generated files from the manifests as they are now.
func (g *gen) regenerate() error {
	after, err := g.after()
	if err != nil {
		return err
	}
	g.res.Manifests = after
	if err := g.changelog(after); err != nil {
		return err
	}
	out, err := render(g.files, after, g.opt.List)
	if err != nil {
		return err
	}
	g.res.Warnings = append(g.res.Warnings, out.warnings...)
	g.res.Warnings = append(g.res.Warnings, warnings(g.res.Done, after, g.opt.List)...)
	var hands []Hand
	if err := g.generated(out, &hands); err != nil {
		return err
	}
	if err := g.sections(out, &hands); err != nil {
		return err
	}
	if len(hands) > 0 && !g.opt.Force {
		return &HandError{Hands: hands}
	}
	g.res.Taken = hands
	if err := g.ignored(); err != nil {
		return err
	}
	g.res.Files, err = g.files.changed()
	return err
}

// warnings are what the subsystems see in the items that changes bring.
func warnings(changes []doc.Change, m *compare.Manifests, list []subsystem.Subsystem) []string {
	var out []string
	for _, c := range changes {
		s, _ := subsystem.Find(list, c.Subsystem)
		w, ok := s.(subsystem.Warner)
		if !ok || !c.Have.There() {
			continue
		}
		item := doc.Item{Subsystem: c.Subsystem, Scope: c.Scope, ID: c.ID, Attrs: c.Have.Attrs()}
		if text := w.Warn(item, m.View()); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}
