package generate

import (
	"fmt"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// titleLength is what forges and `git log` show of a subject.
const titleLength = 72

// Title says in one line what changes of the manifests mean: `Add package htop, app org.gnome.Boxes`.
func Title(changes []doc.Change, list []subsystem.Subsystem) string {
	if len(changes) == 0 {
		return "Regenerate the managed sections"
	}
	var parts []string
	for _, a := range []struct {
		effect doc.Effect
		verb   string
	}{{doc.Comes, "add"}, {doc.Returns, "put back"}, {doc.Alters, "update"}, {doc.Goes, "remove"}} {
		verb := a.verb + " "
		for _, c := range changes {
			if means(c, list) != a.effect || len(parts) == titleLength { // more would not fit anyway
				continue
			}
			parts = append(parts, verb+noun(list, c.Subsystem)+" "+c.ID)
			verb = ""
		}
	}
	out := parts[0]
	for i, p := range parts[1:] {
		more := fmt.Sprintf(" and %d more", len(changes)-1-i)
		if i == len(changes)-2 {
			more = ""
		}
		if len([]rune(out+", "+p+more)) > titleLength {
			out += fmt.Sprintf(" and %d more", len(changes)-1-i)
			break
		}
		out += ", " + p
	}
	return strings.ToUpper(out[:1]) + out[1:]
}

// effect is what a change does to the manifests.
func effect(c doc.Change) string {
	switch {
	case !c.Have.There():
		return doc.Remove
	case c.Want.There() || c.Action == doc.Update:
		return doc.Update
	}
	return doc.Add
}

// means is what a change does to the thing, whatever list of a manifest its entry stands in: to
// write down what is to go from the base removes it, and to take that back puts it back.
func means(c doc.Change, list []subsystem.Subsystem) doc.Effect {
	s, _ := subsystem.Find(list, c.Subsystem)
	e := subsystem.Effect(s, c.Want, c.Have)
	if e == doc.Comes && c.Action == doc.Update {
		return doc.Alters // no word of what was before
	}
	return e
}

func noun(list []subsystem.Subsystem, name string) string {
	if s, ok := subsystem.Find(list, name); ok {
		return s.Info().Noun
	}
	return name
}
