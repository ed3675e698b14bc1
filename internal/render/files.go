package render

import (
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff is the unified diff of one file, "" where nothing differs. An absent side is nil.
func Diff(path string, before, after *string) string {
	from, to := "a/"+path, "b/"+path
	var a, b string
	if before == nil {
		from = "/dev/null"
	} else {
		a = *before
	}
	if after == nil {
		to = "/dev/null"
	} else {
		b = *after
	}
	_, hunks, _ := strings.Cut(string(diff.Diff(from, []byte(a), to, []byte(b))), "\n") // without the line "diff FROM TO"
	return hunks
}

// PaintDiff makes a unified diff fit for a terminal, since what it shows may come from anybody,
// and colours its lines.
func PaintDiff(diff string, colour bool) string {
	p := &page{colour: colour}
	for line := range strings.Lines(diff) {
		body, crlf := strings.CutSuffix(strings.TrimSuffix(line, "\n"), "\r")
		cells := strings.Split(body, "\t")
		for i := range cells {
			cells[i] = Printable(cells[i])
		}
		body = strings.Join(cells, "\t")
		if crlf {
			body += "\r"
		}
		switch {
		case strings.HasPrefix(body, "+++"), strings.HasPrefix(body, "---"):
			body = p.paint(bold, body)
		case strings.HasPrefix(body, "+"):
			body = p.paint(green, body)
		case strings.HasPrefix(body, "-"):
			body = p.paint(red, body)
		case strings.HasPrefix(body, "@@"):
			body = p.paint(yellow, body)
		}
		p.b.WriteString(body + "\n")
	}
	return p.b.String()
}
