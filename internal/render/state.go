package render

import (
	"io"
	"maps"
	"slices"
	"strings"

	"bkt/internal/doc"
)

// WriteState lists what a machine has beyond its image.
func WriteState(w io.Writer, s *doc.State, names Names, colour bool) error {
	p := &page{colour: colour}
	page := Page{Changes: &doc.Changes{Host: s.Host, Unmanaged: s.Unmanaged, Subsystems: map[string]doc.Status{}}, Names: names}
	page.head(p)
	for _, name := range slices.Sorted(maps.Keys(s.Subsystems)) {
		got := s.Subsystems[name]
		page.Changes.Subsystems[name] = doc.Status{Status: got.Status, Reason: got.Reason}
		var rows []row
		for _, i := range s.Items {
			if i.Subsystem == name {
				rows = append(rows, row{noun: names.Noun(name), name: Printable(i.ID), detail: Printable(names.Describe(i))})
			}
		}
		p.block(title(names.Plural(name)), rows)
	}
	if len(s.Items) == 0 && len(page.unknown()) == 0 {
		p.line("")
		p.line("Nothing beyond the image.")
	}
	p.block("Not reproducible from manifests", page.unmanaged())
	p.block("Not checked", page.unknown())
	return p.flush(w)
}

// title is s, which is plain ASCII, with a capital.
func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
