package forge

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// parts are the files of a distribution that bkt reads.
var parts = []string{"Containerfile", "repo.json", "source.json", ".gitignore", "manifests", "generated", "changelog"}

// Tree is the files of a commit (or tree) that bkt reads: Containerfile, repo.json,
// manifests/, generated/ and changelog/, with their modes. repo is a working tree or a bare
// repository. A symbolic link or a submodule among them is an error.
func Tree(ctx context.Context, h *host.Host, repo, commit string) (fs.FS, error) {
	l, err := openGit(h, repo).trees(ctx, commit)
	if err != nil {
		return nil, err
	}
	return l[0], nil
}

// openGit is git on a working tree, or on a bare repository.
func openGit(h *host.Host, dir string) *git {
	_, err := os.Lstat(filepath.Join(dir, ".git"))
	return &git{h: h, dir: dir, bare: err != nil}
}

// trees reads several trees through one process.
func (g *git) trees(ctx context.Context, commits ...string) ([]*treeFS, error) {
	o, err := g.objects(ctx)
	if err != nil {
		return nil, err
	}
	defer o.close()
	return o.trees(commits...)
}

// trees reads the parts of several trees: what stands equally deep at once, and the files last.
func (o *objects) trees(commits ...string) ([]*treeFS, error) {
	names, next := make([]string, len(commits)), make([]folder, len(commits))
	out := make([]*treeFS, len(commits))
	for i, c := range commits {
		names[i], next[i], out[i] = c+"^{tree}", folder{i, "."}, &treeFS{files: map[string]blob{}, folders: folders{}}
	}
	for len(names) > 0 {
		l, err := o.get(names...)
		if err != nil {
			return nil, err
		}
		at := next
		names, next = nil, nil
		for i, t := range l {
			ids, dirs, err := out[at[i].tree].list(at[i], t)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", short(commits[at[i].tree]), err)
			}
			names, next = append(names, ids...), append(next, dirs...)
		}
	}
	return out, o.fill(out)
}

// folder is one folder of one of several trees.
type folder struct {
	tree int
	path string
}

// list takes the entries of a folder, and gives the folders in it that are to be read.
func (t *treeFS) list(at folder, o object) (ids []string, dirs []folder, err error) {
	if o.kind != "tree" || o.data == nil {
		return nil, nil, fmt.Errorf("'%s' is a %s of %d bytes, not a folder", show(at.path), show(o.kind), o.size)
	}
	l, err := parseEntries(o.data, len(o.id)/2)
	if err != nil {
		return nil, nil, err
	}
	t.folders[at.path] = l
	for _, name := range slices.Sorted(maps.Keys(l)) {
		e, p := l[name], path.Join(at.path, name)
		switch {
		case at.path == "." && !slices.Contains(parts, name):
			continue
		case !fs.ValidPath(p) || path.Base(p) != name:
			return nil, nil, fmt.Errorf("'%s' is not the path of a file", show(at.path+"/"+name))
		case e.kind == "tree":
			ids, dirs = append(ids, e.id), append(dirs, folder{at.tree, p})
		case e.mode == "120000":
			return nil, nil, fmt.Errorf("'%s' is a symbolic link: refused", show(p))
		case e.kind != "blob":
			return nil, nil, fmt.Errorf("'%s' is a submodule: refused", show(p))
		case e.mode == "100755":
			t.files[p] = blob{mode: e.mode, id: e.id}
		default:
			t.files[p] = blob{mode: "100644", id: e.id}
		}
	}
	return ids, dirs, nil
}

// fill reads the files of trees, each content once.
func (o *objects) fill(l []*treeFS) error {
	data := map[string][]byte{}
	var ids []string
	for _, t := range l {
		for _, f := range t.files {
			if _, known := data[f.id]; !known {
				data[f.id], ids = nil, append(ids, f.id)
			}
		}
	}
	if len(ids) > 0 {
		got, err := o.get(ids...)
		if err != nil {
			return err
		}
		for _, b := range got {
			if data[b.id] = b.data; b.kind != "blob" {
				return fmt.Errorf("git cat-file: %s is a %s", short(b.id), show(b.kind))
			}
		}
	}
	for _, t := range l {
		for p, f := range t.files {
			if f.data = data[f.id]; f.data == nil {
				return fmt.Errorf("'%s' is larger than %d MiB", show(p), doc.Largest>>20)
			}
			t.files[p] = f
		}
		t.dirs = dirsOf(t.files)
	}
	return nil
}

// ahead is what is read of two commits before it is asked for.
type ahead struct {
	trees    []*treeFS
	descends bool // the second from the first
	err      error
}

// readAhead begins to read two commits, unless it has; what it gives waits for them.
func (m *mirror) readAhead(ctx context.Context, a, b string) func() ahead {
	k := [2]string{a, b}
	if wait, ok := m.ahead[k]; ok {
		return wait
	}
	var got ahead
	o, err := m.reading(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if got.err = err; err != nil {
			return
		}
		defer o.close()
		if got.descends, got.err = o.descends(b, a); got.err == nil {
			got.trees, got.err = o.trees(a, b)
		}
	}()
	wait := func() ahead {
		<-done
		got := got
		got.trees = slices.Clone(got.trees)
		return got
	}
	m.ahead = map[[2]string]func() ahead{k: wait}
	return wait
}

// trees reads several trees.
func (m *mirror) trees(ctx context.Context, commits ...string) ([]*treeFS, error) {
	o, err := m.reading(ctx)
	if err != nil {
		return nil, err
	}
	defer o.close()
	return o.trees(commits...)
}

// reading is a process that reads; one that waits already is taken.
func (m *mirror) reading(ctx context.Context) (*objects, error) {
	if o := m.reader; o != nil {
		m.reader = nil
		return o, nil
	}
	return m.objects(ctx)
}

// objectID says whether s is a whole object name.
func objectID(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// short is an object name as people write it.
func short(id string) string {
	if objectID(id) {
		return id[:7]
	}
	return id
}
