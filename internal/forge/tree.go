package forge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
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

// trees reads several trees: one ls-tree each, at the same time, and one cat-file for all.
func (g *git) trees(ctx context.Context, commits ...string) ([]*treeFS, error) {
	lists := make([]map[string]blob, len(commits))
	errs := make([]error, len(commits))
	var wg sync.WaitGroup
	for i, c := range commits {
		wg.Go(func() { lists[i], errs[i] = g.listing(ctx, c) })
	}
	wg.Wait()
	need := map[string]bool{}
	var order strings.Builder
	for i, l := range lists {
		if errs[i] != nil {
			return nil, errs[i]
		}
		for _, f := range l {
			if !need[f.id] {
				need[f.id] = true
				order.WriteString(f.id + "\n")
			}
		}
	}
	data := map[string][]byte{}
	if len(need) > 0 {
		res, err := g.run(ctx, call{args: []string{"cat-file", "--batch"}, effect: run.Reads, stdin: strings.NewReader(order.String())})
		if err != nil {
			return nil, err
		}
		if data, err = parseBlobs(res.Stdout); err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
	}
	out := make([]*treeFS, len(commits))
	for i, l := range lists {
		for p, f := range l {
			b, ok := data[f.id]
			if !ok {
				return nil, fmt.Errorf("git cat-file: no answer for '%s'", p)
			}
			f.data = b
			l[p] = f
		}
		out[i] = newTreeFS(l)
	}
	return out, nil
}

// readAhead begins to read the trees of two commits, unless it has; what it gives waits for them.
func (m *mirror) readAhead(ctx context.Context, a, b string) func() ([]*treeFS, error) {
	k := [2]string{a, b}
	if wait, ok := m.ahead[k]; ok {
		return wait
	}
	var l []*treeFS
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		l, err = m.trees(ctx, a, b)
	}()
	wait := func() ([]*treeFS, error) {
		<-done
		return slices.Clone(l), err
	}
	m.ahead = map[[2]string]func() ([]*treeFS, error){k: wait}
	return wait
}

// listing is the files of a tree without their bytes.
func (g *git) listing(ctx context.Context, commit string) (map[string]blob, error) {
	b, err := g.read(ctx, append([]string{"ls-tree", "-r", "-l", "-z", commit, "--"}, parts...)...)
	if err != nil {
		return nil, err
	}
	l, err := parseTree(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", short(commit), err)
	}
	return l, nil
}

// parseTree reads `git ls-tree -r -l -z`: mode, type, id, size, a tab, the path, NUL.
func parseTree(b []byte) (map[string]blob, error) {
	files := map[string]blob{}
	for len(b) > 0 {
		rec, rest, ok := bytes.Cut(b, []byte{0})
		if !ok {
			return nil, errors.New("git ls-tree: cut off")
		}
		b = rest
		head, path, ok := strings.Cut(string(rec), "\t")
		f := strings.Fields(head)
		if !ok || len(f) != 4 || !objectID(f[2]) || !fs.ValidPath(path) {
			return nil, fmt.Errorf("git ls-tree: '%s' is not a line of it", show(string(rec)))
		}
		switch {
		case f[0] == "120000":
			return nil, fmt.Errorf("'%s' is a symbolic link: refused", show(path))
		case f[1] != "blob":
			return nil, fmt.Errorf("'%s' is a %s: refused", show(path), strings.Replace(f[1], "commit", "submodule", 1))
		}
		if n, err := strconv.Atoi(f[3]); err != nil || n < 0 {
			return nil, fmt.Errorf("git ls-tree: '%s' is not a size", f[3])
		} else if n > doc.Largest {
			return nil, fmt.Errorf("'%s' is larger than %d MiB", show(path), doc.Largest>>20)
		}
		if _, twice := files[path]; twice {
			return nil, fmt.Errorf("git ls-tree: '%s' stands twice", show(path))
		}
		mode := "100644"
		if f[0] == "100755" {
			mode = f[0]
		}
		files[path] = blob{mode: mode, id: f[2]}
	}
	return files, nil
}

// parseBlobs reads `git cat-file --batch`: id, type, size, newline, the bytes, newline.
func parseBlobs(b []byte) (map[string][]byte, error) {
	out := map[string][]byte{}
	for len(b) > 0 {
		head, rest, ok := bytes.Cut(b, []byte("\n"))
		f := strings.Split(string(head), " ")
		if !ok || len(f) != 3 || !objectID(f[0]) {
			return nil, fmt.Errorf("unexpected answer '%s'", show(string(head)))
		}
		n, err := strconv.Atoi(f[2])
		if f[1] != "blob" || err != nil || n < 0 || n >= len(rest) || rest[n] != '\n' {
			return nil, fmt.Errorf("unexpected answer '%s'", show(string(head)))
		}
		out[f[0]] = rest[:n:n]
		b = rest[n+1:]
	}
	return out, nil
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
