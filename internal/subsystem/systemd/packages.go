package systemd

import (
	"fmt"
	"maps"
	"slices"

	"bkt/internal/doc"
)

// packages are a scope's units as they are, and as the presets would have them. The default
// target is in neither: no preset says which.
func (c *collector) packages(scope string, here tree) (now, was tree, err error) {
	now, was = union(), union()
	now.own = here.own
	u, err := readUnits(c.h, scope)
	if err != nil {
		return now, was, err
	}
	if len(u.in) == 0 && scope == doc.System {
		return now, was, fmt.Errorf("systemd: no units")
	}
	p, err := readPresets(c.h, scope)
	if err != nil {
		return now, was, err
	}
	for _, id := range slices.Sorted(maps.Keys(u.in)) {
		if isTemplate(id) {
			continue
		}
		word := p.of(id)
		state, err := u.state(id)
		if err != nil && word == enable && !here.masked[id] && c.found.Partial == "" {
			c.found.Partial = err.Error() // it may be static, or have been disabled
		}
		switch {
		case here.masked[id]:
			state = Masked
		case state == Disabled && here.on[id]: // by the account itself
			state = Enabled
		}
		now.set(id, state)
		was.set(id, vendor(word, state, here.masked[id]))
	}
	for id := range here.on {
		if u.in[id] == "" && isInstance(id) {
			now.set(id, here.state(id))
			if u.preset(id) && p.ofInstance(id) == enable {
				was.set(id, Enabled)
			}
		}
	}
	return now, was, nil
}

// vendor is the state that a unit came with. Where presets leave it as it is, and where it is
// masked elsewhere than in the configuration, nobody has changed it.
func vendor(word, state string, mask bool) string {
	switch {
	case state == "" || state == Masked && !mask:
		return state
	case word == enable:
		return Enabled
	case word == ignore && !mask:
		return state
	}
	return Disabled
}
