package manifest

import (
	"fmt"
	"strings"
)

// Edit is everything that is to happen to one list, so that ten thousand entries cost one pass. Indexes are those of the
// File that is edited (Element.Index).
type Edit struct {
	List    []string        // where the list stands: names from the root inwards; missing ones are made
	Remove  []int           // elements that go
	Replace map[int]Value   // elements that become something else, as a whole
	Set     map[int][]Field // fields of elements that get a value, or, with the zero Value, go
	Insert  []Value         // elements that come; one that is there already is left out

	// SortKey is what a list is ordered by; nil: strings by themselves, all else not at all. A new element goes to its
	// place when the list is in order (bytewise, or without regard to case), after those of the same key; else to the end.
	SortKey func(Element) string
}

// Edit gives the file with the list edited. Where nothing has to change it gives f itself. An edit whose result would not
// hold exactly what was there before and what was asked for is refused.
func (f *File) Edit(e Edit) (*File, error) {
	if err := e.valid(); err != nil {
		return nil, fmt.Errorf("%s: %w", f.path, err)
	}
	list, ok, err := f.Value(e.List...)
	if err != nil {
		return nil, err
	}
	name := strings.Join(e.List, ".")
	if !ok {
		list = Element{file: f, node: &node{kind: '['}}
	}
	if err := list.want('['); err != nil {
		return nil, fieldError(name, err)
	}
	if err := e.inside(len(list.node.kids)); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", f.path, name, err)
	}
	parts, changed, err := e.parts(f, list.node)
	if err != nil || !changed {
		return f, err
	}
	want := meaning('[', parts)
	if !ok {
		return f.set(e.List, Value{node: want})
	}
	return f.put(e.List, f.splice(list.node, parts, styleOf(f)), want)
}

// valid looks for values that cannot be written.
func (e Edit) valid() error {
	for _, value := range e.Insert {
		if err := invalid(value); err != nil {
			return err
		}
	}
	for _, value := range e.Replace {
		if err := invalid(value); err != nil {
			return err
		}
	}
	for _, fields := range e.Set {
		for _, field := range fields {
			if object := Object(field); object.err != nil {
				return object.err
			}
		}
	}
	return nil
}

// inside checks that every index is one of the list's.
func (e Edit) inside(count int) error {
	indexes := append([]int(nil), e.Remove...)
	for i := range e.Replace {
		indexes = append(indexes, i)
	}
	for i := range e.Set {
		indexes = append(indexes, i)
	}
	for _, i := range indexes {
		if i < 0 || i >= count {
			return fmt.Errorf("no entry %d in a list of %d", i, count)
		}
	}
	return nil
}

// parts is the list after the edit.
func (e Edit) parts(f *File, list *node) (parts []part, changed bool, err error) {
	gone := make(map[int]bool, len(e.Remove))
	for _, i := range e.Remove {
		gone[i] = true
	}
	look := looks{file: f, list: list}
	fresh := e.arrange(f, list, gone)
	parts = make([]part, 0, len(list.kids)+len(fresh))
	changed = len(fresh) > 0 || len(gone) > 0
	for i := 0; i <= len(list.kids); i++ {
		for ; len(fresh) > 0 && fresh[0].gap == i; fresh = fresh[1:] {
			s, indent := look.near(i)
			fresh[0].text = string(s.render(nil, fresh[0].node, indent))
			parts = append(parts, fresh[0])
		}
		if i == len(list.kids) || gone[i] {
			continue
		}
		p, err := e.kept(f, list, i, &look)
		if err != nil {
			return nil, false, err
		}
		changed = changed || p.text != ""
		parts = append(parts, p)
	}
	return parts, changed, nil
}

// kept is element i, with what Replace and Set make of it.
func (e Edit) kept(f *File, list *node, i int, look *looks) (part, error) {
	p := keep(list, i)
	if value, ok := e.Replace[i]; ok && !same(&value.node, &list.kids[i]) {
		s, indent := look.near(i)
		p.text, p.node = string(s.render(nil, &value.node, indent)), &value.node
		return p, nil
	}
	fields, ok := e.Set[i]
	if !ok {
		return p, nil
	}
	element := Element{file: f, node: &list.kids[i], index: i}
	if err := element.want('{'); err != nil {
		return part{}, err
	}
	s, _ := look.near(i)
	text, want, changed := f.setFields(element.node, fields, s)
	if changed {
		p.text, p.node = text, &want
	}
	return p, nil
}
