package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"bkt/internal/compare"
	"bkt/internal/containerfile"
	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

const containerfilePath = "Containerfile"

// Order is the names of all sections, in the order that --init inserts them in.
func Order() []string {
	return []string{"EXTERNAL_REPOS", "COPR_REPOS", "SYSTEM_PACKAGES", "KERNEL_ARGUMENTS",
		"SYSTEMD_UNITS", "HOST_SHIMS", manifestsSection}
}

// rendering is all text that manifests mean.
type rendering struct {
	sections map[string]string
	owner    map[string]string // section to subsystem
	maker    map[string]string // generated file to subsystem
	files    map[string]doc.File
	dirs     []string
	warnings []string
}

// render asks every renderer whose subsystem the distribution manages. fsys is read only to
// see which folders there are to copy, and which files are there.
func render(fsys fs.FS, m *compare.Manifests, list []subsystem.Subsystem) (*rendering, error) {
	r := &rendering{sections: map[string]string{}, owner: map[string]string{}, maker: map[string]string{}, files: map[string]doc.File{}}
	in := m.View()
	in.Has = func(path string) bool { _, err := fs.Stat(fsys, path); return err == nil }
	var errs []error
	for _, s := range list {
		name := s.Info().Name
		one, ok := s.(subsystem.Renderer)
		if !ok || !m.Managed(name) {
			continue
		}
		out, err := one.Render(in)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			continue
		}
		for sec, body := range out.Sections {
			r.sections[sec], r.owner[sec] = body, name
		}
		for _, f := range out.Files {
			r.files[f.Path], r.maker[f.Path] = f, name
		}
		r.dirs = append(r.dirs, out.Dirs...)
		r.warnings = append(r.warnings, out.Warnings...)
	}
	r.sections[manifestsSection] = manifestsBody(fsys)
	return r, errors.Join(errs...)
}

// sections brings the Containerfile's sections up to date. Text that nothing explains goes
// to hands.
func (g *gen) sections(want *rendering, hands *[]Hand) error {
	data, err := g.files.ReadFile(containerfilePath)
	if errors.Is(err, fs.ErrNotExist) {
		return g.needs(want, func(string) bool { return false })
	}
	if err != nil {
		return fmt.Errorf("cannot read 'Containerfile': %w", err)
	}
	f, err := containerfile.Parse(containerfilePath, data, Order())
	if err != nil {
		return err
	}
	has := func(name string) bool { _, _, ok := f.Section(name); return ok }
	if err := g.needs(want, has); err != nil {
		return err
	}
	if !has(manifestsSection) {
		g.res.Warnings = append(g.res.Warnings,
			"the Containerfile has no section MANIFESTS: the image will not carry its own manifests (bkt-cfgen --init adds it)")
	}
	for _, name := range f.Names() {
		body, ok := want.sections[name]
		have, line, _ := f.Section(name)
		if !ok || have == body {
			continue
		}
		ours := name == manifestsSection && copying(have)
		if !ours && !g.explained(func(r *rendering) bool { b, ok := r.sections[name]; return ok && b == have }, have) {
			*hands = append(*hands, Hand{fmt.Sprintf("Containerfile:%d: section %s", line, name), have, body})
		}
		if err := f.Replace(name, body); err != nil {
			return err
		}
	}
	g.files.write(containerfilePath, f.Bytes(), "")
	return g.check(f)
}

// needs refuses a change whose text has no place in the Containerfile: nothing would copy a
// new generated file, either.
func (g *gen) needs(want *rendering, has func(string) bool) error {
	touched := maps.Clone(g.touched)
	for p, owner := range want.maker {
		if old, err := fs.ReadFile(g.src.FS, p); err != nil || string(old) != *want.files[p].Content {
			touched[owner] = true
		}
	}
	var errs []error
	for _, name := range Order() {
		if owner, ok := want.owner[name]; ok && touched[owner] && !has(name) {
			errs = append(errs, fmt.Errorf("%s: no section %s, which %s needs: %w", containerfilePath, name, owner, ErrUninitialised))
		}
	}
	return errors.Join(errs...)
}

// explained says whether text is what some manifests gave: those before this change, or those
// of an older version. Nothing is lost with an empty text.
func (g *gen) explained(gives func(*rendering) bool, have string) bool {
	if have == "" {
		return true
	}
	if g.text == nil {
		if r, err := render(g.src.FS, g.before, g.opt.List); err == nil {
			g.text = r
		}
	}
	return g.text != nil && gives(g.text) || slices.ContainsFunc(g.known(), gives)
}

// nothing are manifests of the same subsystems, all empty: what a section says then is ours,
// whoever has written it.
func nothing(m *compare.Manifests) *compare.Manifests {
	out := &compare.Manifests{Items: map[string][]doc.Item{}, Policy: m.Policy}
	for name := range m.Items {
		out.Items[name] = []doc.Item{}
	}
	return out
}

// known are the renderings of older versions; to read them costs processes. A version that
// cannot be read explains nothing.
func (g *gen) known() []*rendering {
	if g.older != nil {
		return g.older
	}
	g.older = []*rendering{}
	if r, err := render(g.src.FS, nothing(g.before), g.opt.List); err == nil {
		g.older = append(g.older, r)
	}
	if g.src.Older == nil {
		return g.older
	}
	versions, err := g.src.Older()
	if err != nil {
		return g.older
	}
	for _, v := range versions {
		m, err := compare.Load(v, nil, g.opt.List)
		if err != nil {
			continue
		}
		if r, err := render(v, m, g.opt.List); err == nil {
			g.older = append(g.older, r)
		}
	}
	return g.older
}

// check refuses a Containerfile that copies what bkt should have written and is not there.
func (g *gen) check(f *containerfile.File) error {
	if pkg := g.intoOpt(); pkg != "" && !hasOptLine(f) {
		g.res.Warnings = append(g.res.Warnings,
			pkg+" installs into /opt, whose content does not reach machines: put this line before its installation: "+optLine)
	}
	var errs []error
	for _, s := range f.CopySources() {
		ours := strings.HasPrefix(s.Path, "generated") || strings.HasPrefix(s.Path, "manifests") || managed(f, s.Line)
		switch {
		case !ours || s.Variable || strings.ContainsAny(s.Path, "*?["):
		case !g.files.exists(s.Path):
			errs = append(errs, fmt.Errorf("%s:%d: copies '%s', which does not exist", containerfilePath, s.Line, s.Path))
		case !isDir(g.files, s.Path):
			g.copied = append(g.copied, s.Path)
		}
	}
	return errors.Join(errs...)
}

// managed says whether a line stands in a subsystem's section.
func managed(f *containerfile.File, line int) bool {
	for _, name := range f.Names() {
		body, first, _ := f.Section(name)
		if name != manifestsSection && first < line && line <= first+strings.Count(body, "\n") {
			return true
		}
	}
	return false
}
