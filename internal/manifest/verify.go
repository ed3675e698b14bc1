package manifest

import (
	"slices"
	"strconv"
	"strings"
)

// same says whether two values mean the same, members in the same order.
func same(a, b *node) bool {
	if a.raw != "" && a.raw == b.raw {
		return true
	}
	if a.kind != b.kind || len(a.kids) != len(b.kids) {
		return false
	}
	switch a.kind {
	case '"':
		return unquote(a.raw) == unquote(b.raw)
	case '{', '[':
		for i := range a.kids {
			if a.kids[i].name != b.kids[i].name || !same(&a.kids[i], &b.kids[i]) {
				return false
			}
		}
		return true
	}
	return a.raw == b.raw
}

// canonical appends a text that is equal for values that mean the same, in whatever order their members stand.
func canonical(b []byte, n *node) []byte {
	switch n.kind {
	case '"':
		return sized(b, unquote(n.raw))
	case '{':
		b = append(b, '{')
		var few [8]int
		for _, i := range byName(n, few[:0]) {
			b = sized(b, n.kids[i].name)
			b = append(canonical(b, &n.kids[i]), ',')
		}
		return append(b, '}')
	case '[':
		b = append(b, '[')
		for i := range n.kids {
			b = append(canonical(b, &n.kids[i]), ',')
		}
		return append(b, ']')
	}
	return append(b, n.raw...)
}

// sized appends text with its length before it, so that no other text can look the same.
func sized(b []byte, text string) []byte {
	b = strconv.AppendInt(append(b, '"'), int64(len(text)), 10)
	return append(append(b, ':'), text...)
}

// byName appends the indexes of the members, ordered by name.
func byName(n *node, order []int) []int {
	for i := range n.kids {
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(n.kids[a].name, n.kids[b].name) })
	return order
}

// with is the root after the value at keys has become want.
func with(n node, keys []string, want node) node {
	if len(keys) == 0 {
		want.name = n.name
		return want
	}
	changed := node{kind: n.kind, name: n.name, kids: slices.Clone(n.kids)}
	for i := range changed.kids {
		if changed.kids[i].name == keys[0] {
			changed.kids[i] = with(changed.kids[i], keys[1:], want)
		}
	}
	return changed
}
