package systemd

import (
	"maps"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// empty is an empty manifest; package karg shares the file.
const empty = `{
  "kargs": {
    "append": [],
    "remove": []
  },
  "systemd": {
    "enable": [],
    "disable": [],
    "mask": []
  }
}
`

// File is system-config.json, which is karg's, too.
func (Subsystem) File() string { return "system-config.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte(empty) }

// list is one of the manifest's lists, and what its entries mean.
type list struct {
	keys         []string
	scope, state string
}

func lists() []list {
	var out []list
	for _, l := range []struct{ name, state string }{{"enable", Enabled}, {"disable", Disabled}, {"mask", Masked}} {
		out = append(out, list{[]string{"systemd", l.name}, doc.System, l.state},
			list{[]string{"systemd", "user", l.name}, doc.User, l.state})
	}
	return out
}

// name is how messages call the list: systemd.user.mask.
func (l list) name() string { return strings.Join(l.keys, ".") }

// place is an entry of a list.
type place struct {
	list list
	at   manifest.Entry
}

func (p place) key() doc.Key { return doc.Key{Scope: p.list.scope, ID: p.at.Value} }

// contents are a manifest's entries, and what they mean together: the lists of one unit may
// not contradict each other, but one that is disabled may be masked as well.
type contents struct {
	all   []place
	order []doc.Key
	state map[doc.Key]string
}

func (s Subsystem) contents(f *manifest.File) (contents, error) {
	c := contents{state: map[doc.Key]string{}}
	first := map[doc.Key]place{}
	for _, l := range lists() {
		entries, _, err := f.Strings(l.keys...)
		if err != nil {
			return c, err
		}
		for _, e := range entries {
			p := place{l, e}
			if err := s.Validate(item(l.scope, e.Value, l.state)); err != nil {
				return c, e.Errorf("%s: %v", l.name(), err)
			}
			old, again := first[p.key()]
			if again && old.list.state == Enabled && l.state != Enabled {
				line, col := old.at.Position()
				return c, e.Errorf("'%s' is in %s and, at %d:%d, in %s", e.Value, l.name(), line, col, old.list.name())
			}
			if !again {
				first[p.key()] = p
				c.order = append(c.order, p.key())
			}
			c.all = append(c.all, p)
			c.state[p.key()] = l.state
		}
	}
	return c, nil
}

// Parse gives one item per unit and scope.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, err
	}
	c, err := s.contents(f)
	if err != nil {
		return nil, err
	}
	out := make([]doc.Item, 0, len(c.order))
	for _, k := range c.order {
		out = append(out, item(k.Scope, k.ID, c.state[k]))
	}
	return out, nil
}

// Edit moves units in, out and between the lists.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, err
	}
	c, err := s.contents(f)
	if err != nil {
		return nil, err
	}
	wanted := map[doc.Key]string{} // to state, "" to be nowhere
	for _, e := range edits {
		if err := s.Validate(e.Item); err != nil {
			return nil, err
		}
		wanted[doc.Key{Scope: e.Item.Scope, ID: e.Item.ID}] = state(e.Item.Attrs)
		if e.Remove {
			wanted[doc.Key{Scope: e.Item.Scope, ID: e.Item.ID}] = ""
		}
	}
	maps.DeleteFunc(wanted, func(k doc.Key, to string) bool { return c.state[k] == to })
	before := f
	for _, l := range lists() {
		if f, err = f.Edit(l.edit(c.all, wanted)); err != nil {
			return nil, err
		}
	}
	if f == before {
		return data, nil
	}
	return f.Bytes(), nil
}

// edit is what happens to one list.
func (l list) edit(all []place, wanted map[doc.Key]string) manifest.Edit {
	e := manifest.Edit{List: l.keys}
	for _, p := range all {
		if to, named := wanted[p.key()]; named && p.list.name() == l.name() && to != l.state {
			e.Remove = append(e.Remove, p.at.Index())
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(wanted), doc.CompareKeys) {
		if k.Scope == l.scope && wanted[k] == l.state {
			e.Insert = append(e.Insert, manifest.String(k.ID)) // left out where it is there already
		}
	}
	return e
}
