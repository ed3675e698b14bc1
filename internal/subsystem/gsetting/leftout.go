package gsetting

import (
	_ "embed"
	"path"
	"slices"
	"strings"
)

// leftOutText is the list of keys that never leave a machine: `SCHEMA KEY` on each line, both with * and ?; ! begins an
// exception.
//
//go:embed left-out.txt
var leftOutText string

// list are patterns of keys.
type list struct{ out, in [][2]string }

// leftOut reads the list.
func leftOut() list {
	var l list
	for line := range strings.Lines(leftOutText) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) != 2 {
			continue
		}
		if schema, not := strings.CutPrefix(f[0], "!"); not {
			l.in = append(l.in, [2]string{schema, f[1]})
		} else {
			l.out = append(l.out, [2]string{f[0], f[1]})
		}
	}
	return l
}

// has says whether a key is on the list. The path of a relocatable schema does not count.
func (l list) has(schema, key string) bool {
	schema, _, _ = strings.Cut(schema, ":")
	return one(l.out, schema, key) && !one(l.in, schema, key)
}

func one(l [][2]string, schema, key string) bool {
	return slices.ContainsFunc(l, func(p [2]string) bool { return matches(p[1], key) && matches(p[0], schema) })
}

// matches takes a few forms apart by hand: there are hundreds of patterns and thousands of keys.
func matches(glob, s string) bool {
	switch body := strings.Trim(glob, "*"); {
	case glob == "*":
		return true
	case strings.ContainsAny(body, "*?["):
		ok, err := path.Match(glob, s)
		return ok && err == nil
	case body == glob:
		return s == glob
	case glob[0] != '*':
		return strings.HasPrefix(s, body)
	case glob[len(glob)-1] != '*':
		return strings.HasSuffix(s, body)
	default:
		return strings.Contains(s, body)
	}
}
