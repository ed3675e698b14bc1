package shim

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// section is the part of the Containerfile that brings shims to new accounts.
const section = "HOST_SHIMS"

// Sections names HOST_SHIMS.
func (Subsystem) Sections() []string { return []string{section} }

// Render gives a file per shim, the line that copies them all, and the command that links
// them into the skeleton's ~/.local/bin. Without shims nothing is copied: git keeps no empty
// folder, and the build would fail.
func (s Subsystem) Render(m subsystem.Manifests) (subsystem.Rendered, error) {
	out := subsystem.Rendered{Dirs: []string{generated}}
	items := slices.Clone(m.Items[Name])
	slices.SortFunc(items, func(a, b doc.Item) int { return strings.Compare(a.ID, b.ID) })
	steps := []string{"RUN mkdir -p " + path.Join(skeleton, bin)}
	for _, i := range items {
		if err := s.Validate(i); err != nil {
			return subsystem.Rendered{}, fmt.Errorf("%s: %w", section, err)
		}
		text := Script(i.ID, hostOf(i))
		out.Files = append(out.Files, doc.File{Path: file(i.ID), Content: &text, Mode: "100755"})
		steps = append(steps, "ln -sf ../toolbox/shims/"+i.ID+" "+path.Join(skeleton, bin, i.ID))
	}
	body := "# No host shims configured\n"
	if len(items) > 0 {
		body = "COPY --chmod=0755 " + generated + "/ " + path.Join(skeleton, shims) + "/\n" + strings.Join(steps, " \\\n    && ") + "\n"
	}
	out.Sections = map[string]string{section: body}
	return out, nil
}
