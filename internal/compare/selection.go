package compare

import (
	"fmt"
	"slices"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// Selection is what --only and --exclude leave to look at.
type Selection struct{ only, exclude manifest.Selector }

// ParseSelection reads the two flags; empty text selects everything and excludes nothing.
func ParseSelection(only, exclude string, list []subsystem.Subsystem) (Selection, error) {
	var names []string
	for _, s := range list {
		names = append(names, s.Info().Name)
	}
	var sel Selection
	var err error
	if only != "" {
		if sel.only, err = manifest.ParseSelector(only, names); err != nil {
			return sel, fmt.Errorf("--only: %w", err)
		}
	}
	if exclude != "" {
		if sel.exclude, err = manifest.ParseSelector(exclude, names); err != nil {
			return sel, fmt.Errorf("--exclude: %w", err)
		}
	}
	return sel, nil
}

// Match says whether an item was asked for.
func (s Selection) Match(subsystem, scope, id string) bool {
	return (s.only.Empty() || s.only.Match(subsystem, scope, id)) && !s.exclude.Match(subsystem, scope, id)
}

// Names says whether the subsystem was named, and so is taken whole, tracked or not.
func (s Selection) Names(subsystem string) bool {
	return slices.Contains(s.only.Subsystems(), subsystem)
}

// All says that nothing was narrowed down.
func (s Selection) All() bool { return s.only.Empty() && s.exclude.Empty() }

// Subsystems are those of list of which anything is left to look at.
func (s Selection) Subsystems(list []subsystem.Subsystem) []subsystem.Subsystem {
	var out []subsystem.Subsystem
	for _, one := range list {
		name := one.Info().Name
		if (s.only.Empty() || s.Names(name)) && !s.exclude.Whole(name) {
			out = append(out, one)
		}
	}
	return out
}

// Narrow takes out of a state what was not asked for. The counts stay, so that what is left
// never proves that the rest is absent.
func (s Selection) Narrow(state *doc.State) {
	if s.All() {
		return
	}
	state.Items = slices.DeleteFunc(state.Items, func(i doc.Item) bool { return !s.Match(i.Subsystem, i.Scope, i.ID) })
	state.Unmanaged = slices.DeleteFunc(state.Unmanaged, func(u doc.Unmanaged) bool { return !s.Match(u.Subsystem, u.Scope, u.ID) })
}
