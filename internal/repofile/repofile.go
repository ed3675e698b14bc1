// Package repofile reads dnf's .repo files as dnf does: sections, keys, and values that go on in indented lines.
//
// It is not left to an INI library: the usual one has to be told most of this, and costs every program that merely
// starts.
package repofile

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// File is the sections in the order of the file.
type File []Section

// Section is one [Name] with its keys in the order of the file. A section that stands twice is one, a key that stands
// twice has the last value.
type Section struct {
	Name string
	Keys []Key
}

// Key is a name and its value; a value of several lines has a line feed between them, and no indentation.
type Key struct{ Name, Value string }

// Parse reads a .repo file. Errors begin with the number of the line.
func Parse(b []byte) (File, error) {
	if !utf8.Valid(b) {
		return nil, fmt.Errorf("not UTF-8")
	}
	var f File
	var section *Section
	var open *string // the value that an indented line goes on with
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		line = strings.TrimRight(line, " \t\r\n")
		switch {
		case line == "":
			open = nil
		case line[0] == '#' || line[0] == ';':
		case line[0] == ' ' || line[0] == '\t':
			if open == nil {
				return nil, fmt.Errorf("line %d: it goes on with no value: %q", n, line)
			}
			*open += "\n" + strings.TrimLeft(line, " \t")
		case line[0] == '[':
			name, ok := strings.CutSuffix(line[1:], "]")
			if !ok || name == "" || strings.ContainsAny(name, "[]") {
				return nil, fmt.Errorf("line %d: not a section: %q", n, line)
			}
			section, open = f.section(name), nil
		default:
			name, value, ok := strings.Cut(line, "=")
			name = strings.TrimRight(name, " \t")
			if !ok || name == "" {
				return nil, fmt.Errorf("line %d: not a key with its value: %q", n, line)
			}
			if section == nil {
				return nil, fmt.Errorf("line %d: '%s' stands outside a section", n, name)
			}
			open = section.set(name, strings.TrimLeft(value, " \t"))
		}
	}
	return f, nil
}

// section is the section of that name, which is made if need be.
func (f *File) section(name string) *Section {
	i := slices.IndexFunc(*f, func(s Section) bool { return s.Name == name })
	if i < 0 {
		i, *f = len(*f), append(*f, Section{Name: name})
	}
	return &(*f)[i]
}

// set gives a key its value, and where that is kept.
func (s *Section) set(name, value string) *string {
	i := slices.IndexFunc(s.Keys, func(k Key) bool { return k.Name == name })
	if i < 0 {
		i, s.Keys = len(s.Keys), append(s.Keys, Key{Name: name})
	}
	s.Keys[i].Value = value
	return &s.Keys[i].Value
}

// Value is a key's value; ok is false where the section has no such key.
func (s Section) Value(name string) (value string, ok bool) {
	for _, k := range s.Keys {
		if k.Name == name {
			return k.Value, true
		}
	}
	return "", false
}
