package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// answer is what git says of some paths.
type answer struct{ asked, ignored []string }

// early asks git about paths while other work is done; what it gives waits for git.
func (s Source) early(paths []string) func() (answer, error) {
	if s.Ignored == nil {
		return nil
	}
	a, done := answer{asked: paths}, make(chan error, 1)
	go func() {
		var err error
		a.ignored, err = s.Ignored(paths)
		done <- err
	}()
	return func() (answer, error) {
		err := <-done
		return a, err
	}
}

// likely are the files that will be written, as far as can be told before: a question to git
// takes as long as the work does.
func (g *gen) likely(changes []doc.Change) []string {
	out := []string{containerfilePath}
	touched := map[string]bool{}
	for i := range changes {
		touched[changes[i].Subsystem] = true
	}
	for _, s := range g.opt.List {
		if c, ok := s.(subsystem.Codec); ok && touched[s.Info().Name] {
			out = append(out, "manifests/"+c.File())
		}
	}
	fs.WalkDir(g.src.FS, "generated", func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			out = append(out, path)
		}
		return nil // what cannot be read is for others to tell
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// ignored refuses a file that git would leave out of the commit, and one that the image copies
// and git leaves out.
func (g *gen) ignored() error {
	if g.early == nil {
		return nil
	}
	a, err := g.early()
	if err != nil {
		return err
	}
	paths := append(g.files.written(), g.copied...)
	slices.Sort(paths)
	paths = slices.Compact(paths)
	late := slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return slices.Contains(a.asked, p) })
	if len(late) > 0 {
		more, err := g.src.Ignored(late)
		if err != nil {
			return err
		}
		a.ignored = append(a.ignored, more...)
	}
	var errs []error
	for _, p := range paths {
		if slices.Contains(a.ignored, p) {
			errs = append(errs, fmt.Errorf("'%s' is ignored by git: the image's build would lack it", p))
		}
	}
	return errors.Join(errs...)
}
