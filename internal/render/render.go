// Package render is documents as text for people. It knows classes and shapes; what a
// subsystem calls its things is told to it.
package render

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"bkt/internal/doc"
)

// Names words the things of all subsystems.
type Names struct {
	Noun     func(subsystem string) string // app
	Plural   func(subsystem string) string // apps
	Describe func(i doc.Item) string       // user, flathub
	// Effect is what going from one side of an item to the other does to what the item stands
	// for; nil: doc.Plain.
	Effect func(subsystem string, from, to doc.Side) doc.Effect
	// Rest words what a thing is that is there anyway, without its item; nil: all go with theirs.
	Rest func(i doc.Item) string
	// Hand words what a change of the manifests asks of a person on each machine; nil, and no
	// steps: nothing.
	Hand func(c doc.Change) (summary string, steps []string)
}

// Count is `1 app` or `2 apps`.
func (n Names) Count(subsystem string, count int) string {
	if count == 1 {
		return "1 " + n.Noun(subsystem)
	}
	return fmt.Sprintf("%d %s", count, n.Plural(subsystem))
}

// Printable is text fit for a terminal: no control character gets through.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, s)
}

// The colours of a change's sign.
const (
	green  = "\x1b[32m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	bold   = "\x1b[1m"
	faint  = "\x1b[2m"
	reset  = "\x1b[0m"
)

// page collects text; colour is taken out where it is not wanted.
type page struct {
	b      strings.Builder
	colour bool
}

func (p *page) paint(c, s string) string {
	if !p.colour || s == "" {
		return s
	}
	return c + s + reset
}

func (p *page) line(format string, args ...any) {
	p.b.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

func (p *page) flush(w io.Writer) error {
	_, err := io.WriteString(w, p.b.String())
	return err
}

// pad fills s up to width with blanks, at least one.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(1, width-utf8.RuneCountInString(s)))
}

// row is one thing in a block: sign, noun, name, and what there is to say of it.
type row struct{ sign, noun, name, detail string }

// block writes a heading and its rows in columns.
func (p *page) block(heading string, rows []row) {
	if len(rows) == 0 {
		return
	}
	noun, name := widths(rows)
	if p.b.Len() > 0 {
		p.line("")
	}
	p.line("%s", p.paint(bold, fmt.Sprintf("%s (%d)", heading, len(rows))))
	for _, r := range rows {
		sign := " "
		if r.sign != "" {
			sign = p.paint(signColour(r.sign), r.sign)
		}
		text := pad(r.noun, noun+2)
		switch full := text + pad(r.name, name+2); {
		case r.detail == "":
			p.line("  %s %s", sign, text+r.name)
		case utf8.RuneCountInString(full+r.detail)+4 <= columns:
			p.line("  %s %s", sign, full+p.paint(faint, r.detail))
		default: // too long for one line: below it
			p.line("  %s %s", sign, text+r.name)
			for _, l := range wrap(r.detail, columns-8) {
				p.line("        %s", p.paint(faint, l))
			}
		}
	}
}

// columns is the width of a page.
const columns = 80

// wrap cuts text at blanks into lines of at most so many characters, longer words whole.
func wrap(text string, width int) []string {
	var out []string
	line := ""
	for _, w := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line+" "+w) > width {
			out, line = append(out, line), ""
		}
		line = strings.TrimPrefix(line+" "+w, " ")
	}
	return append(out, line)
}

func signColour(sign string) string {
	switch sign {
	case "+":
		return green
	case "-", "!":
		return red
	}
	return yellow
}
