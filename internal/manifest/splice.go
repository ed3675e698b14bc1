package manifest

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// part is one item of a container after an edit: an old one, as it was or with another text, or a new one.
type part struct {
	old  int    // its index before the edit; -1: new
	gap  int    // of a new one: the old index that it comes before
	text string // of a new or changed one: its text, with the name of a member
	node *node  // what the text is meant to say
}

// keep is the part that leaves item i of n as it is.
func keep(n *node, i int) part { return part{old: i, node: &n.kids[i]} }

// meaning is the container that the parts make.
func meaning(kind jsontext.Kind, parts []part) node {
	n := node{kind: kind, kids: make([]node, len(parts))}
	for i := range parts {
		n.kids[i] = *parts[i].node
	}
	return n
}

// splice writes container n again with these parts. What stays keeps the white space and line ends around it; what comes
// gets those of its neighbours.
func (f *File) splice(n *node, parts []part, s style) string {
	if len(n.kids) == 0 {
		return f.fill(n, parts, s)
	}
	open, closing := f.text[n.start:n.start+1], f.text[n.end()-1:n.end()]
	if len(parts) == 0 {
		return open + closing
	}
	var b strings.Builder
	b.Grow(len(n.raw) + 64*len(parts))
	b.WriteString(open + f.pre(n, 0))
	for i, p := range parts {
		if i > 0 {
			b.WriteString(f.between(n, parts[i-1], p, s))
		}
		b.WriteString(f.partText(n, p))
	}
	b.WriteString(f.post(n) + closing)
	return b.String()
}

func (f *File) partText(n *node, p part) string {
	if p.text == "" {
		return f.text[n.kids[p.old].from():n.kids[p.old].end()]
	}
	return p.text
}

// between is what stands between two parts: white space, a comma, white space.
func (f *File) between(n *node, last, p part, s style) string {
	mid, tail := "", ""
	if last.old >= 0 && last.old < len(n.kids)-1 {
		mid = f.text[n.kids[last.old].end():f.commaAfter(n, last.old)]
		tail, _ = atNewline(f.pre(n, last.old+1))
	}
	_, head := atNewline(f.head(n, last, p, s))
	if !strings.Contains(head, "\n") {
		tail = ""
	}
	return mid + "," + tail + head
}

// head is the white space before a part that is not the first.
func (f *File) head(n *node, last, p part, s style) string {
	if p.old < 0 {
		return f.separator(n, p.gap, s)
	}
	if p.old == 0 {
		return f.separator(n, 0, s)
	}
	// A blank line between two groups stays when the entries beside it go.
	pre := f.pre(n, p.old)
	for i := last.old + 1; last.old >= 0 && i < p.old; i++ {
		if gone := f.pre(n, i); strings.Count(gone, "\n") > strings.Count(pre, "\n") {
			pre = gone
		}
	}
	return pre
}

// separator is the white space after the comma before a new item at a gap.
func (f *File) separator(n *node, gap int, s style) string {
	count := len(n.kids)
	switch {
	case gap > 0 && gap < count:
		return s.oneLine(f.pre(n, gap))
	case gap > 0 && count > 1:
		return s.oneLine(f.pre(n, count-1))
	case count > 1:
		return s.oneLine(f.pre(n, 1))
	case strings.Contains(f.pre(n, 0), "\n"):
		return s.oneLine(f.pre(n, 0))
	}
	return s.blank
}

// fill writes a container that was empty: one item per line where the container begins a line, so that its parent is written
// that way too.
func (f *File) fill(n *node, parts []part, s style) string {
	open, closing := f.text[n.start:n.start+1], f.text[n.end()-1:n.end()]
	if len(parts) == 0 {
		return n.raw
	}
	before, between, after := "", s.blank, ""
	if indent, first := f.lineIndent(n.from()); first {
		before, between, after = s.newline+indent+s.unit, s.newline+indent+s.unit, s.newline+indent
	}
	texts := make([]string, len(parts))
	for i := range parts {
		texts[i] = parts[i].text
	}
	return open + before + strings.Join(texts, ","+between) + after + closing
}
