package manifest

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Element is one value of a manifest, with its place: an element of a list, a field of an object, or the root.
type Element struct {
	file  *File
	node  *node
	index int
}

// Entry is a string of a manifest, with its place.
type Entry struct {
	Value string
	Element
}

// Index is the place in the list that the element was read from, as the edits want it; 0 for what is in no list.
func (e Element) Index() int { return e.index }

// Raw is the element's own text, formatted as in the file.
func (e Element) Raw() string { return e.node.raw }

// IsObject tells an object from everything else.
func (e Element) IsObject() bool { return e.node.kind == '{' }

// Text is the decoded value of a string; ok is false for any other kind.
func (e Element) Text() (value string, ok bool) {
	if e.node.kind != '"' {
		return "", false
	}
	return unquote(e.node.raw), true
}

// Position is the line and column of the element's first character, see Error.
func (e Element) Position() (line, col int) {
	if e.file == nil {
		return 0, 0
	}
	return position(e.file.text, e.node.start)
}

// Errorf makes an *Error that points at the element.
func (e Element) Errorf(format string, args ...any) error {
	if e.file == nil {
		return fmt.Errorf(format, args...)
	}
	return errorAt(e.file.path, e.file.text, e.node.start, format, args...)
}

// Field is the member of that name; ok is false when there is none, or e is no object.
func (e Element) Field(name string) (field Element, ok bool) {
	if e.node.kind != '{' {
		return Element{}, false
	}
	kid := e.node.kid(name)
	return Element{file: e.file, node: kid}, kid != nil
}

// Names lists the members of an object in the order of the file.
func (e Element) Names() []string {
	var names []string
	if e.node.kind == '{' {
		for i := range e.node.kids {
			names = append(names, e.node.kids[i].name)
		}
	}
	return names
}

// String reads a field that is a string. A field that is not there is no error, ok is false; another kind is one.
func (e Element) String(name string) (value string, ok bool, err error) {
	field, ok := e.Field(name)
	if !ok {
		return "", false, e.want('{')
	}
	if err := field.want('"'); err != nil {
		return "", false, fieldError(name, err)
	}
	return unquote(field.node.raw), true, nil
}

// Required reads a field that has to be there, as a string.
func (e Element) Required(name string) (string, error) {
	value, ok, err := e.String(name)
	if err == nil && !ok {
		return "", e.Errorf("%q is missing", name)
	}
	return value, err
}

// Bool reads a field that is true or false, as String does.
func (e Element) Bool(name string) (value, ok bool, err error) {
	field, ok := e.Field(name)
	if !ok {
		return false, false, e.want('{')
	}
	if kind := field.node.kind; kind != 't' && kind != 'f' {
		return false, false, field.Errorf("%s: expected true or false, found %s", name, noun(kind))
	}
	return field.node.kind == 't', true, nil
}

// Strings reads a field that is a list of strings, as String does. An empty list is there: ok is true.
func (e Element) Strings(name string) (entries []Entry, ok bool, err error) {
	list, ok := e.Field(name)
	if !ok {
		return nil, false, e.want('{')
	}
	entries, err = list.entries(name)
	return entries, err == nil, err
}

func (e Element) want(kind jsontext.Kind) error {
	if e.node.kind == kind {
		return nil
	}
	return e.Errorf("expected %s, found %s", noun(kind), noun(e.node.kind))
}

func (e Element) entries(name string) ([]Entry, error) {
	elements, err := e.elements(name)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(elements))
	for _, element := range elements {
		if err := element.want('"'); err != nil {
			return nil, fieldError(name, err)
		}
		entries = append(entries, Entry{Value: unquote(element.node.raw), Element: element})
	}
	return entries, nil
}

func (e Element) elements(name string) ([]Element, error) {
	if err := e.want('['); err != nil {
		return nil, fieldError(name, err)
	}
	elements := make([]Element, len(e.node.kids))
	for i := range e.node.kids {
		elements[i] = Element{file: e.file, node: &e.node.kids[i], index: i}
	}
	return elements, nil
}

// fieldError puts the name of the field before the message.
func fieldError(name string, err error) error {
	if at, ok := err.(*Error); ok {
		at.Message = name + ": " + at.Message
	}
	return err
}
