package render

import (
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"bkt/internal/doc"
)

// Page is the status page: what is out of sync, who changed it, and what to do next.
type Page struct {
	Changes  *doc.Changes
	Compared string // what the machine is compared with
	Names    Names
	Colour   bool
}

// WriteStatus writes the page.
func WriteStatus(w io.Writer, in Page) error {
	p := &page{colour: in.Colour}
	in.head(p)
	b := in.sort()
	p.block("Changed on this machine", b.here)
	p.block("Changed in your distribution", b.there)
	p.block("Changed on both sides", b.both)
	p.block("Cannot be brought here", b.blocked)
	p.block("On its way", b.way)
	p.block("Not reproducible from manifests", in.unmanaged())
	p.block("Not checked", in.unknown())
	if len(b.here)+len(b.there)+len(b.both)+len(b.blocked)+len(b.way) == 0 {
		p.line("")
		p.line("%s", verdict(in.Changes))
	}
	for _, f := range b.folded {
		p.line("")
		for l := range strings.Lines(f) {
			p.line("%s", p.paint(faint, strings.TrimSuffix(l, "\n")))
		}
	}
	in.next(p)
	return p.flush(w)
}

// verdict is what a page without a difference means.
func verdict(d *doc.Changes) string {
	if !checked(d) {
		return "Nothing was checked."
	}
	return "Everything that was checked is in sync."
}

// checked says whether a subsystem was looked at, at all.
func checked(d *doc.Changes) bool {
	for _, s := range d.Subsystems {
		if s.Status == doc.OK {
			return true
		}
	}
	return false
}

// head names the machine, its image, and what it is compared with.
func (in Page) head(p *page) {
	h := in.Changes.Host
	name := Printable(h.Hostname)
	var image string
	switch {
	case h.Image != nil:
		image = Printable(h.Image.Ref)
		if h.Image.Version != "" {
			image += "   " + Printable(h.Image.Version)
		}
		if h.Image.Staged != "" {
			image += ", " + Printable(h.Image.Staged) + " waits for a reboot"
		}
	case h.OS != nil:
		image = Printable(strings.TrimSpace(h.OS.ID + " " + h.OS.Version))
	}
	p.line("%s   %s", p.paint(bold, name), image)
	if in.Compared == "" {
		return
	}
	p.line("%s   compared with %s", strings.Repeat(" ", len([]rune(name))), Printable(in.Compared))
}

// blocks are the rows of the page, and what has none: it is folded into lines below it.
type blocks struct {
	here, there, both, way []row
	blocked                []row // in the distribution, and cannot be brought here
	kept                   []string
	declined, released     int
	folded                 []string
}

// sort puts each change into its block.
func (in Page) sort() blocks {
	var b blocks
	for _, c := range in.Changes.Changes {
		r := in.row(c)
		switch {
		case c.Stage == doc.Proposed:
			r.detail = PRName(c.PR)
			b.way = append(b.way, r.underway())
			continue
		case c.Stage == doc.Declined:
			b.declined++
			continue
		case c.Local():
			b.here = append(b.here, in.local(c))
			continue
		case c.Kept:
			b.kept = append(b.kept, r.sign+" "+r.noun+" "+r.name)
			continue
		}
		switch c.Class {
		case doc.Uncaptured, doc.ChangedHere, doc.RemovedHere:
			b.here = append(b.here, r)
		case doc.Missing, doc.ChangedThere, doc.Dropped, doc.Redundant:
			if c.Blocked != "" {
				r.detail = Printable(c.Blocked)
				b.blocked = append(b.blocked, r)
				continue
			}
			b.there = append(b.there, r)
		case doc.Conflict:
			b.both = append(b.both, r)
		case doc.PendingImage:
			b.way = append(b.way, r)
		case doc.Released:
			b.released++
		}
	}
	b.folded = in.fold(b)
	return b
}

// fold words what has no row.
func (in Page) fold(b blocks) []string {
	var out []string
	if len(b.kept) > 0 {
		text := fmt.Sprintf("Kept local (%d), done in an earlier boot: %s", len(b.kept), strings.Join(b.kept, ", "))
		out = append(out, strings.Join(append(wrap(text, columns), "  bkt local list --archived"), "\n"))
	}
	if b.declined > 0 {
		out = append(out, fmt.Sprintf("%d declined: the pull request was closed.", b.declined))
	}
	if b.released > 0 {
		verb := "were"
		if b.released == 1 {
			verb = "was"
		}
		out = append(out, fmt.Sprintf("%d %s here before bkt, and stay.", b.released, verb))
	}
	for _, name := range slices.Sorted(maps.Keys(in.Changes.Subsystems)) {
		if n := in.Changes.Subsystems[name].Hidden; n > 0 {
			out = append(out, fmt.Sprintf("%s not shown, by the policy or this machine's ignore file; to see %s:\n  bkt-drift --only %s",
				in.Names.Count(name, n), map[bool]string{true: "it", false: "them"}[n == 1], Printable(name)))
		}
	}
	return out
}

