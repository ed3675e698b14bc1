package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// WriteFile replaces a file atomically and durably: a new file beside it, synced, renamed
// over it, the folder synced. A symbolic link stays, and what it points to is replaced. An
// existing file keeps its mode but for being executable; perm is for a new one.
func (h *Host) WriteFile(path string, data []byte, perm fs.FileMode) error {
	if h.would("write", path) {
		return nil
	}
	p, err := Prepare(h.Path(path), data, perm)
	if err != nil {
		return err
	}
	return p.Commit()
}

// MkdirAll makes a folder of the machine, with those above it.
func (h *Host) MkdirAll(path string, perm fs.FileMode) error {
	if h.Exists(path) || h.would("make the folder", path) {
		return nil
	}
	return os.MkdirAll(h.Path(path), perm)
}

// Remove removes a file, a link or an empty folder; one that is not there is no error.
func (h *Host) Remove(path string) error {
	if h.would("remove", path) {
		return nil
	}
	err := os.Remove(h.Path(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot remove '%s': %w", path, Cause(err))
	}
	return SyncDir(filepath.Dir(h.Path(path)))
}

// Symlink makes a link to target; one that is there already and says the same is no error.
func (h *Host) Symlink(target, path string) error {
	if h.would("link", path) {
		return nil
	}
	if old, err := os.Readlink(h.Path(path)); err == nil && old == target {
		return nil
	}
	if err := os.Symlink(target, h.Path(path)); err != nil {
		return fmt.Errorf("cannot link '%s': %w", path, Cause(err))
	}
	return SyncDir(filepath.Dir(h.Path(path)))
}

// would says that a file is left alone, and tells DryRun of it.
func (h *Host) would(what, path string) bool {
	if h.DryRun == nil {
		return false
	}
	fmt.Fprintf(h.DryRun, "would %s: %s\n", what, path)
	return true
}

// Pending is a file that is written but not yet in place.
type Pending struct {
	path string
	tmp  *renameio.PendingFile
}

// Prepare writes data beside the real path and syncs it, so that what is left to do, the
// rename, needs no space.
func Prepare(path string, data []byte, perm fs.FileMode) (*Pending, error) {
	return PrepareIn("", path, data, perm)
}

// PrepareIn is Prepare, where the new file waits in dir, on the same file system.
func PrepareIn(dir, path string, data []byte, perm fs.FileMode) (*Pending, error) {
	real, err := filepath.EvalSymlinks(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, lerr := os.Lstat(path); lerr == nil {
			return nil, fmt.Errorf("cannot write '%s': it is a link to nothing", path)
		}
		real = path
	case err != nil:
		return nil, fmt.Errorf("cannot write '%s': %w", path, Cause(err))
	}
	if fi, err := os.Stat(real); err == nil {
		if !fi.Mode().IsRegular() {
			return nil, fmt.Errorf("cannot write '%s': not a regular file", path)
		}
		if fi.Mode()&0o200 == 0 {
			return nil, fmt.Errorf("cannot write '%s': it is read-only", path)
		}
		perm = keep(fi.Mode().Perm(), perm)
	}
	if dir == "" {
		dir = filepath.Dir(real)
	}
	t, err := renameio.NewPendingFile(real, renameio.WithTempDir(dir), renameio.WithStaticPermissions(perm))
	if err != nil {
		return nil, fmt.Errorf("cannot write '%s': %w", path, Cause(err))
	}
	if _, err = t.Write(data); err == nil {
		err = t.Sync()
	}
	if err != nil {
		_ = t.Cleanup()
		return nil, fmt.Errorf("cannot write '%s': %w", path, Cause(err))
	}
	return &Pending{path: real, tmp: t}, nil
}

// keep is the mode of the file that is replaced, executable where the new one is to be.
func keep(old, wanted fs.FileMode) fs.FileMode {
	if wanted&0o100 == 0 {
		return old &^ 0o111
	}
	return old | old&0o444>>2
}

// Commit puts the file in its place.
func (p *Pending) Commit() error {
	if err := p.tmp.CloseAtomicallyReplace(); err != nil {
		_ = p.tmp.Cleanup()
		return fmt.Errorf("cannot write '%s': %w", p.path, Cause(err))
	}
	return SyncDir(filepath.Dir(p.path))
}

// Discard removes what Prepare wrote.
func (p *Pending) Discard() { _ = p.tmp.Cleanup() }

// SyncDir makes the names in a folder survive a power cut.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Cause is an error about a file without its path, for a message that names the file already.
func Cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
