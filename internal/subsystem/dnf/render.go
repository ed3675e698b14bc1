package dnf

import (
	"fmt"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// section is the part of the Containerfile that installs packages.
const section = "SYSTEM_PACKAGES"

// more continues a command on the next line.
const more = " \\\n    "

// Sections names SYSTEM_PACKAGES.
func (Subsystem) Sections() []string { return []string{section} }

// Render gives the commands that remove and install packages. The last of them disables the
// COPRs that were enabled for it, since the machines would keep them enabled; it does so where
// there is nothing to install, too.
func (s Subsystem) Render(m subsystem.Manifests) (subsystem.Rendered, error) {
	by := map[string][]string{} // mode to ids
	for _, i := range m.Items[Name] {
		if err := s.Validate(i); err != nil {
			return subsystem.Rendered{}, fmt.Errorf("%s: %w", section, err)
		}
		by[mode(i.Attrs)] = append(by[mode(i.Attrs)], i.ID)
	}
	for _, l := range by {
		slices.Sort(l)
	}
	dnf := m.Build.DNF
	if dnf == "" {
		dnf = "dnf"
	}
	var body strings.Builder
	if l := by[Remove]; len(l) > 0 {
		body.WriteString("RUN " + dnf + " remove -y" + more + strings.Join(l, more) + "\n")
	}
	steps := installSteps(dnf, by[Install], by[Exclude])
	steps = append(steps, disable(dnf, m)...)
	if m.Build.Verify {
		steps = append(steps, verify(by[Install])...)
	}
	if len(steps) > 0 {
		body.WriteString("RUN " + strings.Join(steps, more+"&& ") + "\n")
	}
	if body.Len() == 0 {
		body.WriteString("# No packages configured\n")
	}
	return subsystem.Rendered{Sections: map[string]string{section: body.String()}}, nil
}

// installSteps are the commands for the packages and groups wanted, none where there are none.
func installSteps(dnf string, wanted, excluded []string) []string {
	if len(wanted) == 0 {
		return nil
	}
	words := []string{dnf + " install -y"}
	for _, x := range excluded {
		words = append(words, "--exclude="+x)
	}
	// "@" sorts before the letters, but after the digits.
	for _, group := range []bool{true, false} {
		for _, id := range wanted {
			if isGroup(id) == group {
				words = append(words, id)
			}
		}
	}
	return []string{strings.Join(words, more), dnf + " clean all"}
}

// disable are the commands that switch off what COPR_REPOS switched on.
func disable(dnf string, m subsystem.Manifests) []string {
	var out []string
	for _, c := range enabledCoprs(m.Items["copr"]) {
		if !slices.Contains(m.Build.KeepCopr, c) {
			out = append(out, dnf+" -y copr disable "+c)
		}
	}
	return out
}

// enabledCoprs are the projects that the build uses.
func enabledCoprs(items []doc.Item) []string {
	var out []string
	for _, i := range items {
		if i.Attrs.Bool("enabled", true) {
			out = append(out, i.ID)
		}
	}
	slices.Sort(out)
	return out
}

// verify is the command that fails where something wanted did not come, as from a repository
// that may be skipped. It asks for capabilities, since a name may be another package's.
func verify(wanted []string) []string {
	var words []string
	for _, id := range wanted {
		if !isGroup(id) {
			words = append(words, bare(id))
		}
	}
	if len(words) == 0 {
		return nil
	}
	slices.Sort(words)
	return []string{strings.Join(append([]string{"rpm -q --whatprovides"}, slices.Compact(words)...), more)}
}
