package containerfile

import (
	"slices"
	"strings"
)

// marker is a line that opens or closes a section.
type marker struct {
	name string
	end  bool
	line int // index
}

func startMarker(name string) string { return "# === " + name + " (managed by bkt) ===" }
func endMarker(name string) string   { return "# === END " + name + " ===" }

func (m marker) text() string {
	if m.end {
		return endMarker(m.name)
	}
	return startMarker(m.name)
}

// markers finds the markers of the known sections. One that is misspelt, or stands between the lines of an instruction, is
// a fault, and is taken for what it was meant to be, so that it is not the cause of others.
func (f *File) markers(faults *faults) []marker {
	var found []marker
	openName := ""
	for i, l := range f.lines {
		if l.kind != comment && l.kind != inner {
			continue
		}
		text := strings.TrimRight(lineText(f.data, l), " \t")
		m, ok := f.classify(text, openName)
		if !ok {
			continue
		}
		m.line = i
		if l.kind == inner {
			faults.add(i+1, "marker of section %s inside the instruction of line %d", m.name, f.statements[l.statement].first+1)
		} else if text != m.text() {
			faults.add(i+1, "misspelt marker of section %s, it must be %q", m.name, m.text())
		}
		openName = m.name
		if m.end {
			openName = ""
		}
		found = append(found, m)
	}
	return found
}

// classify tells which marker a comment is, or was meant to be; open is the section that the comment stands in.
func (f *File) classify(text, open string) (marker, bool) {
	h, ok := parseHeading(text)
	if !ok {
		return marker{}, false
	}
	if h.managed || h.end && open != "" {
		target, near := f.nearest(fold(h.name), 2)
		if near && (h.managed || target == open) {
			return marker{name: target, end: h.end}, true
		}
	}
	// Without "managed by" it may be a heading of the user's; only what is spelt like a section's name was meant as one.
	allowed := 0
	if strings.Contains(h.name, "_") {
		allowed = 2
	}
	if h.rule != '=' || h.name != strings.ToUpper(h.name) {
		return marker{}, false
	}
	target, near := f.nearest(h.name, allowed)
	return marker{name: target, end: h.end}, near
}

// heading is a comment of the shape `# === [END] NAME [(managed by …)] ===`, read generously.
type heading struct {
	name         string
	rule         byte // what the line is drawn with: = or -
	end, managed bool
}

func parseHeading(text string) (heading, bool) {
	s := strings.TrimSpace(text)
	if !strings.HasPrefix(s, "#") {
		return heading{}, false
	}
	s = strings.TrimLeft(s, "# \t")
	if s == "" || s[0] != '=' && s[0] != '-' {
		return heading{}, false
	}
	h := heading{rule: s[0]}
	s = strings.TrimSpace(strings.Trim(s, "=-"))
	if before, _, ok := cutFold(s, "managed by"); ok {
		h.managed = true
		s = strings.TrimRight(before, "( \t")
	}
	if word, rest := cutWord(s); strings.EqualFold(word, "END") && rest != "" {
		h.end, s = true, rest
	}
	h.name = s
	return h, s != ""
}

// cutFold is strings.Cut for a lower-case separator in a text of any case.
func cutFold(s, sep string) (before, after string, found bool) {
	for i := 0; i+len(sep) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(sep)], sep) {
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}

// fold spells a name as names of sections are spelt.
func fold(name string) string {
	words := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return strings.ContainsRune(" \t-_", r) })
	return strings.Join(words, "_")
}

// nearest is the known name that is at most so many edits away, and no other is nearer.
func (f *File) nearest(name string, most int) (string, bool) {
	best, at := "", most+1
	for _, k := range f.known {
		if d := distance(name, k); d < at {
			best, at = k, d
		}
	}
	return best, at <= most && at < len(best)/2+1 && slices.Contains(f.known, best)
}

// distance counts the letters to insert, delete or replace between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
