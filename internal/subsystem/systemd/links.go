package systemd

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"bkt/internal/host"
)

// tree is what the files of one folder of configuration say: /etc/systemd/system, or another.
type tree struct {
	on     map[string]bool // linked below a target or under an alias, as `systemctl enable` does
	masked map[string]bool
	own    map[string]bool     // units whose files lie there
	links  map[string][]string // the names of all links to a unit, as systemctl counts them
	start  string              // where default.target leads, "" where it is no link
}

// set notes a unit's state.
func (t tree) set(id, state string) {
	switch state {
	case Masked:
		t.masked[id] = true
	case Enabled:
		t.on[id] = true
	}
}

// state is a unit's state by these files alone.
func (t tree) state(id string) string {
	switch {
	case t.masked[id]:
		return Masked
	case t.on[id]:
		return Enabled
	}
	return Disabled
}

// union is what several folders say together.
func union(trees ...tree) tree {
	out := tree{on: map[string]bool{}, masked: map[string]bool{}, own: map[string]bool{}, links: map[string][]string{}}
	for _, t := range trees {
		for id, names := range t.links {
			out.links[id] = append(out.links[id], names...)
		}
		for to, from := range map[*map[string]bool]map[string]bool{&out.on: t.on, &out.masked: t.masked, &out.own: t.own} {
			for id := range from {
				(*to)[id] = true
			}
		}
	}
	return out
}

// read reads a folder of configuration. One that is not there says nothing; one that cannot be
// read is an error, and its units are unknown.
func read(h *host.Host, dir string) (tree, error) {
	t := union()
	l, err := h.ReadDir(dir)
	if err != nil {
		return t, fmt.Errorf("cannot read '%s': %w", dir, host.Cause(err))
	}
	for _, e := range l {
		switch {
		case e.IsDir():
			err = t.wants(h, path.Join(dir, e.Name()))
		case e.Type()&fs.ModeSymlink != 0:
			err = t.link(h, dir, e.Name())
		case e.Type().IsRegular():
			err = t.file(e)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // those of this boot come and go
			return t, fmt.Errorf("cannot read '%s': %w", path.Join(dir, e.Name()), host.Cause(err))
		}
	}
	return t, nil
}

// wants notes what is linked in a folder such as multi-user.target.wants. A link to nothing
// there takes a dependency away and enables nothing, though systemctl says so.
func (t tree) wants(h *host.Host, dir string) error {
	if !slices.Contains([]string{".wants", ".requires", ".upholds"}, path.Ext(dir)) {
		return nil
	}
	l, err := h.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range l {
		if e.Type()&fs.ModeSymlink == 0 || validName(e.Name()) != nil || isTemplate(e.Name()) {
			continue
		}
		to, err := h.Readlink(path.Join(dir, e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		t.links[e.Name()] = append(t.links[e.Name()], e.Name())
		if of := template(e.Name()); of != e.Name() {
			t.links[of] = append(t.links[of], e.Name())
		}
		if target(dir, to) != null {
			t.on[e.Name()] = true
		}
	}
	return nil
}

// link notes a link beside the units: a mask, an alias of a unit that is enabled, or a unit
// whose file lies elsewhere.
func (t *tree) link(h *host.Host, dir, name string) error {
	if validName(name) != nil {
		return nil
	}
	to, err := h.Readlink(path.Join(dir, name))
	if err != nil {
		return err
	}
	unit := path.Base(to)
	if unit != name {
		t.links[unit] = append(t.links[unit], name)
	}
	switch {
	case target(dir, to) == null:
		t.masked[name] = true
	case name == "default.target":
		t.start = unit
	case unit == name:
		t.own[name] = true
	case validName(unit) == nil && !isTemplate(unit):
		t.on[unit] = true
	}
	return nil
}

// file notes a unit that lies there. An empty file is a mask.
func (t tree) file(e fs.DirEntry) error {
	if validName(e.Name()) != nil {
		return nil
	}
	fi, err := e.Info()
	if err != nil {
		return err
	}
	if fi.Size() == 0 {
		t.masked[e.Name()] = true
	} else {
		t.own[e.Name()] = true
	}
	return nil
}
