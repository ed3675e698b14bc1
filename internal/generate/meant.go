package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"bkt/internal/compare"
	"bkt/internal/containerfile"
	"bkt/internal/doc"
)

// meant refuses files that the manifests, as they are at the target with these files, do not
// mean: made from manifests or a policy that nobody has pushed, they would disagree there.
func (p Proposal) meant(target *overlay, files []doc.File) error {
	whole := newOverlay(target.FS)
	for _, f := range files {
		if f.Content == nil {
			whole.remove(f.Path)
		} else {
			whole.write(f.Path, []byte(*f.Content), f.Mode)
		}
	}
	m, err := compare.Load(whole, nil, p.List)
	if err != nil {
		return err
	}
	r, err := render(whole, m, p.List)
	if err != nil {
		return err
	}
	var odd []string
	for _, f := range files {
		switch {
		case f.Path == containerfilePath && f.Content != nil:
			names, err := r.strange(target, *f.Content)
			if err != nil {
				return err
			}
			odd = append(odd, names...)
		case strings.HasPrefix(f.Path, "generated/") && f.Content != nil:
			if want, ok := r.files[f.Path]; !ok || *want.Content != *f.Content {
				odd = append(odd, "'"+f.Path+"'")
			}
		}
	}
	var errs []error
	for _, what := range odd {
		errs = append(errs, fmt.Errorf("%s: not what the manifests in the distribution mean: commit and push manifests/ first", what))
	}
	return errors.Join(errs...)
}

// strange are the sections of a new Containerfile that the rendering does not explain, and the
// old one did not have.
func (r *rendering) strange(target fs.FS, text string) ([]string, error) {
	f, err := containerfile.Parse(containerfilePath, []byte(text), Order())
	if err != nil {
		return nil, err
	}
	b, err := fs.ReadFile(target, containerfilePath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot read 'Containerfile': %w", err)
	}
	old, err := containerfile.Parse(containerfilePath, b, Order())
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range f.Names() {
		have, line, _ := f.Section(name)
		want, known := r.sections[name]
		if !known {
			want, _, known = old.Section(name)
		}
		if !known || have != want {
			out = append(out, fmt.Sprintf("Containerfile:%d: section %s", line, name))
		}
	}
	slices.Sort(out)
	return out, nil
}
