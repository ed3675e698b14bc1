package extension

import (
	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// key is the list's name in the manifest.
const key = "extensions"

// File is gnome-extensions.json.
func (Subsystem) File() string { return "gnome-extensions.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte("{\n  \"extensions\": []\n}\n") }

// place is an entry where it stands.
type place struct {
	at   manifest.Element
	item doc.Item
}

// Parse gives one item per uuid, always with whether it is enabled: an entry that is a plain string is. Two entries of
// one uuid that differ are an error.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	_, all, err := s.open(path, data)
	if err != nil {
		return nil, err
	}
	out := make([]doc.Item, 0, len(all))
	first := map[string]bool{}
	for _, p := range all {
		if !first[p.item.ID] {
			out = append(out, p.item)
		}
		first[p.item.ID] = true
	}
	return out, nil
}

// open reads the list and checks it.
func (s Subsystem) open(path string, data []byte) (*manifest.File, []place, error) {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil, nil, err
	}
	elements, ok, err := f.Elements(key)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		return nil, nil, f.Root().Errorf("%q is missing", key)
	}
	all := make([]place, len(elements))
	first := map[string]doc.Item{}
	for n, e := range elements {
		i, err := s.entry(e)
		if err != nil {
			return nil, nil, err
		}
		if old, again := first[i.ID]; again && !old.Attrs.Equal(i.Attrs) {
			return nil, nil, e.Errorf("%s: '%s' is there twice, and not the same", key, i.ID)
		}
		first[i.ID] = i
		all[n] = place{e, i}
	}
	return f, all, nil
}

// entry is an element as an item.
func (s Subsystem) entry(e manifest.Element) (doc.Item, error) {
	uuid, plain := e.Text()
	at, running := e, true
	if !plain {
		var err error
		if uuid, err = e.Required("id"); err != nil {
			return doc.Item{}, err
		}
		at, _ = e.Field("id")
		v, ok, err := e.Bool(enabled)
		if err != nil {
			return doc.Item{}, err
		}
		running = v || !ok
	}
	i := item(uuid, running)
	if err := s.Validate(i); err != nil {
		return i, at.Errorf("%s: %v", key, err)
	}
	return i, nil
}

// Edit sets and removes entries. An enabled one is written as the others are: as a string, where none or any of them
// is one.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	f, all, err := s.open(path, data)
	if err != nil {
		return nil, err
	}
	last := map[string]subsystem.Edit{}
	for _, e := range edits {
		if err := s.Validate(e.Item); err != nil {
			return nil, err
		}
		last[e.Item.ID] = e
	}
	style := styleOf(all)
	edit := manifest.Edit{List: []string{key}, Replace: map[int]manifest.Value{}, Set: map[int][]manifest.Field{}, SortKey: sortKey}
	known := map[string]bool{}
	for _, p := range all {
		e, named := last[p.item.ID]
		known[p.item.ID] = true
		switch {
		case !named:
		case e.Remove:
			edit.Remove = append(edit.Remove, p.at.Index())
		case on(e.Item.Attrs) != on(p.item.Attrs):
			style.turn(&edit, p, on(e.Item.Attrs))
		}
	}
	for _, e := range edits {
		if e = last[e.Item.ID]; !e.Remove && !known[e.Item.ID] {
			edit.Insert = append(edit.Insert, style.value(e.Item.ID, on(e.Item.Attrs)))
			known[e.Item.ID] = true
		}
	}
	edited, err := f.Edit(edit)
	if err != nil || edited == f {
		return data, err
	}
	return edited.Bytes(), nil
}

// sortKey is the uuid of an entry.
func sortKey(e manifest.Element) string {
	if uuid, ok := e.Text(); ok {
		return uuid
	}
	uuid, _, _ := e.String("id")
	return uuid
}

// style is how a manifest writes enabled extensions.
type style struct {
	objects  bool // all are objects
	explicit bool // an enabled one says so
}

func styleOf(all []place) style {
	s := style{objects: len(all) > 0}
	for _, p := range all {
		if !p.at.IsObject() {
			s.objects = false
		} else if _, ok := p.at.Field(enabled); ok && on(p.item.Attrs) {
			s.explicit = true
		}
	}
	return s
}

// value is a new entry.
func (s style) value(uuid string, running bool) manifest.Value {
	id := manifest.Field{Name: "id", Value: manifest.String(uuid)}
	switch {
	case !running:
		return manifest.Object(id, manifest.Field{Name: enabled, Value: manifest.Bool(false)})
	case !s.objects:
		return manifest.String(uuid)
	case s.explicit:
		return manifest.Object(id, manifest.Field{Name: enabled, Value: manifest.Bool(true)})
	}
	return manifest.Object(id)
}

// turn switches an entry. An object that says more than we know stays one.
func (s style) turn(edit *manifest.Edit, p place, running bool) {
	known := 0
	for _, name := range []string{"id", enabled} {
		if _, ok := p.at.Field(name); ok {
			known++
		}
	}
	if !p.at.IsObject() || running && !s.objects && len(p.at.Names()) == known {
		edit.Replace[p.at.Index()] = s.value(p.item.ID, running)
		return
	}
	edit.Set[p.at.Index()] = []manifest.Field{{Name: enabled, Value: manifest.Bool(running)}}
}
