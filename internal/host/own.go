package host

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"bkt/internal/doc"
)

// OddError is a file of bkt's that is none that bkt wrote: a link, a folder, or more than it takes.
type OddError struct{ Err error }

func (e *OddError) Error() string { return e.Err.Error() }
func (e *OddError) Unwrap() error { return e.Err }

// ReadOwn reads a file that is bkt's alone. Where a link or anything but a file stands in its
// place, or it is larger than doc.Largest, the error is an *OddError; where nothing is there, it
// is fs.ErrNotExist.
func (h *Host) ReadOwn(path string) ([]byte, error) {
	fi, err := os.Lstat(h.Path(path))
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot read '%s': %w", path, Cause(err))
	case !fi.Mode().IsRegular():
		return nil, &OddError{fmt.Errorf("cannot read '%s': something that bkt did not put there is in its place", path)}
	case fi.Size() > doc.Largest:
		return nil, &OddError{fmt.Errorf("%s is larger than %d MiB", path, doc.Largest>>20)}
	}
	doc.Soon(int(fi.Size()))
	b, err := h.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read '%s': %w", path, Cause(err))
	}
	return b, nil
}

// WriteOwn is WriteFile for a file that is bkt's alone: where a link or anything but a file
// stands in its place, somebody else put it there, and it is refused.
func (h *Host) WriteOwn(path string, data []byte, perm fs.FileMode) error {
	fi, err := os.Lstat(h.Path(path))
	if err == nil && !fi.Mode().IsRegular() {
		return fmt.Errorf("cannot write '%s': something that bkt did not put there is in its place", path)
	}
	return h.WriteFile(path, data, perm)
}

// Foreign is the folder for which root writes nothing below dir, "" where it may: in somebody
// else's home, as under `su -m` or `sudo -E`, the owner could not read it, nor note anything ever
// after.
func (h *Host) Foreign(dir string) string {
	if h.UID != 0 {
		return ""
	}
	for dir != "/" && !h.Exists(dir) {
		dir = filepath.Dir(dir)
	}
	for _, d := range []string{dir, h.Home()} {
		if uid, known := h.Owner(d); d != "" && known && uid != 0 {
			return d
		}
	}
	return ""
}
