package doc

import (
	"bytes"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// conform finds what decoding a t takes for a zero value: a member that must be there and is
// not, and null where nothing may be null. What it says of text that is no JSON means nothing.
func conform(b []byte, t reflect.Type) error {
	// What is decoded need not be checked again for duplicates and for UTF-8.
	once := jsontext.NewDecoder(bytes.NewBuffer(b), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	c := conformer{once, map[reflect.Type][]member{}}
	return c.value(t)
}

type conformer struct {
	*jsontext.Decoder
	known map[reflect.Type][]member
}

// member is one field of a struct as documents have it. One without omitzero must be there,
// and may be null if it is a pointer.
type member struct {
	name  string
	value reflect.Type
	must  bool
}

// null says whether a t may be null: a value like any other there, or absence.
func null(t reflect.Type) bool {
	return t == reflect.TypeFor[jsontext.Value]() || t == reflect.TypeFor[Side]()
}

// value goes through the next value, which is to become a t.
func (c *conformer) value(t reflect.Type) error {
	kind := c.PeekKind()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case null(t):
		return c.SkipValue()
	case kind == jsontext.KindBeginObject && t.Kind() == reflect.Struct:
		return c.object(c.members(t))
	case kind == jsontext.KindBeginObject && t.Kind() == reflect.Map,
		kind == jsontext.KindBeginArray && t.Kind() == reflect.Slice:
		return c.each(t.Elem())
	}
	return c.SkipValue() // a wrong type is for the decoding to tell
}

// object goes through the members that the struct knows.
func (c *conformer) object(known []member) error {
	if _, err := c.ReadToken(); err != nil {
		return err
	}
	seen := make([]bool, len(known))
	for c.PeekKind() != jsontext.KindEndObject {
		name, err := c.ReadToken()
		if err != nil {
			return err
		}
		err = c.member(name.String(), known, seen)
		if err != nil {
			return err
		}
	}
	for i, m := range known {
		if m.must && !seen[i] {
			return c.refuse(c.StackPointer().Parent(), m.name+" is missing")
		}
	}
	_, err := c.ReadToken()
	return err
}

func (c *conformer) member(name string, known []member, seen []bool) error {
	for i, m := range known {
		if m.name == name {
			seen[i] = true
			pointer := m.must && m.value.Kind() == reflect.Pointer
			if c.PeekKind() == jsontext.KindNull && !null(m.value) && !pointer {
				return c.refuse(c.StackPointer(), "null does not belong here")
			}
			return c.value(m.value)
		}
	}
	return c.SkipValue()
}

// each goes through the elements of a list or the values of a map.
func (c *conformer) each(t reflect.Type) error {
	begin, err := c.ReadToken()
	if err != nil {
		return err
	}
	at := c.StackPointer()
	for n := 0; ; n++ {
		if k := c.PeekKind(); k == jsontext.KindEndObject || k == jsontext.KindEndArray {
			break
		}
		element := strconv.Itoa(n)
		if begin.Kind() == jsontext.KindBeginObject {
			name, err := c.ReadToken()
			if err != nil {
				return err
			}
			element = name.String()
		}
		if c.PeekKind() == jsontext.KindNull && !null(t) {
			return c.refuse(at.AppendToken(element), "null does not belong here")
		}
		if err := c.value(t); err != nil {
			return err
		}
	}
	_, err = c.ReadToken()
	return err
}

func (c *conformer) members(t reflect.Type) []member {
	out, ok := c.known[t]
	if !ok {
		for f := range t.Fields() {
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" && name != "-" { // "": where the unknown members go; "-": no member
				out = append(out, member{name, f.Type, options != "omitzero"})
			}
		}
		c.known[t] = out
	}
	return out
}

// refuse is an error about what comes next.
func (c *conformer) refuse(at jsontext.Pointer, msg string) error {
	rest := c.UnreadBuffer()
	blank := len(rest) - len(bytes.TrimLeft(rest, " \t\r\n,:"))
	return &json.SemanticError{ByteOffset: c.InputOffset() + int64(blank), JSONPointer: at, Err: errors.New(msg)}
}
