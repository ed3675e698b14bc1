package compare

import (
	"fmt"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
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
func Next(d *doc.Changes, published string, list []subsystem.Subsystem, names func(subsystem string, n int) string) []doc.Next {
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
	if why := toApply(d, list, names); why != "" {
		out = append(out, doc.Next{Command: "bkt apply", Why: why + " here"})
	}
	if n := count[doc.Conflict]; n > 0 {
		out = append(out, doc.Next{Command: "bkt capture --resolve local",
			Why: fmt.Sprintf("take this machine's side in %s", plural(n, "conflict", "conflicts"))})
	}
	return out
}

// toApply words what bkt-apply would do: `install 1 app, remove 1 extension`.
func toApply(d *doc.Changes, list []subsystem.Subsystem, names func(subsystem string, n int) string) string {
	var parts []string
	for _, verb := range []string{"install", "put back", "set", "remove", "un-layer"} {
		count, order := map[string]int{}, []string{}
		for _, c := range d.Changes {
			if c.Blocked != "" || c.Stage == doc.Proposed || c.Local() || !Applies(c.Class) || applying(c, list) != verb {
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
				text = verb + " " + text
			}
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ", ")
}

// applying is the verb for what bkt-apply does to a thing, whatever it does to the item.
func applying(c doc.Change, list []subsystem.Subsystem) string {
	if c.Class == doc.Redundant {
		return "un-layer"
	}
	s, _ := subsystem.Find(list, c.Subsystem)
	return map[doc.Effect]string{doc.Comes: "install", doc.Returns: "put back", doc.Alters: "set", doc.Goes: "remove"}[subsystem.Effect(s, c.Have, c.Want)]
}

func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
