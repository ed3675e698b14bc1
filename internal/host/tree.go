package host

import (
	"fmt"
	"os"
	"path/filepath"
)

// WriteTree puts a folder with these files in the place of dir: made beside it, synced, and
// renamed, so that there never is half a one. Names are relative and below it; files are 0644,
// folders 0755. Where a link or a file stands in its place, somebody else put it there, and it is
// refused.
func (h *Host) WriteTree(dir string, files map[string][]byte) error {
	if err := h.plainDir("write", dir); err != nil || h.would("write the folder", dir) {
		return err
	}
	parent := filepath.Dir(h.Path(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("cannot write '%s': %w", dir, Cause(err))
	}
	tmp, err := os.MkdirTemp(parent, ".bkt-")
	if err != nil {
		return fmt.Errorf("cannot write '%s': %w", dir, Cause(err))
	}
	defer os.RemoveAll(tmp)
	fresh := filepath.Join(tmp, "new")
	if err := writeAll(fresh, files); err != nil {
		return fmt.Errorf("cannot write '%s': %w", dir, Cause(err))
	}
	if err := swap(fresh, h.Path(dir), filepath.Join(tmp, "old")); err != nil {
		return fmt.Errorf("cannot write '%s': %w", dir, Cause(err))
	}
	return SyncDir(parent)
}

// RemoveTree removes a folder with all that is in it; one that is not there is no error, a link
// or a file in its place is refused. It is gone at once: renamed first.
func (h *Host) RemoveTree(dir string) error {
	if err := h.plainDir("remove", dir); err != nil || h.would("remove the folder", dir) {
		return err
	}
	if !h.Exists(dir) {
		return nil
	}
	parent := filepath.Dir(h.Path(dir))
	tmp, err := os.MkdirTemp(parent, ".bkt-")
	if err != nil {
		return fmt.Errorf("cannot remove '%s': %w", dir, Cause(err))
	}
	if err := os.Rename(h.Path(dir), filepath.Join(tmp, "old")); err != nil {
		_ = os.Remove(tmp)
		return fmt.Errorf("cannot remove '%s': %w", dir, Cause(err))
	}
	if err := os.RemoveAll(tmp); err != nil {
		return fmt.Errorf("cannot remove '%s': %w", dir, Cause(err))
	}
	return SyncDir(parent)
}

// Confirm asks whether what was done has taken effect. Under DryRun nothing was done, and nothing
// is asked.
func (h *Host) Confirm(check func() error) error {
	if h.DryRun != nil {
		return nil
	}
	return check()
}

// plainDir refuses a path where something stands that is not a folder.
func (h *Host) plainDir(what, dir string) error {
	fi, err := os.Lstat(h.Path(dir))
	if err == nil && !fi.IsDir() {
		return fmt.Errorf("cannot %s '%s': something that bkt did not put there is in its place", what, dir)
	}
	return nil
}

// writeAll writes files below dir, and syncs them and their folders.
func writeAll(dir string, files map[string][]byte) error {
	dirs := map[string]bool{dir: true}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for name, data := range files {
		if !filepath.IsLocal(name) {
			return fmt.Errorf("%q is not below the folder", name)
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		for d := filepath.Dir(path); d != dir; d = filepath.Dir(d) {
			dirs[d] = true
		}
		if err := writeNew(path, data); err != nil {
			return err
		}
	}
	for d := range dirs {
		if err := SyncDir(d); err != nil {
			return err
		}
	}
	return nil
}

func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err2 := f.Close(); err == nil {
		err = err2
	}
	return err
}

// swap renames fresh to dir; what was there goes to aside, and comes back where that fails.
func swap(fresh, dir, aside string) error {
	err := os.Rename(dir, aside)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	had := err == nil
	if err := os.Rename(fresh, dir); err != nil {
		if had {
			_ = os.Rename(aside, dir)
		}
		return err
	}
	return nil
}
