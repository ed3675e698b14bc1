package render

import (
	"fmt"
	"io"
	"strings"
	"time"

	"bkt/internal/doc"
)

// WriteShort is the status page in one line, for a prompt or a notification.
func WriteShort(w io.Writer, d *doc.Changes) error {
	b := Page{Changes: d, Names: Names{
		Noun: func(s string) string { return s }, Plural: func(s string) string { return s },
		Describe: func(doc.Item) string { return "" },
	}}.sort()
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{
		{len(b.here), "changed here"}, {len(b.there), "changed in the distribution"},
		{len(b.both), "changed on both sides"}, {len(b.blocked), "that cannot be brought here"}, {len(b.way), "on the way"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(parts) == 0 {
		parts = []string{"in sync"}
		if !checked(d) {
			parts = []string{"nothing was checked"}
		}
	}
	if len(d.Steps) > 0 {
		parts = append(parts, byHand(d.Steps))
	}
	_, err := fmt.Fprintln(w, strings.Join(parts, ", "))
	return err
}

// Ago words how long something is past.
func Ago(d time.Duration) string {
	for _, u := range []struct {
		d         time.Duration
		one, more string
	}{{24 * time.Hour, "a day", "days"}, {time.Hour, "an hour", "hours"}, {time.Minute, "a minute", "minutes"}} {
		if n := int(d / u.d); n == 1 {
			return u.one + " ago"
		} else if n > 1 {
			return fmt.Sprintf("%d %s ago", n, u.more)
		}
	}
	return "just now"
}
