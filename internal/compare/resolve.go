package compare

import (
	"fmt"
	"strings"

	"bkt/internal/doc"
)

// Resolve says who wins a conflict: everywhere, or item by item.
type Resolve struct {
	all   string
	items []resolution
}

// resolution is one entry: whole is an id, or else the rest says which item.
type resolution struct{ whole, subsystem, scope, id, side string }

// The two sides of a conflict.
const (
	SideLocal    = "local"
	SideManifest = "manifest"
)

// ParseResolve reads --resolve: `local`, `manifest`, or a comma-separated list of
// `[SUBSYSTEM[@SCOPE]:]ID=local|manifest`.
func ParseResolve(text string) (Resolve, error) {
	if text == "" || text == SideLocal || text == SideManifest {
		return Resolve{all: text}, nil
	}
	var r Resolve
	for part := range strings.SplitSeq(text, ",") {
		at := strings.LastIndexByte(part, '=')
		if at <= 0 || part[at+1:] != SideLocal && part[at+1:] != SideManifest {
			return Resolve{}, fmt.Errorf("--resolve: '%s' is not local, manifest or ID=local|manifest", part)
		}
		one := resolution{whole: part[:at], side: part[at+1:]}
		if sub, id, ok := strings.Cut(one.whole, ":"); ok { // some ids have a colon of their own
			one.subsystem, one.scope, _ = strings.Cut(sub, "@")
			one.id = id
		}
		r.items = append(r.items, one)
	}
	return r, nil
}

// Side is SideLocal, SideManifest, or "" where nobody has decided.
func (r Resolve) Side(k doc.Key) string {
	for _, i := range r.items {
		if i.whole == k.ID || i.id == k.ID && i.subsystem == k.Subsystem && (i.scope == "" || i.scope == k.Scope) {
			return i.side
		}
	}
	return r.all
}

// Decide is the --resolve that gives one side all of these items.
func Decide(side string, l []doc.Change) string {
	var out []string
	for _, c := range l {
		name := c.Subsystem + ":" + c.ID
		if c.Scope != "" {
			name = c.Subsystem + "@" + c.Scope + ":" + c.ID
		}
		if strings.Contains(name, ",") {
			return side // the list has no way to name it
		}
		out = append(out, name+"="+side)
	}
	return strings.Join(out, ",")
}
