package manifest

import (
	"slices"
	"sort"
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

// canonical is equal for values that mean the same, in whatever order their members stand.
func canonical(n *node) string {
	switch n.kind {
	case '"':
		if !strings.Contains(n.raw, `\`) {
			return n.raw
		}
		return strconv.Quote(unquote(n.raw))
	case '{', '[':
		texts := make([]string, len(n.kids))
		for i := range n.kids {
			texts[i] = canonical(&n.kids[i])
			if n.kind == '{' {
				texts[i] = strconv.Quote(n.kids[i].name) + ":" + texts[i]
			}
		}
		if n.kind == '{' {
			sort.Strings(texts)
		}
		return string(n.kind) + strings.Join(texts, ",") + "]"
	}
	return n.raw
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
