package systemd

import (
	"fmt"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// section is the part of the Containerfile that enables units.
const section = "SYSTEMD_UNITS"

// more continues a command on the next line.
const more = " \\\n    "

// Sections names SYSTEMD_UNITS.
func (Subsystem) Sections() []string { return []string{section} }

// Render gives one command: the system's units first, then those of the users' managers, for
// every account.
func (s Subsystem) Render(m subsystem.Manifests) (subsystem.Rendered, error) {
	type kind struct{ scope, state string }
	by := map[kind][]string{}
	for _, i := range m.Items[Name] {
		if err := s.Validate(i); err != nil {
			return subsystem.Rendered{}, fmt.Errorf("%s: %w", section, err)
		}
		k := kind{i.Scope, state(i.Attrs)}
		by[k] = append(by[k], i.ID)
	}
	var steps []string
	for _, scope := range s.Info().Scopes {
		for _, st := range states() {
			l := by[kind{scope, st}]
			if len(l) == 0 {
				continue
			}
			slices.Sort(l)
			words := []string{"systemctl " + verb(st)}
			if scope == doc.User {
				words[0] = "systemctl --global " + verb(st)
			}
			for _, id := range slices.Compact(l) {
				words = append(words, run.Quote([]string{id}))
			}
			steps = append(steps, strings.Join(words, more))
		}
	}
	body := "# No systemd units configured\n"
	if len(steps) > 0 {
		body = "RUN " + strings.Join(steps, more+"&& ") + "\n"
	}
	return subsystem.Rendered{Sections: map[string]string{section: body}}, nil
}

// verb is systemctl's word for bringing a unit to a state.
func verb(state string) string {
	return map[string]string{Enabled: "enable", Disabled: "disable", Masked: "mask"}[state]
}
