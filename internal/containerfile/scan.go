package containerfile

import (
	"bytes"
	"strings"
	"unicode"
)

// kind says what a line is to a builder.
type kind uint8

const (
	blank   kind = iota
	comment      // a comment between instructions, parser directives included
	code         // a line of an instruction, blank ones between its continuation lines included
	inner        // a comment between the continuation lines of an instruction
	heredoc      // a line of a heredoc, its terminator included
)

// line is one line of a file, data[start:end] with its line ending.
type line struct {
	start, end int
	kind       kind
	statement  int // index of the statement it belongs to, or -1
}

// statement is an instruction: its lines joined as a builder joins them, heredoc bodies left out.
type statement struct {
	keyword string // upper case
	text    string // what follows the keyword
	first   int    // index of its first line
}

// scanner splits a file into lines and instructions, by the rules of BuildKit's parser, which podman and buildah share.
type scanner struct {
	data       []byte
	lines      []line
	statements []statement
	escape     byte // continues a line
	directives bool // whether a parser directive may still come
	open       string
	openLine   int
}

var byteOrderMark = []byte("\xef\xbb\xbf")

func scan(data []byte) *scanner {
	s := &scanner{data: data, escape: '\\', directives: true}
	for at := 0; at < len(data); {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		s.lines = append(s.lines, line{start: at, end: end, statement: -1})
		at = end
	}
	for i := 0; i < len(s.lines); {
		i = s.next(i)
	}
	return s
}

// next classifies the line i, and all lines of an instruction that begins there, and returns the line after.
func (s *scanner) next(i int) int {
	text := strings.TrimLeftFunc(s.text(i), unicode.IsSpace)
	s.directive(text)
	switch {
	case text == "":
		s.lines[i].kind = blank
		return i + 1
	case text[0] == '#':
		s.lines[i].kind = comment
		return i + 1
	}
	return s.instruction(i, text)
}

// text is a line without its ending, and without a byte order mark.
func (s *scanner) text(i int) string { return lineText(s.data, s.lines[i]) }

func lineText(data []byte, l line) string {
	b := data[l.start:l.end]
	if l.start == 0 {
		b = bytes.TrimPrefix(b, byteOrderMark)
	}
	return string(bytes.TrimRight(b, "\r\n"))
}

// instruction takes the lines from i on up to the end of the instruction and of its heredocs.
func (s *scanner) instruction(i int, text string) int {
	number, first := len(s.statements), i
	take := func(k kind) {
		s.lines[i].kind, s.lines[i].statement = k, number
		i++
	}
	var joined strings.Builder
	text, more := s.continued(text)
	joined.WriteString(text)
	take(code)
	for more && i < len(s.lines) {
		text := s.text(i)
		trimmed := strings.TrimLeftFunc(text, unicode.IsSpace)
		if strings.HasPrefix(trimmed, "#") {
			take(inner)
			continue
		}
		if trimmed != "" {
			text, more = s.continued(text)
			joined.WriteString(text)
		}
		take(code)
	}
	keyword, rest := cutWord(joined.String())
	st := statement{keyword: strings.ToUpper(keyword), text: rest, first: first}
	s.statements = append(s.statements, st)
	for _, h := range heredocs(st) {
		end := s.closing(h, i)
		if end < 0 && h.maybe {
			continue
		}
		if end < 0 {
			s.open, s.openLine = h.name, first+1
			end = len(s.lines) - 1
		}
		for i <= end {
			take(heredoc)
		}
	}
	return i
}

// closing is the line that ends a heredoc whose body begins in line i, or -1.
func (s *scanner) closing(h heredocWord, i int) int {
	for ; i < len(s.lines); i++ {
		if h.closedBy(s.text(i)) {
			return i
		}
	}
	return -1
}

// continued cuts the escape character off a line that goes on in the next one. A doubled one does not continue.
func (s *scanner) continued(text string) (string, bool) {
	t := strings.TrimRight(text, " \t")
	n := len(t)
	if n == 0 || t[n-1] != s.escape || n > 1 && t[n-2] == s.escape {
		return text, false
	}
	return t[:n-1], true
}

// directive follows `# escape=` and notes when the first lines, where alone directives stand, are over.
func (s *scanner) directive(text string) {
	if !s.directives {
		return
	}
	body, ok := strings.CutPrefix(text, "#")
	key, value, found := strings.Cut(body, "=")
	value = strings.TrimSpace(value)
	if !ok || !found || value == "" {
		s.directives = false
		return
	}
	switch strings.ToLower(strings.TrimSpace(key)) {
	case "escape":
		if value == "`" || value == `\` {
			s.escape = value[0]
		}
	case "syntax", "check":
	default:
		s.directives = false
	}
}

// cutWord splits a line at its first blanks.
func cutWord(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	i := strings.IndexAny(s, "\t\v\f\r ")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}
