package karg

import (
	"fmt"
	"maps"
	"slices"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// empty is an empty manifest; package systemd shares the file.
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

// key is where the lists stand, which are called as the modes are.
const key = "kargs"

// File is system-config.json, which is systemd's, too.
func (Subsystem) File() string { return "system-config.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte(empty) }

// place is an entry of a list.
type place struct {
	mode string
	at   manifest.Entry
}

// places reads and checks both lists.
func (s Subsystem) places(f *manifest.File) ([]place, error) {
	var out []place
	first := map[string]place{}
	for _, m := range []string{Append, Remove} {
		entries, _, err := f.Strings(key, m)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if err := s.Validate(doc.Item{ID: e.Value}); err != nil {
				return nil, e.Errorf("%s.%s: %v", key, m, err)
			}
			old, again := first[e.Value]
			if again && old.mode != m {
				line, col := old.at.Position()
				return nil, e.Errorf("'%s' is in %s.%s and, at %d:%d, in %s.%s", e.Value, key, m, line, col, key, old.mode)
			}
			if !again {
				first[e.Value] = place{m, e}
			}
			out = append(out, place{m, e})
		}
	}
	return out, nil
}

// Parse gives one item per argument. One in both lists is an error.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, err
	}
	all, err := s.places(f)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(p place) bool {
		at := slices.IndexFunc(all, func(q place) bool { return q.at.Value == p.at.Value })
		return all[at].at.Index() != p.at.Index()
	})
	out := make([]doc.Item, 0, len(all))
	for _, p := range all {
		out = append(out, doc.Item{Subsystem: Name, ID: p.at.Value, Attrs: attrs(p.mode)})
	}
	return out, nil
}

// Gone is for somebody who wants an argument away that is in neither list: who asks for that
// may mean the machines, and not the manifest.
func (Subsystem) Gone(i doc.Item) string {
	return fmt.Sprintf("kernel argument '%s' is not in the manifest; to boot without one that the image or the machine brings: bkt-local change add karg '%s' mode=%s", i.ID, i.ID, Remove)
}

// Edit moves arguments in, out and between the lists.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, err
	}
	all, err := s.places(f)
	if err != nil {
		return nil, err
	}
	wanted := map[string]string{} // id to mode, "" to be nowhere
	for _, e := range edits {
		if err := s.Validate(e.Item); err != nil {
			return nil, err
		}
		wanted[e.Item.ID] = mode(e.Item.Attrs)
		if !e.Remove {
			continue
		}
		wanted[e.Item.ID] = ""
	}
	before := f
	for _, m := range []string{Append, Remove} {
		if f, err = f.Edit(editOf(m, all, wanted)); err != nil {
			return nil, err
		}
	}
	if f == before {
		return data, nil
	}
	return f.Bytes(), nil
}

// editOf is what happens to one list.
func editOf(m string, all []place, wanted map[string]string) manifest.Edit {
	e := manifest.Edit{List: []string{key, m}}
	for _, p := range all {
		if to, named := wanted[p.at.Value]; named && p.mode == m && to != m {
			e.Remove = append(e.Remove, p.at.Index())
		}
	}
	for _, id := range slices.Sorted(maps.Keys(wanted)) {
		if wanted[id] == m {
			e.Insert = append(e.Insert, manifest.String(id)) // left out where it is there already
		}
	}
	return e
}
