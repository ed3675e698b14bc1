package manifest

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how many objects and lists may stand in one another; manifests need five.
const maxDepth = 100

// node is one JSON value and where it stands.
type node struct {
	kind  jsontext.Kind // n, t, f, ", 0, { or [
	start int           // offset of its first byte
	raw   string        // its text; empty for a container that was made and not read
	kids  []node        // elements or members, in the order of the file

	name               string // of a member: its name, decoded
	nameStart, nameEnd int    // of a member: where the quoted name stands
}

func (n *node) end() int { return n.start + len(n.raw) }

// from is where the node begins as an item of its container: a member begins at its name.
func (n *node) from() int {
	if n.nameEnd > 0 {
		return n.nameStart
	}
	return n.start
}

// kid is the member of that name, or nil.
func (n *node) kid(name string) *node {
	for i := range n.kids {
		if n.kids[i].name == name {
			return &n.kids[i]
		}
	}
	return nil
}

type parser struct {
	path, text string
	dec        *jsontext.Decoder
	stack      []node // items of the containers that are still open
}

// parse reads one object and nothing else, from a text that is given as bytes, too.
func parse(path, text string, data []byte) (node, error) {
	if strings.HasPrefix(text, "\ufeff") {
		return node{}, errorAt(path, text, 0, "byte order mark: save the file as UTF-8 without it")
	}
	if strings.TrimLeft(text, " \t\r\n") == "" {
		return node{}, errorAt(path, text, 0, "empty file, expected an object")
	}
	p := parser{path: path, text: text, dec: jsontext.NewDecoder(bytes.NewBuffer(data)), stack: make([]node, 0, longest(text))}
	root, err := p.value(1)
	if err != nil {
		return node{}, err
	}
	if root.kind != '{' {
		return node{}, errorAt(path, text, root.start, "expected an object, found %s", noun(root.kind))
	}
	if _, err := p.dec.ReadToken(); err != io.EOF {
		rest := strings.TrimLeft(text[root.end():], " \t\r\n")
		return node{}, errorAt(path, text, len(text)-len(rest), "text after the end of the document")
	}
	return root, nil
}

// longest is about how many entries the longest list of a manifest has: so many objects, or
// else so many strings.
func longest(text string) int {
	n := strings.Count(text, "{")
	if n < 16 {
		n += strings.Count(text, ",")
	}
	return min(n+16, len(text)/8+1)
}

func (p *parser) value(depth int) (node, error) {
	kind := p.dec.PeekKind()
	if kind == '{' || kind == '[' {
		return p.container(kind, depth)
	}
	raw, err := p.dec.ReadValue()
	if err != nil {
		return node{}, p.fail(err)
	}
	end := int(p.dec.InputOffset())
	return node{kind: kind, start: end - len(raw), raw: p.text[end-len(raw) : end]}, nil
}

func (p *parser) container(kind jsontext.Kind, depth int) (node, error) {
	if _, err := p.dec.ReadToken(); err != nil {
		return node{}, p.fail(err)
	}
	n, first := node{kind: kind, start: int(p.dec.InputOffset()) - 1}, len(p.stack)
	if depth > maxDepth {
		return node{}, errorAt(p.path, p.text, n.start, "nested deeper than %d levels", maxDepth)
	}
	for next := p.dec.PeekKind(); next != '}' && next != ']'; next = p.dec.PeekKind() {
		kid, err := p.item(kind, depth)
		if err != nil {
			return node{}, err
		}
		p.stack = append(p.stack, kid)
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return node{}, p.fail(err)
	}
	n.raw = p.text[n.start:p.dec.InputOffset()]
	if len(p.stack) > first {
		n.kids = append(make([]node, 0, len(p.stack)-first), p.stack[first:]...)
		p.stack = p.stack[:first]
	}
	return n, nil
}

// item reads an element, or a member with its name.
func (p *parser) item(kind jsontext.Kind, depth int) (node, error) {
	if kind == '[' {
		return p.value(depth + 1)
	}
	name, err := p.value(depth + 1)
	if err != nil {
		return node{}, err
	}
	kid, err := p.value(depth + 1)
	kid.name, kid.nameStart, kid.nameEnd = unquote(name.raw), name.start, name.end()
	return kid, err
}

// fail words an error of the decoder and gives it its place.
func (p *parser) fail(err error) error {
	var syntax *jsontext.SyntacticError
	if !errors.As(err, &syntax) {
		return errorAt(p.path, p.text, int(p.dec.InputOffset()), "%v", err)
	}
	offset := int(syntax.ByteOffset)
	rest := p.text[min(offset, len(p.text)):]
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return errorAt(p.path, p.text, offset, "duplicate key %s", strconv.Quote(syntax.JSONPointer.LastToken()))
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return errorAt(p.path, p.text, len(p.text), "the file ends in the middle of the document")
	case trailingComma(rest):
		return errorAt(p.path, p.text, offset, "comma after the last entry")
	}
	return errorAt(p.path, p.text, offset, "%v", syntax.Err)
}

func trailingComma(rest string) bool {
	after, ok := strings.CutPrefix(rest, ",")
	after = strings.TrimLeft(after, " \t\r\n")
	return ok && (strings.HasPrefix(after, "}") || strings.HasPrefix(after, "]"))
}

// unquote decodes the text of a string that the decoder has accepted.
func unquote(raw string) string {
	if !strings.Contains(raw, `\`) {
		return raw[1 : len(raw)-1]
	}
	text, _ := jsontext.AppendUnquote(nil, raw)
	return string(text)
}

// noun is how a message names a kind of value.
func noun(kind jsontext.Kind) string {
	switch kind {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't', 'f':
		return "true or false"
	}
	return "null"
}
