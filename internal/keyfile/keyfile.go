// Package keyfile reads GLib key files as GLib does: Flatpak's configuration, overrides and .flatpakrepo files.
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
	if !utf8.Valid(b) {
		return nil, fmt.Errorf("not UTF-8")
	}
	var f File
	at := -1
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		line = strings.TrimLeft(strings.TrimRight(line, "\r\n"), " \t")
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '[' {
			name, ok := groupName(line)
			if !ok {
				return nil, fmt.Errorf("line %d: not a group: %q", n, line)
			}
			at = f.group(name)
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimRight(name, " \t")
		if !ok || name == "" || at < 0 {
			return nil, fmt.Errorf("line %d: not a key with its value in a group: %q", n, line)
		}
		f[at].set(name, strings.TrimLeft(value, " \t"))
	}
	return f, nil
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
