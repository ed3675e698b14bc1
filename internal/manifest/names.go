package manifest

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"bkt/internal/doc"
)

// Names are lists of names: the list that a name stands in says its item's only attribute, such as which packages are
// to be installed and which left out, which units are enabled and which masked.
type Names struct {
	Subsystem string
	Attr      string // the attribute
	Default   string // its value for an item that does not say one
	Lists     []NameList
	Validate  func(doc.Item) error
}

// NameList is one of the lists.
type NameList struct {
	Keys  []string // where it stands, from the root inwards
	Value string   // of the attribute
	Scope string
	// Over is the value of a list before this one, whose names may stand here, too: then this one counts. In any other
	// two lists of different values a name is a contradiction.
	Over string
	// Sign is what the ids of this list begin with, and its entries may do without. Names that begin with it are written
	// here, and not into a list before this one that says the same.
	Sign string
}

// path is how messages call the list: systemd.user.mask.
func (l NameList) path() string { return strings.Join(l.Keys, ".") }

// listed is a name where it stands.
type listed struct {
	list *NameList
	at   Entry
	item doc.Item
}

// contents are the names of a manifest, and what they mean together.
type contents struct {
	all   []listed
	items []doc.Item
	first map[doc.Key]listed
}

// Parse gives one item for each name and scope, in the manifest's order.
func (n Names) Parse(path string, data []byte) ([]doc.Item, error) {
	_, c, err := n.open(path, data)
	return c.items, err
}

// open reads the lists and checks them.
func (n Names) open(path string, data []byte) (*File, contents, error) {
	c := contents{items: []doc.Item{}, first: map[doc.Key]listed{}}
	f, err := Open(path, data)
	if err != nil {
		return nil, contents{}, err
	}
	for i := range n.Lists {
		l := &n.Lists[i]
		entries, _, err := f.Strings(l.Keys...)
		if err != nil {
			return nil, contents{}, err
		}
		c.all, c.items = slices.Grow(c.all, len(entries)), slices.Grow(c.items, len(entries))
		for _, e := range entries {
			p := listed{l, e, n.item(l, e.Value)}
			if err := n.Validate(p.item); err != nil {
				return nil, contents{}, e.Errorf("%s: %v", l.path(), err)
			}
			if err := c.add(p); err != nil {
				return nil, contents{}, err
			}
		}
	}
	return f, c, nil
}

// add takes a name in, unless it contradicts an earlier one.
func (c *contents) add(p listed) error {
	old, again := c.first[keyOf(p.item)]
	c.all = append(c.all, p)
	switch {
	case !again:
		c.first[keyOf(p.item)] = p
		c.items = append(c.items, p.item)
	case old.list.Value == p.list.Value:
	case old.list.Value == p.list.Over:
		maps.Copy(old.item.Attrs, p.item.Attrs) // which c.items shares
	default:
		line, col := old.at.Position()
		return p.at.Errorf("'%s' is in %s and, at %d:%d, in %s", p.item.ID, p.list.path(), line, col, old.list.path())
	}
	return nil
}

// item is what an entry says.
func (n Names) item(l *NameList, entry string) doc.Item {
	if !strings.HasPrefix(entry, l.Sign) {
		entry = l.Sign + entry
	}
	return doc.Item{Subsystem: n.Subsystem, Scope: l.Scope, ID: entry, Attrs: doc.Attrs{}.Set(n.Attr, l.Value)}
}

// EditNames moves names in, out and between the lists; E as in EditItems. It gives data itself where all is so already.
func EditNames[E ~struct {
	Item   doc.Item
	Remove bool
}](n Names, path string, data []byte, edits []E) ([]byte, error) {
	f, c, err := n.open(path, data)
	if err != nil {
		return nil, err
	}
	wanted := make(map[doc.Key]string, len(edits)) // the value; "": to be nowhere
	for _, edit := range edits {
		e := itemEdit(edit)
		if err := n.Validate(e.Item); err != nil {
			return nil, err
		}
		wanted[keyOf(e.Item)] = cmp.Or(e.Item.Attrs.String(n.Attr), n.Default)
		if e.Remove {
			wanted[keyOf(e.Item)] = ""
		}
	}
	for _, i := range c.items {
		if k := keyOf(i); wanted[k] == i.Attrs.String(n.Attr) {
			delete(wanted, k)
		}
	}
	edited, keys := f, slices.SortedFunc(maps.Keys(wanted), doc.CompareKeys)
	for i := range n.Lists {
		if edited, err = edited.Edit(n.edit(&n.Lists[i], c.all, keys, wanted)); err != nil {
			return nil, err
		}
	}
	if edited == f {
		return data, nil
	}
	return edited.Bytes(), nil
}

// edit is what happens to one list.
func (n Names) edit(l *NameList, all []listed, keys []doc.Key, wanted map[doc.Key]string) Edit {
	e := Edit{List: l.Keys}
	signed := false
	for _, p := range all {
		if p.list != l {
			continue
		}
		signed = signed || strings.HasPrefix(p.at.Value, l.Sign)
		if to, named := wanted[keyOf(p.item)]; named && to != l.Value {
			e.Remove = append(e.Remove, p.at.Index())
		}
	}
	for _, k := range keys {
		if n.home(k, wanted[k]) != l {
			continue
		}
		if !signed {
			k.ID = strings.TrimPrefix(k.ID, l.Sign)
		}
		e.Insert = append(e.Insert, String(k.ID))
	}
	return e
}

// home is the list to write a name into, nil for none.
func (n Names) home(k doc.Key, value string) *NameList {
	for i := len(n.Lists) - 1; i >= 0; i-- {
		if l := &n.Lists[i]; l.Scope == k.Scope && l.Value == value && strings.HasPrefix(k.ID, l.Sign) {
			return l
		}
	}
	return nil
}
