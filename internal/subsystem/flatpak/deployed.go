package flatpak

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"bkt/internal/subsystem"
)

// current is the architecture and the branch that `flatpak run ID` starts, "" where there is none.
func (p plan) current(id string) (arch, branch string) {
	link, _ := p.h.Readlink(filepath.Join(p.h.FlatpakDir(p.scope), "app", id, "current"))
	arch, branch, _ = strings.Cut(link, "/")
	if !archName(arch) || !branchName(branch) {
		return "", ""
	}
	return arch, branch
}

// deployed says whether a ref is installed, without asking flatpak.
func (p plan) deployed(id, arch, branch string) bool {
	return p.h.Exists(filepath.Join(p.h.FlatpakDir(p.scope), "app", id, arch, branch, "active"))
}

// overrides brings the overrides of each application whose manifest names some to what it names.
func (p plan) overrides(tasks []subsystem.Task) error {
	var errs []error
	for _, t := range tasks {
		want, ok := t.Item.Attrs[overrides]
		if l := t.Item.Attrs.Strings(overrides); ok && (l != nil || string(want) == "[]") {
			errs = append(errs, p.override(t.Item.ID, l))
		}
	}
	return errors.Join(errs...)
}

// override writes the file of an application's overrides where it has to change.
func (p plan) override(id string, want []string) error {
	dir := filepath.Join(p.h.FlatpakDir(p.scope), "overrides")
	path := filepath.Join(dir, id)
	old, err := p.h.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := rewrite(old, want)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case slices.Equal(text, old):
		return nil
	case text == nil:
		return p.h.Remove(path)
	}
	if err := p.h.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return p.h.WriteOwn(path, text, 0o644)
}
