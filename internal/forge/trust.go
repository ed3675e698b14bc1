package forge

import (
	"io/fs"
	"path/filepath"
	"syscall"

	"bkt/internal/run"
)

// rootsAlone refuses a folder that decides what root does, where somebody else could have
// written it: the folders above it, all that is in it, and what is beside it of a distribution.
func rootsAlone(dir string) error {
	for up := filepath.Dir(dir); ; up = filepath.Dir(up) {
		if err := rootsOnly(up, true); err != nil {
			return err
		}
		if up == filepath.Dir(up) {
			break
		}
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return rootsOnly(path, false)
	})
}

// rootsOnly refuses a file or folder that somebody else than root can change. above: a folder
// on the way, in which a sticky bit is enough.
func rootsOnly(path string, above bool) error {
	var st syscall.Stat_t
	if err := syscall.Lstat(path, &st); err != nil {
		return &fs.PathError{Op: "lstat", Path: path, Err: err}
	}
	link := st.Mode&syscall.S_IFMT == syscall.S_IFLNK // its mode says nothing; what it leads to is not followed
	writers := st.Mode&0o002 != 0 || st.Mode&0o020 != 0 && st.Gid != 0
	if st.Uid == 0 && (link || !writers || above && st.Mode&syscall.S_ISVTX != 0) {
		return nil
	}
	what, fix := "belongs to somebody else than root", []string{"chown", "root:root", path}
	if st.Uid == 0 {
		what, fix = "can be written by others than root", []string{"chmod", "go-w", path}
	}
	return fault(nil, "'%s' %s: refused", path, what).hint("%s", run.Quote(fix))
}