// row is one change as its block shows it.
func (in Page) row(c doc.Change) row {
	from, to := sides(c)
	r := in.Names.row(c, from, to)
	switch e := in.Names.effect(c, from, to); c.Class {
	case doc.RemovedHere:
		switch e {
		case doc.Goes:
			r.detail = "you removed it"
		case doc.Returns:
			r.detail = "you put it back"
		}
	case doc.Dropped:
		if e == doc.Goes {
			r.detail = "bkt installed it here"
		}
	case doc.Redundant:
		r.sign, r.detail = "-", "layered here, and the image has it now"
		if e == doc.Returns {
			r.detail = "removed here, and the image is without it now"
		}
	case doc.Conflict:
		r.sign = "!"
		r.detail = Printable("here " + sideText(c.Have, c.Want) + ", there " + sideText(c.Want, c.Have))
	case doc.PendingImage:
		r.detail = "in your distribution; the next image brings it"
		if e == doc.Goes {
			r.detail = "in your distribution; the next image is without it"
		}
		return r.underway()
	}
	return r
}

// sides are where a change leads from and to: whoever moved last is followed.
func sides(c doc.Change) (from, to doc.Side) {
	switch c.Class {
	case doc.Missing, doc.ChangedThere, doc.Dropped, doc.Redundant:
		return c.Have, c.Want
	case doc.PendingImage: // what is here meanwhile is no image's
		return doc.Absent(), c.Want
	}
	return c.Want, c.Have
}

// underway is the row of a change that others have to carry out. Most of them bring something,
// and need no sign.
func (r row) underway() row {
	if r.sign != "-" {
		r.sign = ""
	}
	return r
}

// local is the row of a change that the journal holds: whatever the manifests did meanwhile, it
// says what was done here.
func (in Page) local(c doc.Change) row {
	if !c.Want.Known() {
		c.Want = doc.Absent()
	}
	r := does(c, in.Names)
	if r.detail == "" {
		r.detail = "local"
	} else {
		r.detail += ", local"
	}
	return r
}

// Differences words what an update changes: `remote: flathub -> fedora`.
func Differences(from, to doc.Side) string {
	var out []string
	for _, n := range names(from, to) {
		a, b := string(from.Attrs()[n]), string(to.Attrs()[n])
		if a == b || a == "" || b == "" {
			continue
		}
		out = append(out, fmt.Sprintf("%s: %s -> %s", n, bare(a), bare(b)))
	}
	return strings.Join(out, ", ")
}

// sideText words one side of a conflict, in the attributes in which it differs.
func sideText(s, other doc.Side) string {
	if !s.There() {
		return "absent"
	}
	var out []string
	for _, n := range names(s, other) {
		if a := string(s.Attrs()[n]); a != "" && a != string(other.Attrs()[n]) && (!other.There() || other.Attrs()[n] != nil) {
			out = append(out, n+" "+bare(a))
		}
	}
	if len(out) == 0 {
		return "present"
	}
	return strings.Join(out, ", ")
}

func names(a, b doc.Side) []string {
	all := append(a.Attrs().Names(), b.Attrs().Names()...)
	slices.Sort(all)
	return slices.Compact(all)
}

// bare is a JSON value without the quotes of a string.
func bare(v string) string {
	var s string
	if a := (doc.Attrs{"v": []byte(v)}); len(v) > 0 && v[0] == '"' {
		s = a.String("v")
		return s
	}
	return v
}

// PRName is `pull request #12`, or `pushed to its branch` where only that is known.
func PRName(url string) string {
	if n := PRNumber(url); n != "" {
		return "pull request #" + n
	}
	return "pushed to its branch"
}

// PRNumber is 12 for the URL of a pull request, "" for any other: without gh only the page to
// compare a branch on is known.
func PRNumber(url string) string {
	if base := path.Base(url); strings.Trim(base, "0123456789") == "" {
		return base
	}
	return ""
}

func (in Page) unmanaged() []row {
	var out []row
	for _, u := range in.Changes.Unmanaged {
		out = append(out, row{sign: "?", noun: Printable(in.Names.Noun(u.Subsystem)), name: Printable(u.ID), detail: Printable(u.Reason)})
	}
	return out
}

func (in Page) unknown() []row {
	var out []row
	for _, name := range slices.Sorted(maps.Keys(in.Changes.Subsystems)) {
		s := in.Changes.Subsystems[name]
		if s.Status != doc.OK || s.Reason != "" {
			out = append(out, row{sign: "?", noun: Printable(in.Names.Plural(name)), detail: Printable(s.Reason)})
		}
	}
	return out
}

func (in Page) next(p *page) {
	steps := in.Changes.Steps
	if len(in.Changes.Next)+len(steps) == 0 {
		return
	}
	width := 0
	if len(steps) > 0 {
		width = len(markDone)
	}
	for _, n := range in.Changes.Next {
		width = max(width, len([]rune(n.Command)))
	}
	p.line("")
	p.line("%s", p.paint(bold, "Next"))
	for _, n := range in.Changes.Next {
		p.line("  %s%s", pad(Printable(n.Command), width+3), Printable(n.Why))
	}
	if len(steps) > 0 {
		p.next(steps, width+3)
	}
}
