// Package keyfile reads GLib key files as GLib does, and edits them in place: Flatpak's configuration, overrides and .flatpakrepo files.
//
// It is not left to an INI library: those take a value in backquotes for a multi-line one, know inherited sections and
// inline comments, and so would change what an override says.
package keyfile

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// File is the groups in the order of the file.
type File []Group

// Group is one [Name] with its keys in the order of the file. A group that stands twice is one, a key that stands twice
// has the last value, as in GLib.
type Group struct {
	Name string
	Keys []Key
}

// Key is one line: its name, with the locale if there is one, and the value as it stands in the file.
type Key struct {
	Name string
	Raw  string
}

// Parse reads a key file. Errors begin with the number of the line.
func Parse(b []byte) (File, error) {
	all, err := scan(b)
	if err != nil {
		return nil, err
	}
	var f File
	for _, l := range all {
		switch l.kind {
		case header:
			f.group(l.group)
		case entry:
			f[f.group(l.group)].set(l.key, l.raw)
		}
	}
	return f, nil
}

// kind is what a line is.
type kind int

const (
	blank   kind = iota // or white space
	comment             // begins with #
	header              // [group]
	entry               // key=value
)

// line is one line of a key file.
type line struct {
	text  string // as it stands, with its end
	kind  kind
	group string // that it is in, or begins
	key   string // of an entry
	raw   string
}

// scan reads the lines. Errors begin with the number of the line.
func scan(b []byte) ([]line, error) {
	if !utf8.Valid(b) {
		return nil, fmt.Errorf("not UTF-8")
	}
	var out []line
	group := ""
	for text := range strings.Lines(string(b)) {
		l := line{text: text, group: group}
		s := strings.TrimLeft(strings.TrimRight(text, "\r\n"), " \t")
		switch {
		case s == "":
		case s[0] == '#':
			l.kind = comment
		case s[0] == '[':
			name, ok := groupName(s)
			if !ok {
				return nil, fmt.Errorf("line %d: not a group: %q", len(out)+1, s)
			}
			l.kind, l.group, group = header, name, name
		default:
			key, value, ok := strings.Cut(s, "=")
			l.kind, l.key, l.raw = entry, strings.TrimRight(key, " \t"), strings.TrimLeft(value, " \t")
			if !ok || l.key == "" || group == "" {
				return nil, fmt.Errorf("line %d: not a key with its value in a group: %q", len(out)+1, s)
			}
		}
		out = append(out, l)
	}
	return out, nil
}

// groupName is what stands between the brackets.
func groupName(line string) (string, bool) {
	name, ok := strings.CutSuffix(strings.TrimRight(line, " \t")[1:], "]")
	return name, ok && name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r == '[' || r == ']' || r < ' ' || r == 0x7f
	})
}

// group is the place of a group, which is made if need be.
func (f *File) group(name string) int {
	for i, g := range *f {
		if g.Name == name {
			return i
		}
	}
	*f = append(*f, Group{Name: name})
	return len(*f) - 1
}

func (g *Group) set(name, raw string) {
	for i := range g.Keys {
		if g.Keys[i].Name == name {
			g.Keys[i].Raw = raw
			return
		}
	}
	g.Keys = append(g.Keys, Key{name, raw})
}

// Group is the group of that name, an empty one where the file has none.
func (f File) Group(name string) Group {
	for _, g := range f {
		if g.Name == name {
			return g
		}
	}
	return Group{Name: name}
}

// Has says whether the file has a group of that name.
func (f File) Has(name string) bool { return f.Group(name).Keys != nil }

// String is a key's value with its escapes undone, "" where the group has none.
func (g Group) String(name string) string { return g.key(name).String() }

// Strings is a key's list, nil where the group has none.
func (g Group) Strings(name string) []string { return g.key(name).Strings() }

func (g Group) key(name string) Key {
	for _, k := range g.Keys {
		if k.Name == name {
			return k
		}
	}
	return Key{}
}
