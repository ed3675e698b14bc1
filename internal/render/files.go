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

// PaintDiff colours a unified diff's lines.
func PaintDiff(diff string, colour bool) string {
	if !colour {
		return diff
	}
	p := &page{colour: true}
	for line := range strings.Lines(diff) {
		body := strings.TrimSuffix(line, "\n")
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
