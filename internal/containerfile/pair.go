package containerfile

import (
	"cmp"
	"slices"
)

// opened is a section whose end has not been seen yet, with those that began inside it.
type opened struct {
	marker
	inside []marker
}

// pair matches the markers to sections, in the order of the file. A section that is open at the end is no fault of its own
// where the file is cut, by a heredoc that swallows the rest of it.
func pair(markers []marker, cut bool, faults *faults) []section {
	var sections []section
	var open []opened
	seen := map[string]int{}
	for _, m := range markers {
		if m.end {
			at := lastOpen(open, m.name)
			if at < 0 {
				faults.add(m.line+1, "END of section %s without its start", m.name)
				continue
			}
			for _, n := range open[at].inside {
				faults.add(n.line+1, "section %s begins inside section %s of line %d", n.name, m.name, open[at].line+1)
			}
			sections = append(sections, section{name: m.name, start: open[at].line, end: m.line})
			open = slices.Delete(open, at, at+1)
			continue
		}
		if first, again := seen[m.name]; again {
			faults.add(m.line+1, "duplicate section %s, the first is in line %d", m.name, first+1)
		} else {
			seen[m.name] = m.line
		}
		if n := len(open); n > 0 {
			open[n-1].inside = append(open[n-1].inside, m)
		}
		open = append(open, opened{marker: m})
	}
	for _, o := range open {
		if !cut {
			faults.add(o.line+1, "section %s is not closed", o.name)
		}
	}
	slices.SortFunc(sections, func(a, b section) int { return cmp.Compare(a.start, b.start) })
	return sections
}

func lastOpen(open []opened, name string) int {
	for i := len(open) - 1; i >= 0; i-- {
		if open[i].name == name {
			return i
		}
	}
	return -1
}
