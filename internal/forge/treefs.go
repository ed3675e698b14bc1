package forge

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// blob is one file of a git tree.
type blob struct {
	mode string // 100644 or 100755
	id   string
	data []byte
}

// treeFS is the files of a git tree in memory, as a read-only fs.FS.
type treeFS struct {
	files map[string]blob
	dirs  map[string][]string // names in each folder, sorted; "." is the root

	folders folders // what git has of them, and nothing of with; those of the root without what bkt does not read
}

// newTreeFS makes the folders that the files need.
func newTreeFS(files map[string]blob) *treeFS { return &treeFS{files: files, dirs: dirsOf(files)} }

func dirsOf(files map[string]blob) map[string][]string {
	dirs := map[string][]string{".": nil}
	for p := range files {
		for p != "." {
			dir := path.Dir(p)
			_, known := dirs[dir]
			dirs[dir] = append(dirs[dir], path.Base(p))
			if known {
				break
			}
			p = dir
		}
	}
	for _, l := range dirs {
		slices.Sort(l)
	}
	return dirs
}

// with is the tree with some files replaced; a blob without a mode takes its file away.
func (t *treeFS) with(change map[string]blob) *treeFS {
	files := maps.Clone(t.files)
	for p, b := range change {
		if b.mode == "" {
			delete(files, p)
		} else {
			files[p] = b
		}
	}
	return newTreeFS(files)
}

// stat finds a file or a folder.
func (t *treeFS) stat(op, name string) (info, error) {
	if !fs.ValidPath(name) {
		return info{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	if b, ok := t.files[name]; ok {
		mode := fs.FileMode(0o644)
		if b.mode == "100755" {
			mode = 0o755
		}
		return info{path.Base(name), int64(len(b.data)), mode}, nil
	}
	if _, ok := t.dirs[name]; ok {
		return info{path.Base(name), 0, fs.ModeDir | 0o755}, nil
	}
	return info{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
}

// Open implements fs.FS.
func (t *treeFS) Open(name string) (fs.File, error) {
	i, err := t.stat("open", name)
	if err != nil {
		return nil, err
	}
	if i.IsDir() {
		l, err := t.ReadDir(name)
		return &openDir{info: i, rest: l}, err
	}
	return &openFile{bytes.NewReader(t.files[name].data), i}, nil
}

// Stat implements fs.StatFS.
func (t *treeFS) Stat(name string) (fs.FileInfo, error) { return t.stat("stat", name) }

// ReadFile implements fs.ReadFileFS.
func (t *treeFS) ReadFile(name string) ([]byte, error) {
	i, err := t.stat("open", name)
	if err != nil {
		return nil, err
	}
	if i.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	return bytes.Clone(t.files[name].data), nil
}

// ReadDir implements fs.ReadDirFS.
func (t *treeFS) ReadDir(name string) ([]fs.DirEntry, error) {
	i, err := t.stat("open", name)
	if err != nil {
		return nil, err
	}
	if !i.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	l := make([]fs.DirEntry, 0, len(t.dirs[name]))
	for _, n := range t.dirs[name] {
		i, err := t.stat("stat", strings.TrimPrefix(name+"/"+n, "./"))
		if err != nil {
			return nil, err
		}
		l = append(l, fs.FileInfoToDirEntry(i))
	}
	return l, nil
}

// info is what a git tree knows of a file; it keeps no times.
type info struct {
	name string
	size int64
	mode fs.FileMode
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }

type openFile struct {
	*bytes.Reader
	info info
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFile) Close() error               { return nil }

type openDir struct {
	info info
	rest []fs.DirEntry
}

func (d *openDir) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *openDir) Close() error               { return nil }

func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.info.name, Err: fs.ErrInvalid}
}

func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		l := d.rest
		d.rest = nil
		return l, nil
	}
	if len(d.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.rest))
	l := d.rest[:n]
	d.rest = d.rest[n:]
	return l, nil
}
