package render

import (
	"io"
	"slices"

	"bkt/internal/doc"
)

// Noted is one entry of the journal: its id, and a change from Want, which was there before, to
// Have.
type Noted struct {
	ID     string
	Change doc.Change
}

// WriteNoted lists entries by subsystem, each with its id.
func WriteNoted(w io.Writer, l []Noted, names Names, colour bool) error {
	p := &page{colour: colour}
	rows := map[string][]row{}
	var order []string
	for _, n := range l {
		name := n.Change.Subsystem
		if rows[name] == nil {
			order = append(order, name)
		}
		r := does(n.Change, names)
		r.noun = Printable(n.ID)
		rows[name] = append(rows[name], r)
	}
	slices.Sort(order)
	for _, name := range order {
		p.block(title(names.Plural(name)), rows[name])
	}
	return p.flush(w)
}

// Does words what a change does, on one line: `+ app org.gnome.Maps  user, flathub`.
func Does(c doc.Change, names Names) string {
	r := does(c, names)
	text := r.sign + " " + r.noun + "  " + r.name
	if r.detail != "" {
		text += "  " + r.detail
	}
	return text
}

// does is the row of a change by its action alone, from Want to Have.
func does(c doc.Change, names Names) row {
	switch c.Action {
	case doc.Add:
		return names.row(c, doc.Absent(), c.Have)
	case doc.Remove:
		return names.row(c, c.Want, doc.Absent())
	}
	r := names.row(c, c.Want, c.Have)
	if !c.Want.There() && r.sign == "+" { // the manifests know nothing of what was there
		r.sign, r.detail = "~", ""
	}
	return r
}

// Side is one side of a conflict in words: absent, or present with its attributes.
func Side(s doc.Side) string {
	if !s.There() {
		return "absent"
	}
	out := "present"
	for _, n := range s.Attrs().Names() {
		out += ", " + n + " " + string(s.Attrs()[n])
	}
	return Printable(out)
}
