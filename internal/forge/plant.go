package forge

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// folders are git trees by their paths, "." the root: what is in each, by name.
type folders map[string]map[string]entry

// clone is a copy to plant in.
func (t folders) clone() folders {
	out := make(folders, len(t))
	for dir, l := range t {
		out[dir] = maps.Clone(l)
	}
	return out
}

// plant puts files into the folders; a blob without a mode goes, and a folder that it leaves
// empty. It gives the folders that are other than before, each behind those in it, the root last.
func (t folders) plant(files map[string]blob) (changed []string, err error) {
	dirty := map[string]bool{".": true}
	for _, p := range slices.Sorted(maps.Keys(files)) {
		f := files[p]
		dir := path.Dir(p)
		if err := t.open(dir); err != nil {
			return nil, err
		}
		for d := dir; d != "."; d = path.Dir(d) {
			dirty[d] = true
		}
		switch old, there := t[dir][path.Base(p)]; {
		case there && old.kind != "blob":
			return nil, fmt.Errorf("'%s' is a %s", show(p), old.kind)
		case f.mode == "":
			delete(t[dir], path.Base(p))
		default:
			t[dir][path.Base(p)] = entry{f.mode, "blob", f.id}
		}
	}
	changed = slices.SortedFunc(maps.Keys(dirty), func(a, b string) int {
		return cmp.Or(depth(b)-depth(a), strings.Compare(a, b))
	})
	out := changed[:0]
	for _, d := range changed {
		if len(t[d]) == 0 && d != "." {
			delete(t[path.Dir(d)], path.Base(d))
			continue
		}
		if out = append(out, d); d != "." {
			t[path.Dir(d)][path.Base(d)] = entry{"040000", "tree", t.id(d)}
		}
	}
	return out, nil
}

// open makes a folder, and those above it, unless they are there.
func (t folders) open(dir string) error {
	if t[dir] != nil {
		return nil
	}
	up := path.Dir(dir)
	if err := t.open(up); err != nil {
		return err
	}
	if e, there := t[up][path.Base(dir)]; there {
		return fmt.Errorf("'%s' is a %s, not a folder", show(dir), e.kind)
	}
	t[dir] = map[string]entry{}
	return nil
}

// depth is how far a folder is from the root.
func depth(dir string) int {
	if dir == "." {
		return 0
	}
	return strings.Count(dir, "/") + 1
}

// id is git's id of a folder: of its entries, sorted as if the name of a folder ended with a slash.
func (t folders) id(dir string) string {
	key := func(name string) string {
		if t[dir][name].kind == "tree" {
			return name + "/"
		}
		return name
	}
	names := slices.SortedFunc(maps.Keys(t[dir]), func(a, b string) int { return strings.Compare(key(a), key(b)) })
	var b bytes.Buffer
	for _, name := range names {
		e := t[dir][name]
		id, _ := hex.DecodeString(e.id)
		fmt.Fprintf(&b, "%s %s\x00%s", strings.TrimLeft(e.mode, "0"), name, id)
	}
	return gitID("tree", b.Bytes())
}

// writeFolders writes folders into the repository, in one call. What is in them need not be there
// yet. It gives the id of the last, and trusts it only where git counts as we do.
func (m *mirror) writeFolders(ctx context.Context, t folders, dirs []string) (string, error) {
	var in, want strings.Builder
	for i, d := range dirs {
		if i > 0 {
			in.WriteByte(0)
		}
		for name, e := range t[d] {
			fmt.Fprintf(&in, "%s %s %s\t%s\x00", e.mode, e.kind, e.id, name)
		}
		want.WriteString(t.id(d) + "\n")
	}
	got, err := m.write(ctx, call{args: []string{"mktree", "-z", "--missing", "--batch"}, stdin: strings.NewReader(in.String())})
	if err != nil {
		return "", err
	}
	if got+"\n" != want.String() {
		return "", errors.New("git mktree: another tree than was meant")
	}
	return t.id("."), nil
}
