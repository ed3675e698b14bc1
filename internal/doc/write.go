package doc

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Write writes a document whole: kind first, two-space indent, arrays sorted, maps by key,
// a final newline.
func Write(w io.Writer, d Document) error {
	b, err := Marshal(d)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// Marshal is Write into memory.
func Marshal(d Document) ([]byte, error) {
	d.sort()
	if err := d.check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer // the encoder ends a document with a newline by itself
	b.Grow(guess(d))
	if err := json.MarshalEncode(jsontext.NewEncoder(&b, jsontext.WithIndent("  ")), d, json.Deterministic(true)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// guess is about how many bytes a document will take: growing costs more than to write it.
func guess(d Document) int {
	const item, change = 256, 384
	switch d := d.(type) {
	case *State:
		return item * (len(d.Items) + 4)
	case *Changes:
		return change * (len(d.Changes) + 4)
	case *Files:
		n := change * (len(d.Changes) + 4)
		for _, f := range d.Files {
			if f.Content != nil {
				n += len(*f.Content) * 5 / 4
			}
		}
		return n
	}
	return 0
}

// Sort brings all arrays of a document into the order in which Write writes them.
func Sort(d Document) { d.sort() }

func (k Key) compare(l Key) int {
	return cmp.Or(
		strings.Compare(k.Subsystem, l.Subsystem),
		strings.Compare(k.Scope, l.Scope),
		strings.Compare(k.ID, l.ID),
	)
}

// CompareKeys orders by subsystem, scope, id.
func CompareKeys(a, b Key) int { return a.compare(b) }

// sortBy sorts by key; equal keys keep their order.
func sortBy[T any](l []T, key func(T) Key) {
	slices.SortStableFunc(l, func(a, b T) int { return key(a).compare(key(b)) })
}

func (d *State) sort() {
	d.Kind = StateKind
	sortBy(d.Items, Item.Key)
	sortBy(d.Unmanaged, func(u Unmanaged) Key { return Key{u.Subsystem, u.Scope, u.ID} })
	for _, c := range d.Subsystems {
		sortBy(c.Present, func(p Present) Key { return Key{"", p.Scope, p.ID} })
		sortBy(c.Applied, func(a Applied) Key { return Key{"", a.Scope, a.ID} })
	}
}

func (d *Changes) sort() {
	d.Kind = ChangesKind
	sortBy(d.Changes, Change.Key)
	sortBy(d.Unmanaged, func(u Unmanaged) Key { return Key{u.Subsystem, u.Scope, u.ID} })
	slices.Sort(d.Settled)
}

func (d *Files) sort() {
	d.Kind = FilesKind
	sortBy(d.Changes, Change.Key)
	sortBy(d.Unmanaged, func(u Unmanaged) Key { return Key{u.Subsystem, u.Scope, u.ID} })
	slices.SortStableFunc(d.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	slices.Sort(d.Settled)
}

func (d *PR) sort() {
	d.Kind = PRKind
	sortBy(d.Changes, Change.Key)
	slices.Sort(d.Settled)
}

func (d *Report) sort() { d.Kind = ReportKind }
