package render

import (
	"fmt"
	"slices"
	"strings"

	"bkt/internal/doc"
)

// Request is what a pull request says.
type Request struct {
	Changes   []doc.Change // all that it holds
	Hostname  string       // the machine that it comes from
	Warnings  []string
	Unmanaged []doc.Unmanaged
	Names     Names
}

// Body is the request's text, in Markdown: a table of changes for each subsystem, what is left to
// do by hand, warnings, and what no manifest could reproduce, so that a reviewer can decide from
// it alone.
func (r Request) Body() string {
	var b strings.Builder
	if len(r.Changes) == 0 {
		b.WriteString("The managed sections and generated files are made anew from the manifests.\n")
	} else {
		fmt.Fprintf(&b, "What `%s` has, and your distribution should know.\n", code(r.Hostname))
	}
	for _, name := range subsystems(r.Changes) {
		r.table(&b, name)
	}
	told := r.manual(&b)
	if warnings := slices.DeleteFunc(slices.Clone(r.Warnings), func(w string) bool { return told[w] }); len(warnings) > 0 {
		b.WriteString("\n### Warnings\n\n")
		for _, w := range warnings {
			fmt.Fprintf(&b, "- %s\n", cell(w))
		}
	}
	if len(r.Unmanaged) > 0 {
		b.WriteString("\n### On the machine, and not in this pull request\n\nNo manifest could reproduce these.\n\n")
		for _, u := range r.Unmanaged {
			fmt.Fprintf(&b, "- %s `%s`: %s\n", r.Names.Noun(u.Subsystem), code(u.ID), cell(u.Reason))
		}
	}
	return b.String()
}

// table lists one subsystem's changes.
func (r Request) table(b *strings.Builder, name string) {
	fmt.Fprintf(b, "\n### %s\n\n| | | |\n|---|---|---|\n", title(r.Names.Plural(name)))
	for _, c := range r.Changes {
		if c.Subsystem != name {
			continue
		}
		e := r.Names.effect(c, c.Want, c.Have)
		word := map[doc.Effect]string{doc.Comes: "add", doc.Returns: "add", doc.Alters: "update", doc.Goes: "remove"}[e]
		fmt.Fprintf(b, "| %s | `%s` | %s |\n", word, code(c.ID), cell(r.Names.words(e, c, c.Want, c.Have)))
	}
}

// subsystems are those that changes are about, sorted.
func subsystems(changes []doc.Change) []string {
	var out []string
	for _, c := range changes {
		out = append(out, c.Subsystem)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// code is text fit for a Markdown code span in a table's cell.
func code(s string) string {
	return strings.NewReplacer("`", "'", "|", "¦").Replace(Printable(s))
}

// cell is text fit for a table's cell, without a meaning in Markdown or HTML.
func cell(s string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "<", "&lt;", "@", "@\u200b", "[", `\[`, "*", `\*`, "_", `\_`, "#", `\#`).
		Replace(Printable(s))
}
