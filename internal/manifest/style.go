package manifest

import "strings"

const blanks = " \t\r\n"

// style is how a file is formatted, and how a value that comes into it is to be.
type style struct {
	newline string // "\n" or "\r\n"
	unit    string // one level of indentation
	colon   string // between a name and its value
	blank   string // after the comma between two entries on one line
	objects shape
	lists   shape
}

// shape is how a kind of container is formatted.
type shape struct {
	multi bool   // one entry per line
	pad   string // blanks inside the brackets where all is on one line
}

// styleOf derives the style of a file from its outermost object.
func styleOf(f *File) style {
	s := style{newline: "\n", unit: "  ", colon: ": ", blank: " "}
	s.objects.multi = true
	if i := strings.IndexByte(f.text, '\n'); i > 0 && f.text[i-1] == '\r' {
		s.newline = "\r\n"
	}
	if len(f.root.kids) > 0 {
		s = f.like(&f.root, s)
	}
	if blank, ok := f.blankIn(&f.root); ok {
		s.blank = blank
	} else if s.colon == ":" {
		s.blank = ""
	}
	s.lists = s.objects
	return s
}

// like gives the style in which the object n is written, as far as n shows it; the rest stays as in s.
func (f *File) like(n *node, s style) style {
	if len(n.kids) == 0 {
		return s
	}
	first := &n.kids[0]
	if colon := f.text[first.nameEnd:first.start]; !strings.Contains(colon, "\n") {
		s.colon = colon
	}
	pre := f.pre(n, 0)
	s.objects = shape{multi: strings.Contains(pre, "\n")}
	if !s.objects.multi {
		s.objects.pad = pre
		if len(n.kids) > 1 && !strings.Contains(f.pre(n, 1), "\n") {
			s.blank = f.pre(n, 1)
		}
		return s
	}
	if unit, ok := strings.CutPrefix(afterNewline(pre), f.closingIndent(n)); ok {
		s.unit = unit
	}
	return s
}

// blankIn finds two entries on one line, and what stands after the comma between them.
func (f *File) blankIn(n *node) (blank string, ok bool) {
	if len(n.kids) > 1 && !strings.Contains(f.pre(n, 1), "\n") {
		return f.pre(n, 1), true
	}
	for i := range n.kids {
		if blank, ok := f.blankIn(&n.kids[i]); ok {
			return blank, true
		}
	}
	return "", false
}

// pre is the white space before item i of n: after the bracket, or after the comma.
func (f *File) pre(n *node, i int) string {
	from := n.start + 1
	if i > 0 {
		from = f.commaAfter(n, i-1) + 1
	}
	return f.text[from:n.kids[i].from()]
}

// commaAfter is the offset of the comma after item i, which is not the last.
func (f *File) commaAfter(n *node, i int) int {
	end := n.kids[i].end()
	return end + strings.IndexByte(f.text[end:], ',')
}

// post is the white space before the closing bracket.
func (f *File) post(n *node) string {
	return f.text[n.kids[len(n.kids)-1].end() : n.end()-1]
}

// lineIndent is the white space that begins the line of offset; first says that nothing else stands before offset.
func (f *File) lineIndent(offset int) (indent string, first bool) {
	line := f.text[strings.LastIndexByte(f.text[:offset], '\n')+1 : offset]
	rest := strings.TrimLeft(line, blanks)
	return line[:len(line)-len(rest)], rest == ""
}

// closingIndent is the indentation of the line on which n is closed.
func (f *File) closingIndent(n *node) string {
	indent, _ := f.lineIndent(n.end() - 1)
	return indent
}

func afterNewline(text string) string { return text[strings.LastIndexByte(text, '\n')+1:] }

// oneLine takes blank lines out of white space that separates two entries.
func (s style) oneLine(pre string) string {
	if !strings.Contains(pre, "\n") {
		return pre
	}
	return s.newline + afterNewline(pre)
}

// atNewline cuts white space that separates two entries into what ends the line of the first, and the rest.
func atNewline(pre string) (tail, head string) {
	end := strings.IndexByte(pre, '\n')
	if end > 0 && pre[end-1] == '\r' {
		end--
	}
	end = max(end, 0)
	return pre[:end], pre[end:]
}
