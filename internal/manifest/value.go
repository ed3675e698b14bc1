package manifest

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

var errNothing = errors.New("a value that is to be written is nothing")

// Value is something to be written into a manifest. It holds no formatting: that comes from where it is put. The zero
// Value is nothing; as the value of a Field it takes the field away.
type Value struct {
	node node
	err  error
}

// Field is a member of an object.
type Field struct {
	Name  string
	Value Value
}

// String is a JSON string. Text that is not UTF-8 makes the edit that it is used in fail.
func String(text string) Value {
	raw, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		err = fmt.Errorf("%q cannot be written as JSON: %w", text, err)
	}
	return Value{node: node{kind: '"', raw: string(raw)}, err: err}
}

// Bool is true or false.
func Bool(value bool) Value {
	if value {
		return Value{node: node{kind: 't', raw: "true"}}
	}
	return Value{node: node{kind: 'f', raw: "false"}}
}

// Strings is a list of strings, in the order given.
func Strings(texts []string) Value {
	values := make([]Value, len(texts))
	for i, text := range texts {
		values[i] = String(text)
	}
	return List(values...)
}

// List is a list of values, in the order given.
func List(values ...Value) Value {
	list := Value{node: node{kind: '[', kids: make([]node, 0, len(values))}}
	for _, value := range values {
		list.add("", value)
	}
	return list
}

// Object is an object with its fields in the order given; fields without a value are left out.
func Object(fields ...Field) Value {
	object := Value{node: node{kind: '{', kids: make([]node, 0, len(fields))}}
	for _, field := range fields {
		if field.Value.none() {
			continue
		}
		if object.node.kid(field.Name) != nil {
			object.err = jsontext.ErrDuplicateName
		}
		object.add(field.Name, field.Value)
	}
	return object
}

// Raw is any JSON value, given as JSON text; its formatting is not kept.
func Raw(text string) Value {
	// The parser wants an object around it.
	text = `{"":` + text + `}`
	holder, err := parse("value", text, []byte(text))
	if err != nil {
		return Value{node: node{kind: 'n'}, err: err}
	}
	if len(holder.kids) != 1 {
		return Value{node: node{kind: 'n'}, err: jsontext.ErrNonStringName}
	}
	return Value{node: bare(holder.kids[0])}
}

// Value is the element's value, to be put somewhere else.
func (e Element) Value() Value {
	value := Value{node: bare(*e.node)}
	value.node.name = ""
	return value
}

func (v *Value) add(name string, value Value) {
	if err := invalid(value); err != nil {
		v.err = err
	}
	if _, err := jsontext.AppendQuote(nil, name); err != nil {
		v.err = err
	}
	kid := value.node
	kid.name = name
	v.node.kids = append(v.node.kids, kid)
}

// invalid says why v cannot be written, or nil.
func invalid(v Value) error {
	if v.err == nil && v.none() {
		return errNothing
	}
	return v.err
}

func (v Value) none() bool { return v.node.kind == 0 }

// bare is n without its place and formatting.
func bare(n node) node {
	made := node{kind: n.kind, raw: n.raw, name: n.name}
	if n.kind == '{' || n.kind == '[' {
		made.raw = ""
	}
	for _, kid := range n.kids {
		made.kids = append(made.kids, bare(kid))
	}
	return made
}
