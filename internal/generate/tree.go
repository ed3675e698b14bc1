package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/host"
)

// current is a file as it is now; it must still be what was read.
func current(root string, f doc.File) (doc.File, error) {
	if err := doc.Path(f.Path); err != nil {
		return f, err
	}
	if err := noLink(root, f.Path); err != nil {
		return f, err
	}
	old := doc.File{Path: f.Path, Mode: f.Mode}
	b, err := os.ReadFile(filepath.Join(root, f.Path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if f.Base != nil {
			return f, fmt.Errorf("'%s' has gone since it was read", f.Path)
		}
		return old, nil
	case err != nil:
		return f, fmt.Errorf("cannot read '%s': %w", f.Path, host.Cause(err))
	case f.Base == nil || forge.BlobID(b) != *f.Base:
		return f, fmt.Errorf("'%s' has changed since it was read", f.Path)
	}
	text := string(b)
	old.Content = &text
	return old, nil
}

// absent are the folders on the way to a file that are not there, outermost first.
func absent(root, file string) []string {
	var out []string
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(root, dir)); err == nil {
			break
		}
		out = append([]string{dir}, out...)
	}
	return out
}

// writable says whether names may change in the folder of a file, or in the nearest one above
// it that is there.
func writable(root, file string) error {
	dir := path.Dir(file)
	if missing := absent(root, file); len(missing) > 0 {
		dir = path.Dir(missing[0])
	}
	const writeAndSearch = 0o3
	if err := syscall.Access(filepath.Join(root, dir), writeAndSearch); err != nil {
		return fmt.Errorf("cannot write '%s': %w", file, err)
	}
	return nil
}

// vanish removes a file that may be gone already.
func vanish(root, file string) error {
	if err := os.Remove(filepath.Join(root, file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove '%s': %w", file, host.Cause(err))
	}
	return nil
}

// noLink refuses a path with a symbolic link on the way: what it points to is not ours.
func noLink(root, file string) error {
	at := root
	for part := range strings.SplitSeq(file, "/") {
		at = filepath.Join(at, part)
		fi, err := os.Lstat(at)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if fi.Mode()&fs.ModeSymlink != 0 {
			return fmt.Errorf("'%s' goes through a symbolic link", file)
		}
	}
	return nil
}

func perm(mode string) fs.FileMode {
	if mode == "100755" {
		return 0o755
	}
	return 0o644
}
