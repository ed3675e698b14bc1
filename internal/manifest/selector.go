package manifest

import (
	"fmt"
	"slices"
	"strings"
)

// Selector is what --only and --exclude take: some subsystems whole, of others the ids that a glob matches. The zero
// Selector is empty and matches nothing.
type Selector struct {
	picks []pick
}

type pick struct {
	subsystem, scope, glob string // scope "": any; glob "": all
}

// ParseSelector reads SUBSYSTEM[@SCOPE][:GLOB], separated by commas; \, is a comma inside a glob (globs: Policy.Ignored).
// A subsystem that is not one of subsystems is an error that names them.
func ParseSelector(text string, subsystems []string) (Selector, error) {
	var s Selector
	if text == "" {
		return s, nil
	}
	for _, item := range splitCommas(text) {
		name, pattern, colon := strings.Cut(item, ":")
		subsystem, scope, at := strings.Cut(name, "@")
		switch {
		case !slices.Contains(subsystems, subsystem):
			return Selector{}, fmt.Errorf("'%s': unknown subsystem '%s' (known: %s)", text, subsystem, strings.Join(subsystems, ", "))
		case at && scope != "system" && scope != "user":
			return Selector{}, fmt.Errorf("'%s': unknown scope '%s' (known: system, user)", text, scope)
		case colon && pattern == "":
			return Selector{}, fmt.Errorf("'%s': no id after '%s:'", text, name)
		}
		s.picks = append(s.picks, pick{subsystem, scope, pattern})
	}
	return s, nil
}

// splitCommas cuts at commas that have no backslash before them; the backslash stays, a glob takes it as \, anyway.
func splitCommas(text string) []string {
	var items []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ',':
			items = append(items, text[start:i])
			start = i + 1
		}
	}
	return append(items, text[start:])
}

// Empty says that nothing was selected, which for --only means everything.
func (s Selector) Empty() bool { return len(s.picks) == 0 }

// Match says whether the item is selected. An item without a scope is, where none was asked for.
func (s Selector) Match(subsystem, scope, id string) bool {
	return slices.ContainsFunc(s.picks, func(p pick) bool {
		return p.subsystem == subsystem && (p.scope == "" || p.scope == scope) && (p.glob == "" || glob(p.glob, id))
	})
}

// Whole says whether the subsystem is selected without a glob or scope.
func (s Selector) Whole(subsystem string) bool {
	return slices.Contains(s.picks, pick{subsystem: subsystem})
}

// Subsystems names the subsystems of which something is selected, sorted, each once.
func (s Selector) Subsystems() []string {
	var names []string
	for _, p := range s.picks {
		names = append(names, p.subsystem)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
