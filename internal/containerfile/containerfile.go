// Package containerfile reads and edits the marked sections of a Containerfile without touching a byte outside them; it is pure and knows no subsystem.
package containerfile

import (
	"slices"
	"strings"
)

// File is a parsed Containerfile. Its methods that change it either do all of their work or leave it as it was.
type File struct {
	name       string
	known      []string
	data       []byte
	lines      []line
	statements []statement
	sections   []section
}

// section is a pair of markers, by the index of their lines.
type section struct {
	name       string
	start, end int
}

// Parse reads a Containerfile. The name is used in messages only; known are the names of the sections that may be in it,
// and marked sections of any other name are comments like all others. The error holds an *Error for each thing that is
// wrong, the first line first, joined by errors.Join. A file without sections, even an empty one, is no error.
func Parse(name string, data []byte, known []string) (*File, error) {
	f := &File{name: name, known: slices.Clone(known), data: slices.Clone(data)}
	s := scan(f.data)
	f.lines, f.statements = s.lines, s.statements
	var faults faults
	if s.open != "" {
		faults.add(s.openLine, "heredoc %s is not closed", s.open)
	}
	f.sections = pair(f.markers(&faults), s.open != "", &faults)
	if err := faults.join(name); err != nil {
		return nil, err
	}
	return f, nil
}

// Bytes returns the whole file, as it was read but for the edits made since.
func (f *File) Bytes() []byte { return slices.Clone(f.data) }

// Names returns the names of the sections, in the order of the file.
func (f *File) Names() []string {
	names := make([]string, 0, len(f.sections))
	for _, s := range f.sections {
		names = append(names, s.name)
	}
	return names
}

// Section returns the text between the markers of a section and the line of its first marker, counted from 1. The lines
// of the text end in "\n" whatever the file uses, so that it can be compared with generated text; it is empty or ends in "\n".
func (f *File) Section(name string) (body string, line int, ok bool) {
	s, ok := f.section(name)
	if !ok {
		return "", 0, false
	}
	return plain(f.raw(s)), s.start + 1, true
}

func (f *File) section(name string) (section, bool) {
	i := slices.IndexFunc(f.sections, func(s section) bool { return s.name == name })
	if i < 0 {
		return section{}, false
	}
	return f.sections[i], true
}

// raw is the text between the markers, byte for byte.
func (f *File) raw(s section) string {
	return string(f.data[f.lines[s.start].end:f.lines[s.end].start])
}

// plain gives every line of a text the ending "\n", the last one included.
func plain(text string) string {
	if text == "" {
		return ""
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], "\r")
	}
	return strings.Join(lines, "\n") + "\n"
}
