package manifest

import (
	"sort"
	"strings"
)

// arrange gives each new element its place: the index of the element that it comes before. The result is in the order in
// which it is to be written.
func (e Edit) arrange(f *File, list *node, gone map[int]bool) []part {
	fresh := e.unseen(list, gone)
	if len(fresh) == 0 {
		return nil
	}
	old, ok := e.keys(f, list.kids)
	added := meaning('[', fresh)
	new, okNew := e.keys(nil, added.kids)
	if ok = ok && okNew; ok && !sort.StringsAreSorted(old) {
		fold(old)
		fold(new)
		ok = sort.StringsAreSorted(old)
	}
	for i := range fresh {
		fresh[i].gap = len(list.kids)
		if ok {
			fresh[i].gap = sort.Search(len(old), func(at int) bool { return old[at] > new[i] })
		}
	}
	if ok {
		sort.Stable(byKey{fresh, new})
	}
	return fresh
}

// unseen gives the new elements that the list does not have, each once.
func (e Edit) unseen(list *node, gone map[int]bool) []part {
	if len(e.Insert) == 0 {
		return nil
	}
	seen := make(map[string]bool, len(list.kids)+len(e.Insert))
	var key []byte
	for i := range list.kids {
		if key = canonical(key[:0], &list.kids[i]); !gone[i] {
			seen[string(key)] = true
		}
	}
	fresh := make([]part, 0, len(e.Insert))
	for i := range e.Insert {
		value := &e.Insert[i].node
		if key = canonical(key[:0], value); !seen[string(key)] {
			fresh = append(fresh, part{old: -1, node: value})
			seen[string(key)] = true
		}
	}
	return fresh
}

// keys gives what the elements are ordered by; ok is false when they have no order.
func (e Edit) keys(f *File, kids []node) (keys []string, ok bool) {
	keys = make([]string, len(kids))
	for i := range kids {
		element := Element{file: f, node: &kids[i], index: i}
		if e.SortKey != nil {
			keys[i] = e.SortKey(element)
			continue
		}
		if keys[i], ok = element.Text(); !ok {
			return nil, false
		}
	}
	return keys, true
}

func fold(keys []string) {
	for i := range keys {
		keys[i] = strings.ToLower(keys[i])
	}
}

// byKey orders new elements together with their keys.
type byKey struct {
	parts []part
	keys  []string
}

func (b byKey) Len() int           { return len(b.parts) }
func (b byKey) Less(i, j int) bool { return b.keys[i] < b.keys[j] }
func (b byKey) Swap(i, j int) {
	b.parts[i], b.parts[j] = b.parts[j], b.parts[i]
	b.keys[i], b.keys[j] = b.keys[j], b.keys[i]
}
