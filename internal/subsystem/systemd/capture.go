package systemd

import (
	"context"
	"maps"
	"slices"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// collector is one look at both scopes.
type collector struct {
	h     *host.Host
	found subsystem.Found
}

// Capture tells what the user has changed of the units that the machine came with. It reads
// files, and starts no process.
//
// On an image-based system the image keeps its own /etc in /usr/etc: what differs is the
// user's. Elsewhere the presets say what a unit's state would be. A unit of the users'
// managers is what it is for every account, and the account's own links beside it.
func (Subsystem) Capture(_ context.Context, h *host.Host) (subsystem.Found, error) {
	c := collector{h: h}
	if !h.Exists("/usr/lib/systemd") && !h.Exists("/lib/systemd") {
		return subsystem.Found{}, subsystem.Unavailable("no systemd")
	}
	for _, scope := range []string{doc.System, doc.User} {
		now, err := c.here(scope)
		if err != nil {
			return subsystem.Found{}, err
		}
		var was tree
		if h.Ostree() {
			was, err = c.image(scope, now)
		} else {
			now, was, err = c.packages(scope, now)
		}
		if err != nil {
			return subsystem.Found{}, err
		}
		c.compare(scope, now, was)
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

// image is the image's pristine /etc. What lies there is not this machine's own.
func (c *collector) image(scope string, here tree) (tree, error) {
	if !c.h.Exists("/usr/etc") && len(here.on)+len(here.masked) > 0 {
		return tree{}, subsystem.Unavailable("no /usr/etc: what the image enables is not known")
	}
	image, err := read(c.h, "/usr/etc/systemd/"+scope)
	for id := range image.own {
		delete(here.own, id)
	}
	return image, err
}

// compare notes the units in which two trees differ, and what the second one brings.
func (c *collector) compare(scope string, now, was tree) {
	all := union(now, was)
	for _, id := range slices.Sorted(maps.Keys(merge(all.on, all.masked))) {
		c.unit(scope, id, now, now.state(id), was.state(id))
	}
	if now.start != was.start && now.start != "" {
		c.found.Unmanaged = append(c.found.Unmanaged, doc.Unmanaged{Subsystem: Name, ID: "default.target", Scope: scope,
			Reason: "another default target: " + now.start})
	}
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
