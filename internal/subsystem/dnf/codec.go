package dnf

import (
	"maps"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// empty is an empty manifest; package copr shares the file.
const empty = `{
  "packages": [],
  "groups": [],
  "excluded": [],
  "copr_repos": []
}
`

// list is one of the manifest's lists, and the mode that its entries have.
type list struct{ name, mode string }

func lists() []list {
	return []list{{"packages", Install}, {"groups", Install}, {"excluded", Exclude}, {"removed", Remove}}
}

// File is system-packages.json, which is copr's, too.
func (Subsystem) File() string { return "system-packages.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte(empty) }

// place is an entry of a list.
type place struct {
	list list
	at   manifest.Entry
}

// idOf is the identity of an entry: a group is written with or without its @.
func (l list) idOf(entry string) string {
	if l.name == "groups" && !isGroup(entry) {
		return "@" + entry
	}
	return entry
}

// places reads the lists that a file has.
func places(f *manifest.File) ([]place, error) {
	var out []place
	for _, l := range lists() {
		entries, _, err := f.Strings(l.name)
		if err != nil {
			return nil, err
		}
		out = slices.Grow(out, len(entries))
		for _, e := range entries {
			out = append(out, place{l, e})
		}
	}
	return out, nil
}

// Parse gives one item per name. A name in two lists that contradict each other is an error.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, err
	}
	all, err := places(f)
	if err != nil {
		return nil, err
	}
	out := make([]doc.Item, 0, len(all))
	first := make(map[string]place, len(all))
	for _, p := range all {
		i := item(p.list.idOf(p.at.Value), doc.Attrs{}.Set("mode", p.list.mode))
		if err := s.Validate(i); err != nil {
			return nil, p.at.Errorf("%s: %v", p.list.name, err)
		}
		old, again := first[i.ID]
		if again && old.list.mode != p.list.mode {
			line, col := old.at.Position()
			return nil, p.at.Errorf("'%s' is in %s and, at %d:%d, in %s", i.ID, p.list.name, line, col, old.list.name)
		}
		if !again {
			first[i.ID] = p
			out = append(out, i)
		}
	}
	return out, nil
}

// Edit moves names in, out and between the lists.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, err
	}
	all, err := places(f)
	if err != nil {
		return nil, err
	}
	wanted := make(map[string]string, len(edits)) // id to mode, "" to be nowhere
	for _, e := range edits {
		if err := s.Validate(e.Item); err != nil {
			return nil, err
		}
		wanted[e.Item.ID] = mode(e.Item.Attrs)
		if e.Remove {
			wanted[e.Item.ID] = ""
		}
	}
	before, ids := f, slices.Sorted(maps.Keys(wanted))
	for _, l := range lists() {
		if f, err = f.Edit(l.edit(all, ids, wanted)); err != nil {
			return nil, err
		}
	}
	if f == before {
		return data, nil
	}
	return f.Bytes(), nil
}

// edit is what happens to one list: what is wanted elsewhere or nowhere goes, and what is
// wanted here and is in no list of the same mode comes.
func (l list) edit(all []place, ids []string, wanted map[string]string) manifest.Edit {
	e := manifest.Edit{List: []string{l.name}}
	if l.name == "packages" {
		e.Insert = make([]manifest.Value, 0, len(ids)) // most are packages
	}
	settled := map[string]bool{}
	at := "" // how this list writes a group
	for _, p := range all {
		id := p.list.idOf(p.at.Value)
		mode, named := wanted[id]
		if named && mode == p.list.mode {
			settled[id] = true
		}
		if p.list != l {
			continue
		}
		if named && mode != l.mode {
			e.Remove = append(e.Remove, p.at.Index())
		}
		if l.name == "groups" && isGroup(p.at.Value) {
			at = "@"
		}
	}
	for _, id := range ids {
		if isGroup(id) != (l.name == "groups") || wanted[id] != l.mode || settled[id] {
			continue
		}
		if name, ok := strings.CutPrefix(id, "@"); ok {
			id = at + name
		}
		e.Insert = append(e.Insert, manifest.String(id))
	}
	return e
}
