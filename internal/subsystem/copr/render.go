package copr

import (
	"fmt"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// section is the part of the Containerfile that enables COPRs.
const section = "COPR_REPOS"

// next is the end of one command and the beginning of another on the next line.
const next = " \\\n    && "

// Sections names COPR_REPOS.
func (Subsystem) Sections() []string { return []string{section} }

// Render gives one RUN that enables what the build uses. A project without signed packages is
// refused unless the policy names it, and its file is changed then: `dnf copr enable` itself
// always asks for signatures.
func (s Subsystem) Render(m subsystem.Manifests) (subsystem.Rendered, error) {
	items := slices.Clone(m.Items[Name])
	slices.SortFunc(items, func(a, b doc.Item) int { return strings.Compare(a.ID, b.ID) })
	dnf := m.Build.DNF
	if dnf == "" {
		dnf = "dnf"
	}
	var steps, warnings []string
	for _, i := range items {
		if err := s.Validate(i); err != nil {
			return subsystem.Rendered{}, fmt.Errorf("%s: %w", section, err)
		}
		if !enabled(i.Attrs) {
			continue
		}
		steps = append(steps, dnf+" -y copr enable "+i.ID)
		if checked(i.Attrs) {
			continue
		}
		if err := s.Admit(i, m.Build); err != nil {
			return subsystem.Rendered{}, err
		}
		steps = append(steps, "sed -i 's/^gpgcheck *=.*/gpgcheck=0/' "+file(i.ID))
		warnings = append(warnings, fmt.Sprintf("COPR %s: its packages are installed without checking signatures", i.ID))
	}
	body := "# No COPR repositories configured\n"
	if len(steps) > 0 {
		body = "RUN " + strings.Join(steps, next) + "\n"
	}
	return subsystem.Rendered{Sections: map[string]string{section: body}, Warnings: warnings}, nil
}

// Admit refuses a COPR that is used without checking signatures, unless the policy names it.
func (Subsystem) Admit(i doc.Item, b subsystem.Build) error {
	if !enabled(i.Attrs) || checked(i.Attrs) || slices.Contains(b.AllowUnsigned, i.ID) {
		return nil
	}
	return fmt.Errorf("COPR '%s' has gpg_check false, and policy.json does not name it in image.allow_unsigned", i.ID)
}

// file is where `dnf copr enable` writes a project's repository.
func file(id string) string {
	owner, project, _ := strings.Cut(id, "/")
	if g, ok := strings.CutPrefix(owner, "@"); ok {
		owner = "group_" + g
	}
	return folder + "/_copr:" + Hub + ":" + owner + ":" + project + ".repo"
}
