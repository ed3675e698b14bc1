package render

import (
	"fmt"
	"io"
	"strings"

	"bkt/internal/doc"
)

// WriteByHand lists manual steps: each text below its id.
func WriteByHand(w io.Writer, l []doc.Step, colour bool) error {
	p := &page{colour: colour}
	p.steps(l, "")
	return p.flush(w)
}

// steps writes each step's id, and below it its text.
func (p *page) steps(l []doc.Step, indent string) {
	for _, s := range l {
		p.line("%s%s", indent, Printable(s.ID))
		for _, text := range wrap(s.Text, columns-len(indent)-4) {
			p.line("%s    %s", indent, p.paint(faint, Printable(text)))
		}
	}
}

// markDone is how a person says that a step is done.
const markDone = "bkt changelog done ID"

// byHand words how many steps are left.
func byHand(l []doc.Step) string {
	if len(l) == 1 {
		return "1 step to do by hand"
	}
	return fmt.Sprintf("%d steps to do by hand", len(l))
}

// next says how to mark steps done, and lists them.
func (p *page) next(l []doc.Step, width int) {
	why := "once you have done this by hand:"
	if len(l) > 1 {
		why = fmt.Sprintf("once you have done one of these %d by hand:", len(l))
	}
	p.line("  %s%s", pad(markDone, width), why)
	p.steps(l, "    ")
}

// manual lists what a request asks of people, and gives the summaries: warnings that it says already.
func (r Request) manual(b *strings.Builder) map[string]bool {
	told := map[string]bool{}
	if r.Names.Hand == nil {
		return told
	}
	for _, c := range r.Changes {
		summary, steps := r.Names.Hand(c)
		if len(steps) > 0 && len(told) == 0 {
			b.WriteString("\n### Manual steps\n\nOnce it has arrived, on each machine:\n\n")
		}
		for _, s := range steps {
			told[summary] = true
			fmt.Fprintf(b, "- %s\n", cell(s))
		}
	}
	return told
}
