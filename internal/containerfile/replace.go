package containerfile

import (
	"slices"
	"strings"
)

// Replace makes body the text between the markers of a section; nothing else changes. Its lines may end in "\n" or
// "\r\n": they are written as the section's first marker ends. A body that is there already leaves the file as it is, and
// one that would not end where the section ends (an open heredoc, a continued line, a marker in it) is refused.
func (f *File) Replace(name, body string) error {
	s, ok := f.section(name)
	if !ok {
		return f.refuse(0, "no section %s", name)
	}
	body = plain(body)
	if plain(f.raw(s)) == body {
		return nil
	}
	text := ended(body, f.ending(s.start))
	next, err := f.splice(f.lines[s.start].end, f.lines[s.end].start, text)
	if err != nil {
		return f.refuse(s.start+1, "text for section %s does not stand alone: %s", name, first(err).Msg)
	}
	if !slices.Equal(next.Names(), f.Names()) || next.stages() != f.stages() {
		return f.refuse(s.start+1, "text for section %s does not stand alone", name)
	}
	*f = *next
	return nil
}

// splice parses the file with data[from:to] replaced by a text.
func (f *File) splice(from, to int, text string) (*File, error) {
	return Parse(f.name, slices.Concat(f.data[:from], []byte(text), f.data[to:]), f.known)
}

func (f *File) refuse(line int, format string, args ...any) error {
	var faults faults
	faults.add(line, format, args...)
	faults[0].File = f.name
	return faults[0]
}

func (f *File) stages() int {
	n := 0
	for _, s := range f.statements {
		if s.keyword == "FROM" {
			n++
		}
	}
	return n
}

// ending is how a line ends; one that ends with the file, and a file without lines, as the first line does.
func (f *File) ending(i int) string {
	for _, i := range []int{i, 0} {
		if i >= len(f.lines) {
			continue
		}
		text := string(f.data[f.lines[i].start:f.lines[i].end])
		if strings.HasSuffix(text, "\r\n") {
			return "\r\n"
		}
		if strings.HasSuffix(text, "\n") {
			return "\n"
		}
	}
	return "\n"
}

// ended gives the lines of a plain text another ending.
func ended(text, ending string) string { return strings.ReplaceAll(text, "\n", ending) }
