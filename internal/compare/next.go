package compare

import (
	"fmt"
	"slices"
	"strings"

	"bkt/internal/doc"
)

// Drift counts the differences that are not settled: not what is proposed or was declined,
// not what bkt leaves alone for ever, not what is kept local or blocked here. What the next image brings
// counts until it is booted.
func Drift(d *doc.Changes) int {
	n := 0
	for _, c := range d.Changes {
		if c.Stage != doc.Proposed && c.Stage != doc.Declined && c.Class != doc.Released && !c.Kept && c.Blocked == "" {
			n++
		}
	}
	return n
}

// Next are the commands that bring this machine and its distribution together, at most one
// for each kind of difference. names words a number of a subsystem's things: `2 apps`.
func Next(d *doc.Changes, published string, names func(subsystem string, n int) string) []doc.Next {
	count, local := map[string]int{}, 0
	for _, c := range d.Changes {
		switch {
		case c.Stage == doc.Proposed || c.Stage == doc.Declined || c.Kept:
		case c.Local():
			local++
		default:
			count[c.Class]++
		}
	}
	where := "a pull request"
	if published != "" {
		where = published
	}
	var out []doc.Next
	if n := local + count[doc.Uncaptured] + count[doc.ChangedHere] + count[doc.RemovedHere]; n > 0 {
		out = append(out, doc.Next{Command: "bkt capture", Why: fmt.Sprintf("put %s into %s", plural(n, "change of yours", "changes of yours"), where)})
	}
	if why := toApply(d, names); why != "" {
		out = append(out, doc.Next{Command: "bkt apply", Why: why + " here"})
	}
	if n := count[doc.Conflict]; n > 0 {
		out = append(out, doc.Next{Command: "bkt capture --resolve local",
			Why: fmt.Sprintf("take this machine's side in %s", plural(n, "conflict", "conflicts"))})
	}
	return out
}

// toApply words what bkt-apply would do: `install 1 app, remove 1 extension`.
func toApply(d *doc.Changes, names func(subsystem string, n int) string) string {
	var parts []string
	for _, v := range []struct {
		verb    string
		classes []string
	}{
		{"install", []string{doc.Missing}}, {"set", []string{doc.ChangedThere}},
		{"remove", []string{doc.Dropped}}, {"un-layer", []string{doc.Redundant}},
	} {
		count, order := map[string]int{}, []string{}
		for _, c := range d.Changes {
			if c.Blocked != "" || c.Stage == doc.Proposed || c.Local() || !slices.Contains(v.classes, c.Class) {
				continue
			}
			if count[c.Subsystem] == 0 {
				order = append(order, c.Subsystem)
			}
			count[c.Subsystem]++
		}
		for n, name := range order {
			text := names(name, count[name])
			if n == 0 {
				text = v.verb + " " + text
			}
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ", ")
}

func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
