package manifest

import "strings"

// looks tells how an element that comes into a list is to be formatted: as the one beside it.
type looks struct {
	file  *File
	list  *node
	base  style
	known bool
}

// near gives the style and the indentation of an element that comes before element i, or replaces it.
func (l *looks) near(i int) (style, string) {
	if !l.known {
		l.base, l.known = l.general(), true
	}
	beside := l.beside(i)
	if beside == nil {
		return l.base, l.indent(i)
	}
	s := l.file.like(beside, l.base)
	if !s.objects.multi {
		return s, ""
	}
	return s, l.file.closingIndent(beside)
}

// beside is the nearest object that has fields, the one before first; nil where the list has none.
func (l *looks) beside(i int) *node {
	kids := l.list.kids
	for step := 0; step <= len(kids) && step < 64; step++ {
		for _, at := range []int{i - 1 - step, i + step} {
			if at >= 0 && at < len(kids) && kids[at].kind == '{' && len(kids[at].kids) > 0 {
				return &kids[at]
			}
		}
	}
	return nil
}

// indent is the indentation of the line that element i begins, or would; of no use where all is on one line.
func (l *looks) indent(i int) string {
	if !l.base.objects.multi && !l.base.lists.multi {
		return ""
	}
	count := len(l.list.kids)
	if count == 0 {
		indent, _ := l.file.lineIndent(l.list.from())
		return indent + l.base.unit
	}
	indent, _ := l.file.lineIndent(l.list.kids[min(i, count-1)].start)
	return indent
}

// general is the style of the list as a whole: that of the file, and of the lists inside its elements.
func (l *looks) general() style {
	s := styleOf(l.file)
	kids := l.list.kids
	switch {
	case len(kids) > 0:
		s.objects.multi = strings.Contains(l.file.pre(l.list, 0), "\n")
	case l.list.raw != "":
		_, s.objects.multi = l.file.lineIndent(l.list.from())
	}
	s.lists = shape{multi: s.objects.multi}
	if beside := l.beside(0); beside != nil {
		s.lists.multi = l.file.like(beside, s).objects.multi
	}
	for i := range kids {
		for j := range kids[i].kids {
			if inner := &kids[i].kids[j]; inner.kind == '[' && len(inner.kids) > 0 {
				pre := l.file.pre(inner, 0)
				s.lists = shape{multi: strings.Contains(pre, "\n")}
				if !s.lists.multi {
					s.lists.pad = pre
				}
				return s
			}
		}
	}
	return s
}
