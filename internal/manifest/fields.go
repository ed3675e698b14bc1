package manifest

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Set gives the value at keys another value; missing objects on the way, and the member itself, are made, each after the
// last one of its object. Where it says the same already, the result is f itself.
func (f *File) Set(keys []string, value Value) (*File, error) {
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s: no key to set", f.path)
	}
	if err := invalid(value); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", f.path, strings.Join(keys, "."), err)
	}
	return f.set(keys, value)
}

// Unset takes the member at keys away. Where there is none, the result is f itself.
func (f *File) Unset(keys ...string) (*File, error) {
	_, ok, err := f.Value(keys...)
	if err != nil || !ok || len(keys) == 0 {
		return f, err
	}
	return f.set(keys, Value{})
}

func (f *File) set(keys []string, value Value) (*File, error) {
	object, depth := f.Root(), 0
	for ; depth < len(keys)-1; depth++ {
		next, ok := object.Field(keys[depth])
		if !ok {
			break
		}
		object = next
	}
	if err := object.want('{'); err != nil {
		return nil, fieldError(strings.Join(keys[:depth], "."), err)
	}
	for i := len(keys) - 1; i > depth; i-- {
		value = Object(Field{keys[i], value})
		if value.err != nil {
			return nil, fmt.Errorf("%s: %w", f.path, value.err)
		}
	}
	base := styleOf(f)
	if object.node != &f.root && len(object.node.kids) == 0 {
		_, base.objects.multi = f.lineIndent(object.node.from())
		base.lists.multi = base.objects.multi
	}
	s := f.like(object.node, base)
	s.lists.multi = s.objects.multi
	text, want, changed := f.setFields(object.node, []Field{{keys[depth], value}}, s)
	if !changed {
		return f, nil
	}
	return f.put(keys[:depth], text, want)
}

// setFields writes object n with these fields set or taken away.
func (f *File) setFields(n *node, fields []Field, s style) (text string, want node, changed bool) {
	parts := make([]part, len(n.kids), len(n.kids)+len(fields))
	for i := range n.kids {
		parts[i] = keep(n, i)
	}
	for _, field := range fields {
		at := indexOf(parts, field.Name)
		switch {
		case at < 0 && field.Value.none():
			continue
		case at < 0:
			parts = append(parts, f.newField(n, field, s))
		case field.Value.none():
			parts = append(parts[:at], parts[at+1:]...)
		case same(parts[at].node, &field.Value.node):
			continue
		default:
			parts[at] = f.otherValue(n, parts[at], field, s)
		}
		changed = true
	}
	return f.splice(n, parts, s), meaning('{', parts), changed
}

func indexOf(parts []part, name string) int {
	for i := range parts {
		if parts[i].node.name == name {
			return i
		}
	}
	return -1
}

// newField is a member that comes after the last one.
func (f *File) newField(n *node, field Field, s style) part {
	indent := ""
	if len(n.kids) == 0 {
		line, _ := f.lineIndent(n.from())
		indent = line + s.unit
	} else {
		indent = f.valueIndent(&n.kids[len(n.kids)-1], &field.Value.node)
	}
	text, _ := jsontext.AppendQuote(nil, field.Name)
	text = s.render(append(text, s.colon...), &field.Value.node, indent)
	made := field.Value.node
	made.name = field.Name
	return part{old: -1, gap: len(n.kids), text: string(text), node: &made}
}

// otherValue is a member with another value, written in the shape of the old one.
func (f *File) otherValue(n *node, p part, field Field, s style) part {
	if p.old < 0 {
		return f.newField(n, field, s)
	}
	old := &n.kids[p.old]
	if len(old.kids) > 0 {
		as := shape{multi: strings.Contains(f.pre(old, 0), "\n")}
		if !as.multi {
			as.pad = f.pre(old, 0)
		}
		if old.kind == '[' {
			s.lists = as
		} else {
			s = f.like(old, s)
		}
	}
	indent := f.valueIndent(old, &field.Value.node)
	text := []byte(f.text[old.nameStart:old.start])
	p.text = string(s.render(text, &field.Value.node, indent))
	made := field.Value.node
	made.name = field.Name
	p.node = &made
	return p
}

// valueIndent is the indentation of the line of a member that value is written to, or beside; only containers need it,
// and finding it takes long where a whole file is one line.
func (f *File) valueIndent(member, value *node) string {
	if len(value.kids) == 0 {
		return ""
	}
	indent, _ := f.lineIndent(member.nameStart)
	return indent
}
