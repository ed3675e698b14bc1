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

// entry is one line of a git tree.
type entry struct{ mode, kind, id string }

// folders are git trees by their paths, "." the root: what is in each, by name.
type folders map[string]map[string]entry

// folders lists a tree with all that is in it.
func (m *mirror) folders(ctx context.Context, tree string) (folders, error) {
	b, err := m.read(ctx, "ls-tree", "-r", "-t", "-z", tree)
	if err != nil {
		return nil, err
	}
	return parseFolders(b)
}

// foldersAhead begins to list a tree; what it gives waits for it.
func (m *mirror) foldersAhead(ctx context.Context, tree string) func() (folders, error) {
	var t folders
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		t, err = m.folders(ctx, tree)
	}()
	return func() (folders, error) {
		<-done
		return t, err
	}
}

// parseFolders reads `git ls-tree -r -t -z`: mode, type, id, a tab, the path, NUL.
func parseFolders(b []byte) (folders, error) {
	t := folders{".": {}}
	for len(b) > 0 {
		rec, rest, ok := bytes.Cut(b, []byte{0})
		head, name, tab := strings.Cut(string(rec), "\t")
		f := strings.Split(head, " ")
		if !ok || !tab || len(f) != 3 || !objectID(f[2]) || name == "" {
			return nil, fmt.Errorf("git ls-tree: '%s' is not a line of it", show(string(rec)))
		}
		b = rest
		dir := t[path.Dir(name)]
		if dir == nil {
			return nil, fmt.Errorf("git ls-tree: '%s' stands in no folder", show(name))
		}
		dir[path.Base(name)] = entry{f[0], f[1], f[2]}
		if f[1] == "tree" {
			t[name] = map[string]entry{}
		}
	}
	return t, nil
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
