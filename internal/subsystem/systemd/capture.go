package systemd

import (
	"context"
	"maps"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// collector is one look at both scopes.
type collector struct {
	h     *host.Host
	found subsystem.Found
}

// Capture tells what the user has changed of the units that the machine came with.
//
// On an image-based system the image keeps its own /etc in /usr/etc: what differs is the
// user's, and no process is needed. Elsewhere the presets say what a unit's state would be.
// That of the users' managers is asked for with --global, which needs none of them to run;
// the account's own links are read beside it.
func (Subsystem) Capture(ctx context.Context, h *host.Host) (subsystem.Found, error) {
	c := collector{h: h}
	switch {
	case !h.Exists("/usr/lib/systemd") && !h.Exists("/lib/systemd"):
		return subsystem.Found{}, subsystem.Unavailable("no systemd")
	case !h.Ostree() && !h.Look("systemctl"):
		return subsystem.Found{}, subsystem.Unavailable("no systemctl")
	}
	for _, scope := range []string{doc.System, doc.User} {
		here, err := c.here(scope)
		if err != nil {
			return subsystem.Found{}, err
		}
		if h.Ostree() {
			err = c.image(scope, here)
		} else {
			err = c.presets(ctx, scope, here)
		}
		if err != nil {
			return subsystem.Found{}, err
		}
	}
	return c.found, nil
}

// here is what the machine's configuration says of a scope, and the user's for theirs.
func (c *collector) here(scope string) (tree, error) {
	t, err := read(c.h, "/etc/systemd/"+scope)
	if err != nil || scope != doc.User || mine(c.h) == "" {
		return t, err
	}
	own, err := read(c.h, mine(c.h))
	return union(t, own), err
}

// image compares with the image's pristine /etc.
func (c *collector) image(scope string, here tree) error {
	if !c.h.Exists("/usr/etc") && len(here.on)+len(here.masked) > 0 {
		return subsystem.Unavailable("no /usr/etc: what the image enables is not known")
	}
	image, err := read(c.h, "/usr/etc/systemd/"+scope)
	if err != nil {
		return err
	}
	for id := range image.own {
		delete(here.own, id)
	}
	units := union(here, image)
	for _, id := range slices.Sorted(maps.Keys(merge(units.on, units.masked))) {
		c.unit(scope, id, here, here.state(id), image.state(id))
	}
	if here.start != image.start && here.start != "" {
		c.found.Unmanaged = append(c.found.Unmanaged, doc.Unmanaged{Subsystem: Name, ID: "default.target", Scope: scope,
			Reason: "another default target: " + here.start})
	}
	return nil
}

// presets compares with what the vendor would enable. What is masked outside /etc, the vendor
// masks; instances of templates stand in no list, and are taken from their links.
func (c *collector) presets(ctx context.Context, scope string, here tree) error {
	argv := []string{"systemctl"}
	if c.h.Alternate() {
		argv = append(argv, "--root="+c.h.Root)
	}
	if scope == doc.User {
		argv = append(argv, "--global")
	}
	b, err := c.h.Read(ctx, append(argv, "list-unit-files", "--output=json")...)
	if err != nil {
		return err
	}
	rows, err := parseList(b)
	if err != nil {
		return err
	}
	preset := map[string]*string{}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.Unit, b.Unit) })
	for _, r := range rows {
		preset[r.Unit] = r.Preset
		if isTemplate(r.Unit) || r.State == "alias" {
			continue
		}
		now, ok := now(r, here)
		if !ok {
			continue
		}
		was := now // nobody's change, where no preset applies
		if r.Preset != nil && !(now == Masked && !here.masked[r.Unit]) {
			was = vendor(r.Preset)
		}
		c.unit(scope, r.Unit, here, now, was)
	}
	for _, id := range slices.Sorted(maps.Keys(here.on)) {
		if _, listed := preset[id]; !listed && template(id) != id {
			c.unit(scope, id, here, here.state(id), vendor(preset[template(id)]))
		}
	}
	return nil
}

// now is a listed unit's state; ok is false for those that have none of the three: static,
// generated and transient ones, and what lasts until the next boot only. The user's own links
// are in no list of --global.
func now(r row, here tree) (state string, ok bool) {
	switch {
	case here.masked[r.Unit]:
		return Masked, true
	case r.State == Disabled && here.on[r.Unit]:
		return Enabled, true
	case slices.Contains(states(), r.State):
		return r.State, true
	}
	return "", false
}

// vendor is the state that a preset gives.
func vendor(preset *string) string {
	if preset != nil && *preset == Enabled {
		return Enabled
	}
	return Disabled
}

// unit notes one unit by its state here and by the one that it came with. What is enabled here
// by a unit of this machine's own no manifest can bring to another; on this machine one may
// name it all the same, and finds it as it is.
func (c *collector) unit(scope, id string, here tree, now, was string) {
	reason := ""
	if now != was && now == Enabled {
		reason = c.own(scope, id, here)
	}
	if reason != "" && reason != gone {
		was = now
	}
	if was != Disabled {
		c.found.Present = append(c.found.Present, doc.Present{ID: id, Scope: scope, Attrs: attrs(was)})
	}
	switch {
	case reason != "":
		c.found.Unmanaged = append(c.found.Unmanaged, doc.Unmanaged{Subsystem: Name, ID: id, Scope: scope, Reason: reason})
	case now != was:
		c.found.Items = append(c.found.Items, item(scope, id, now))
	}
}

// gone is the reason of a unit that is enabled, and nowhere.
const gone = "its unit is not there"

// own is why no manifest can bring a unit that is enabled here; "" where one can.
func (c *collector) own(scope, id string, here tree) string {
	switch {
	case shipped(c.h, scope, id):
		if here.own[id] || here.own[template(id)] {
			return "its unit was replaced on this machine"
		}
		return ""
	case here.own[id] || anywhere(c.h, scope, id):
		return "its unit is this machine's own"
	}
	return gone
}

func merge(a, b map[string]bool) map[string]bool {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
