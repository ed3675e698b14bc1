package render

import (
	"io"
	"strings"
	"unicode/utf8"

	"bkt/internal/doc"
)

// WriteList lists what a document would put into a pull request, a line for each change that
// is not there yet: how --only names the item, a tab, and the words for people. Files that
// stand for themselves are one line, named `-`.
func WriteList(w io.Writer, in *doc.Files, names Names) error {
	var rows []row
	var selectors []string
	for _, c := range in.Changes {
		if c.Stage == doc.Proposed {
			continue
		}
		selectors = append(selectors, Selector(c.Key()))
		rows = append(rows, listed(c, names))
	}
	if len(in.Changes) == 0 && len(in.Files) > 0 {
		var paths []string
		for _, f := range in.Files {
			paths = append(paths, f.Path)
		}
		selectors = append(selectors, "-")
		rows = append(rows, row{sign: "~", noun: "files", name: Printable(strings.Join(paths, ", ")), detail: "made anew from the manifests"})
	}
	return writeRows(w, selectors, rows)
}

// writeRows writes a line for each row, behind how --only names it.
func writeRows(w io.Writer, selectors []string, rows []row) error {
	p := &page{}
	noun, name := widths(rows)
	for i, r := range rows {
		text := r.sign + " " + pad(r.noun, noun+2)
		if r.detail == "" {
			p.line("%s\t%s%s", selectors[i], text, r.name)
			continue
		}
		p.line("%s\t%s%s%s", selectors[i], text, pad(r.name, name+2), r.detail)
	}
	return p.flush(w)
}

// listed words what a change does to the manifests.
func listed(c doc.Change, names Names) row {
	r := names.row(c, c.Want, c.Have)
	if r.sign == "-" && !c.Have.There() {
		r.detail = ""
		if c.Class == doc.RemovedHere {
			r.detail = "removed here"
		}
	}
	return r
}

// widths are those of the columns for nouns and names; a very long name does not count.
func widths(rows []row) (noun, name int) {
	for _, r := range rows {
		noun = max(noun, utf8.RuneCountInString(r.noun))
		if n := utf8.RuneCountInString(r.name); n <= 40 {
			name = max(name, n)
		}
	}
	return noun, name
}

// Selector names one item as --only takes it: flatpak@user:org.gnome.Maps.
func Selector(k doc.Key) string {
	// A control character is left to ?, which matches any.
	id := Printable(strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `,`, `\,`).Replace(k.ID))
	if k.Scope != "" {
		return k.Subsystem + "@" + k.Scope + ":" + id
	}
	return k.Subsystem + ":" + id
}
