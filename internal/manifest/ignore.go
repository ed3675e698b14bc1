package manifest

import (
	"strings"
	"unicode/utf8"
)

// Ignore is what one machine leaves out, $XDG_CONFIG_HOME/bkt/ignore: globs over ids (see Policy.Ignored), by subsystem.
type Ignore map[string][]string

// ParseIgnore reads one "subsystem glob" per line. The glob is the rest of the line, blanks inside it included, since the
// id of a setting has one. Empty lines, and lines that begin with #, say nothing.
func ParseIgnore(path string, data []byte) (Ignore, error) {
	text := string(data)
	ignore := Ignore{}
	for offset, line := range lineOffsets(text) {
		if !utf8.ValidString(line) || strings.ContainsRune(line, 0) {
			return nil, errorAt(path, text, offset, "not a line of text")
		}
		entry := strings.Trim(line, blanks)
		if entry == "" || entry[0] == '#' {
			continue
		}
		at := offset + strings.Index(line, entry)
		cut := strings.IndexAny(entry, blanks)
		if cut < 0 {
			return nil, errorAt(path, text, at, "expected a subsystem and an id, found %q", entry)
		}
		subsystem := entry[:cut]
		ignore[subsystem] = append(ignore[subsystem], strings.TrimLeft(entry[cut:], blanks))
	}
	return ignore, nil
}

// Ignored says whether the machine leaves the item out.
func (i Ignore) Ignored(subsystem, id string) bool { return anyGlob(i[subsystem], id) }

// lineOffsets goes over the lines of a text and where they begin.
func lineOffsets(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		offset := 0
		for line := range strings.SplitAfterSeq(text, "\n") {
			if !yield(offset, line) {
				return
			}
			offset += len(line)
		}
	}
}
