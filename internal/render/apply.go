package render

import (
	"fmt"
	"io"
	"strings"

	"bkt/internal/doc"
)

// Plan is what bkt-apply is about to do, and what it leaves.
type Plan struct {
	Host   doc.Host
	Source string // what is applied
	Do     []doc.Change
	Left   []LeftChange
	Names  Names
	Colour bool
}

// LeftChange is a change that is left, with the reason in a few words.
type LeftChange struct {
	Change doc.Change
	Why    string
}

// WritePlan writes the plan before anything is done.
func WritePlan(w io.Writer, in Plan) error {
	p := &page{colour: in.Colour}
	pg := Page{Changes: &doc.Changes{Host: in.Host}, Names: in.Names}
	var rows, left []row
	for _, c := range in.Do {
		rows = append(rows, pg.step(c))
	}
	for _, l := range in.Left {
		r := pg.row(l.Change)
		r.detail = Printable(l.Why)
		left = append(left, r)
	}
	p.line("%s   from %s", p.paint(bold, Printable(in.Host.Hostname)), Printable(in.Source))
	p.block("To do here", rows)
	p.block("Left", left)
	p.line("")
	return p.flush(w)
}

// step is the row of a change that is carried out.
func (in Page) step(c doc.Change) row {
	r := in.row(c)
	switch c.Class {
	case doc.PendingImage:
		if r.sign == "-" {
			r.detail = "before the image that is without it"
			return r
		}
		r.sign, r.detail = "+", "before the image that brings it"
	case doc.Conflict:
		return in.Names.row(c, c.Have, c.Want)
	}
	return r
}

// WriteSteps lists what is about to be done here as WriteList lists what would go into a pull
// request.
func WriteSteps(w io.Writer, changes []doc.Change, names Names) error {
	pg := Page{Changes: &doc.Changes{}, Names: names}
	var rows []row
	var selectors []string
	for _, c := range changes {
		selectors = append(selectors, Selector(c.Key()))
		rows = append(rows, pg.step(c))
	}
	return writeRows(w, selectors, rows)
}

// WriteReport says what became of it: what failed by name, and the rest by number.
func WriteReport(w io.Writer, r *doc.Report, names Names, colour bool) error {
	p := &page{colour: colour}
	var failed []row
	for _, s := range r.Steps {
		if s.Result == doc.Undone {
			failed = append(failed, row{sign: "!", noun: Printable(names.Noun(s.Subsystem)), name: Printable(s.ID), detail: Printable(s.Message)})
		}
	}
	p.block("Failed", failed)
	if len(failed) > 0 {
		p.line("")
	}
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{{r.Counts.Done, "done"}, {r.Counts.Failed, "failed"}, {r.Counts.Skipped, "left"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing to do"}
	}
	p.line("%s.", upperFirst(strings.Join(parts, ", ")))
	return p.flush(w)
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
