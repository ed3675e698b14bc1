package generate

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"bkt/internal/containerfile"
	"bkt/internal/forge"
	"bkt/internal/subsystem"
)

// merge is the tree to write on. A manifest that git merged into something else than a
// manifest is the default branch's. Where git could not merge the Containerfile, it is the
// text outside the sections that counts: the sections are made anew.
func (p Proposal) merge(v forge.View) (*overlay, error) {
	over := newOverlay(v.Merged)
	if !v.Both {
		return over, nil
	}
	by, err := p.unmerged(v)
	if err != nil {
		return nil, err
	}
	if len(by) > 0 {
		return nil, &ConflictError{Branch: v.Name, Unmerged: by}
	}
	if err := p.mergeManifests(v, over); err != nil {
		return nil, err
	}
	if !slices.Contains(v.Conflicts, containerfilePath) {
		return over, nil
	}
	text, err := mergeText(v)
	if err != nil {
		return nil, err
	}
	over.write(containerfilePath, text, "")
	return over, nil
}

// mergeManifests puts the default branch's manifest in the place of one that git spoilt.
func (p Proposal) mergeManifests(v forge.View, over *overlay) error {
	for _, s := range p.List {
		c, ok := s.(subsystem.Codec)
		if !ok {
			continue
		}
		path := "manifests/" + c.File()
		b, err := fs.ReadFile(v.Merged, path)
		if err != nil {
			continue
		}
		if _, err := c.Parse(path, b); err == nil {
			continue
		}
		if b, err = fs.ReadFile(v.Default, path); err != nil {
			return fmt.Errorf("cannot read '%s': %w", path, err)
		}
		over.write(path, b, "")
	}
	return nil
}

// mergeText is the Containerfile of the side that changed the text outside the sections; where
// each did, in its own way, the error is a *ConflictError.
func mergeText(v forge.View) ([]byte, error) {
	var whole, outside [3][]byte
	for i, t := range []fs.FS{v.Base, v.Branch, v.Default} {
		b, err := fs.ReadFile(t, containerfilePath)
		if err != nil {
			return nil, fmt.Errorf("cannot read 'Containerfile': %w", err)
		}
		whole[i] = b
		if outside[i], err = hollow(b); err != nil {
			return nil, err
		}
	}
	switch base, branch, main := outside[0], outside[1], outside[2]; {
	case bytes.Equal(base, branch), bytes.Equal(branch, main):
		return whole[2], nil
	case bytes.Equal(base, main):
		return whole[1], nil
	}
	return nil, &ConflictError{Branch: v.Name, Unmerged: []string{containerfilePath}}
}

// unmerged are the files that git could not merge and that neither changes nor manifests make
// anew: the manifests of subsystems that this version does not know or in which our branch has
// more than items, the policy, the changelog.
func (p Proposal) unmerged(v forge.View) ([]string, error) {
	var out []string
	for _, path := range v.Conflicts {
		known := slices.ContainsFunc(p.List, func(s subsystem.Subsystem) bool {
			c, ok := s.(subsystem.Codec)
			return ok && path == "manifests/"+c.File()
		})
		switch {
		case path == containerfilePath || strings.HasPrefix(path, "generated/"):
			continue
		case known:
			alone, err := p.itemsAlone(v, path)
			if err != nil {
				return nil, err
			}
			if alone {
				continue
			}
		}
		out = append(out, path)
	}
	return out, nil
}

// hollow is a Containerfile with empty sections.
func hollow(b []byte) ([]byte, error) {
	f, err := containerfile.Parse(containerfilePath, b, Order())
	if err != nil {
		return nil, err
	}
	for _, name := range f.Names() {
		if err := f.Replace(name, ""); err != nil {
			return nil, err
		}
	}
	return f.Bytes(), nil
}
