package forge

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"bkt/internal/doc"
)

// dirFS is a folder of the machine as an fs.FS that follows no symbolic link and opens
// nothing but files and folders, so that nothing outside the folder is ever read.
type dirFS struct{ root *os.Root }

// openDirFS opens a folder; the path to it may hold links.
func openDirFS(dir string) (*dirFS, error) {
	r, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &dirFS{r}, nil
}

// Open implements fs.FS.
func (d *dirFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		fi, err := d.root.Lstat(name[:i])
		if err != nil {
			return nil, err
		}
		if m := fi.Mode(); !m.IsDir() && !m.IsRegular() {
			what := "not a file"
			if m&fs.ModeSymlink != 0 {
				what = "a symbolic link"
			}
			return nil, &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("'%s' is %s: refused", name[:i], what)}
		}
	}
	return d.root.Open(name)
}

// ReadFile implements fs.ReadFileFS: a file that no distribution has is not taken into memory.
func (d *dirFS) ReadFile(name string) ([]byte, error) {
	f, err := d.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, doc.Largest+1))
	if err == nil && len(b) > doc.Largest {
		err = &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("'%s' is larger than %d MiB", name, doc.Largest>>20)}
	}
	return b, err
}

// manifestsFS shows one folder as the manifests/ of a distribution without anything else.
type manifestsFS struct{ dir fs.FS }

// Open implements fs.FS.
func (m manifestsFS) Open(name string) (fs.File, error) {
	const dir = fs.ModeDir | 0o755
	switch {
	case name == ".":
		only := fs.FileInfoToDirEntry(info{"manifests", 0, dir})
		return &openDir{info{".", 0, dir}, []fs.DirEntry{only}}, nil
	case !fs.ValidPath(name):
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	case name == "manifests":
		return m.dir.Open(".")
	case strings.HasPrefix(name, "manifests/"):
		return m.dir.Open(strings.TrimPrefix(name, "manifests/"))
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile implements fs.ReadFileFS.
func (m manifestsFS) ReadFile(name string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(name, "manifests/"); ok && fs.ValidPath(name) {
		return fs.ReadFile(m.dir, rest)
	}
	_, err := m.Open(name)
	if err == nil {
		err = &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	return nil, err
}
