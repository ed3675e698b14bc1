package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// edit carries changes out in the manifests.
func (g *gen) edit(changes []doc.Change) error {
	edits, count := map[string][]subsystem.Edit{}, map[string]int{}
	for i := range changes {
		count[changes[i].Subsystem]++
	}
	for name, n := range count {
		edits[name] = make([]subsystem.Edit, 0, n)
	}
	seen := make(map[doc.Key]bool, len(changes))
	g.res.Done = make([]doc.Change, 0, len(changes))
	subs := map[string]subsystem.Subsystem{}
	for _, s := range g.opt.List {
		subs[s.Info().Name] = s
	}
	var errs []error
	for _, c := range changes {
		if seen[c.Key()] {
			errs = append(errs, fmt.Errorf("%s %q is changed twice", c.Subsystem, c.ID))
			continue
		}
		seen[c.Key()] = true
		e, err := g.one(subs[c.Subsystem], c)
		if err != nil {
			errs = append(errs, g.located(c, err))
		} else if e != nil {
			edits[c.Subsystem] = append(edits[c.Subsystem], *e)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return g.apply(edits)
}

// located is an error that a change has, with its place in the document that it came from.
func (g *gen) located(c doc.Change, err error) error {
	if g.opt.Source == "" || errors.Is(err, ErrUninitialised) {
		return err // that is the distribution's
	}
	return fmt.Errorf("%s: /changes/%d: %w", g.opt.Source, c.At, err)
}

// one decides what a change means on this distribution: an edit, or nil where it is true
// already, a conflict, or left out.
func (g *gen) one(s subsystem.Subsystem, c doc.Change) (*subsystem.Edit, error) {
	if s == nil {
		return nil, fmt.Errorf("unknown subsystem %q", c.Subsystem)
	}
	if err := validate(s, c, g.before.View().Build); err != nil {
		if g.opt.Lenient {
			g.res.Left = append(g.res.Left, Left{c, err.Error()})
			return nil, nil
		}
		return nil, fmt.Errorf("%s: %w", c.Subsystem, err)
	}
	if !g.before.Managed(c.Subsystem) {
		file := ""
		if codec, ok := s.(subsystem.Codec); ok {
			file = "manifests/" + codec.File()
		}
		return nil, fmt.Errorf("%s: missing, and %s %s must be written there: %w", file, c.Subsystem, c.ID, ErrUninitialised)
	}
	now := g.before.Want(c.Key())
	if goner, ok := s.(subsystem.Goner); ok && !c.Want.Known() && !c.Have.There() && !now.There() {
		g.res.Gone = append(g.res.Gone, goner.Gone(doc.Item{Subsystem: c.Subsystem, ID: c.ID, Scope: c.Scope}))
	}
	switch {
	case !c.Want.Known() || c.Want.Equal(now): // carried out exactly; the codec knows what is the same
	case !led(s, now, c):
		c.Want = now
		g.res.Conflicts = append(g.res.Conflicts, c)
		return nil, nil
	case said(now, c):
		g.res.Done = append(g.res.Done, c)
		return nil, nil
	}
	g.res.Done = append(g.res.Done, c)
	e := edit(c)
	return &e, nil
}

// edit is what a change does to its manifest.
func edit(c doc.Change) subsystem.Edit {
	item := doc.Item{Subsystem: c.Subsystem, ID: c.ID, Scope: c.Scope, Attrs: c.Have.Attrs()}
	return subsystem.Edit{Item: item, Remove: !c.Have.There()}
}

// items are those of one subsystem, as manifests hold them.
func items(name string, l []doc.Item) map[string][]doc.Item {
	if l == nil {
		l = []doc.Item{}
	}
	return map[string][]doc.Item{name: l}
}

// reached says whether the manifests already are where the change leads: by what both of them
// name, since a machine and a manifest need not name the same attributes.
func reached(now, have doc.Side) bool {
	return now.There() == have.There() &&
		(now.Attrs().Satisfies(have.Attrs()) || have.Attrs().Satisfies(now.Attrs()))
}

// led says whether the manifests, which are not those that a change was made from, agree with
// where it leads. What it takes away of an item they must not name any more, whatever its value.
func led(s subsystem.Subsystem, now doc.Side, c doc.Change) bool {
	have := c.Have.Attrs()
	want := subsystem.Spelled(s, c.Want.Attrs(), have)
	for name := range now.Attrs() {
		_, was := want[name]
		if _, is := have[name]; was && !is {
			return false
		}
	}
	return reached(now, c.Have)
}

// said says whether manifests that agree with a change need not say more. Where they are silent
// about an attribute, they are in sync with any machine, and so with what was found on one; but
// what somebody asked for in so many words has to stand there.
func said(now doc.Side, c doc.Change) bool {
	return c.Class != "" || now.Attrs().Satisfies(c.Have.Attrs())
}

// apply edits the manifests, by subsystem: those of one file one after the other, and the files
// side by side.
func (g *gen) apply(edits map[string][]subsystem.Edit) error {
	var files []*editing
	for _, s := range g.opt.List {
		l := edits[s.Info().Name]
		if len(l) == 0 {
			continue
		}
		path := "manifests/" + s.(subsystem.Codec).File()
		i := slices.IndexFunc(files, func(f *editing) bool { return f.path == path })
		if i < 0 {
			i, files = len(files), append(files, &editing{path: path})
		}
		files[i].subs, files[i].edits = append(files[i].subs, s), append(files[i].edits, l)
	}
	var wg sync.WaitGroup
	for _, f := range files {
		wg.Go(func() { f.run(g.files) })
	}
	wg.Wait()
	for _, f := range files {
		if f.err != nil {
			return f.err
		}
		for _, name := range f.touched {
			g.files.write(f.path, f.data, "")
			g.touched[name] = true
		}
	}
	return nil
}

// editing is one manifest that is edited.
type editing struct {
	path    string
	subs    []subsystem.Subsystem
	edits   [][]subsystem.Edit // of each of them
	data    []byte
	touched []string // the subsystems that changed something
	err     error
}

func (e *editing) run(files fs.FS) {
	if e.data, e.err = fs.ReadFile(files, e.path); e.err != nil {
		e.err = fmt.Errorf("cannot read '%s': %w", e.path, e.err)
		return
	}
	for i, s := range e.subs {
		out, err := s.(subsystem.Codec).Edit(e.path, e.data, e.edits[i])
		if err != nil {
			e.err = err
			return
		}
		if string(out) != string(e.data) {
			e.data, e.touched = out, append(e.touched, s.Info().Name)
		}
	}
}

// validate checks the item that a change leaves behind, or the identity of one it removes.
func validate(s subsystem.Subsystem, c doc.Change, b subsystem.Build) error {
	i := doc.Item{Subsystem: c.Subsystem, ID: c.ID, Scope: c.Scope, Attrs: c.Have.Attrs()}
	if !c.Have.There() {
		i.Attrs = c.Want.Attrs()
	}
	if err := s.Validate(i); err != nil {
		return err
	}
	if a, ok := s.(subsystem.Admitter); ok && c.Have.There() {
		return a.Admit(i, b)
	}
	return nil
}

// isDir says whether a folder of the distribution is there.
func isDir(fsys fs.FS, path string) bool {
	fi, err := fs.Stat(fsys, path)
	return err == nil && fi.IsDir()
}
