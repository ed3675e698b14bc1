package manifest

import (
	"fmt"

	"bkt/internal/doc"
)

// Items is a list of objects that each say one item of a subsystem, and what the subsystem knows of them.
type Items struct {
	List     string // the list's name in the manifest
	ID       string // the field of an entry that has the id; the list is ordered by it
	Optional bool   // a manifest may be without the list
	Repeats  bool   // an item may stand there again if the entries say the same

	Validate func(doc.Item) error                           // checks what is to be written or to go
	Read     func(Element) (doc.Item, error)                // an entry as an item; refuses one that is not valid
	Fresh    func(doc.Item) ([]Field, error)                // the fields of a new entry
	Update   func(at Element, old, wanted doc.Item) []Field // the fields of an entry that have to change
}

// itemEdit is an item to be written into the manifest, or to go from it.
type itemEdit struct {
	Item   doc.Item
	Remove bool
}

// placed is an item where it stands.
type placed struct {
	at    Element
	item  doc.Item
	again bool // an earlier entry says the same
}

// Parse gives the items of the manifest in its order, each once.
func (l Items) Parse(path string, data []byte) ([]doc.Item, error) {
	_, entries, err := l.open(path, data)
	if err != nil {
		return nil, err
	}
	out := make([]doc.Item, 0, len(entries))
	for _, e := range entries {
		if !e.again {
			out = append(out, e.item)
		}
	}
	return out, nil
}

// open reads the list and checks it.
func (l Items) open(path string, data []byte) (*File, []placed, error) {
	f, err := Open(path, data)
	if err != nil {
		return nil, nil, err
	}
	elements, ok, err := f.Objects(l.List)
	if err != nil {
		return nil, nil, err
	}
	if !ok && !l.Optional {
		return nil, nil, f.Root().Errorf("%q is missing", l.List)
	}
	entries := make([]placed, len(elements))
	first := make(map[doc.Key]int, len(elements))
	for n, at := range elements {
		i, err := l.Read(at)
		if err != nil {
			return nil, nil, err
		}
		old, again := first[keyOf(i)]
		entries[n] = placed{at, i, again}
		switch {
		case !again:
			first[keyOf(i)] = n
		case !l.Repeats:
			return nil, nil, at.Errorf("%s stands twice in scope %s", i.ID, i.Scope)
		case !entries[old].item.Attrs.Equal(i.Attrs):
			return nil, nil, at.Errorf("%s: '%s' is there twice, and not the same", l.List, i.ID)
		}
	}
	return f, entries, nil
}

// keyOf is an item's identity in the list.
func keyOf(i doc.Item) doc.Key { return doc.Key{Scope: i.Scope, ID: i.ID} }

// EditItems carries edits out, of those of one item the last. It gives data itself where all are true already. E is what
// a subsystem's Codec takes.
func EditItems[E ~struct {
	Item   doc.Item
	Remove bool
}](l Items, path string, data []byte, edits []E) ([]byte, error) {
	all := make([]itemEdit, len(edits))
	for n, e := range edits {
		all[n] = itemEdit(e)
		if err := l.Validate(all[n].Item); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	f, entries, err := l.open(path, data)
	if err != nil {
		return nil, err
	}
	edit, err := l.edit(entries, all)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	edited, err := f.Edit(edit)
	if err != nil {
		return nil, err
	}
	if edited == f {
		return data, nil
	}
	return edited.Bytes(), nil
}

func (l Items) edit(entries []placed, edits []itemEdit) (Edit, error) {
	last := make(map[doc.Key]*itemEdit, len(edits))
	for i := range edits {
		last[keyOf(edits[i].Item)] = &edits[i]
	}
	out := l.existing(entries, last)
	out.Insert = make([]Value, 0, len(last))
	for i := range edits {
		k := keyOf(edits[i].Item)
		if e, ok := last[k]; ok && !e.Remove {
			fields, err := l.Fresh(e.Item)
			if err != nil {
				return Edit{}, err
			}
			out.Insert = append(out.Insert, Object(fields...))
		}
		delete(last, k)
	}
	return out, nil
}

// existing is what happens to the entries that are there. It takes their edits out of last.
func (l Items) existing(entries []placed, last map[doc.Key]*itemEdit) Edit {
	edit := Edit{List: []string{l.List}, Set: map[int][]Field{}, SortKey: func(e Element) string {
		id, _, _ := e.String(l.ID)
		return id
	}}
	for _, e := range entries {
		c, ok := last[keyOf(e.item)]
		if !ok {
			continue
		}
		if c.Remove {
			edit.Remove = append(edit.Remove, e.at.Index())
		} else if fields := l.Update(e.at, e.item, c.Item); len(fields) > 0 {
			edit.Set[e.at.Index()] = fields
		}
	}
	for _, e := range entries {
		delete(last, keyOf(e.item))
	}
	return edit
}
