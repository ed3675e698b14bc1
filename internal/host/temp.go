package host

import (
	"fmt"
	"os"
	"path/filepath"
)

// Temp gives a program data that it takes from a file only: the file's path, in a folder of its own that only the user
// can look into, and what removes both. In a dry run nothing is written, and the path is one that is not there.
func (h *Host) Temp(name string, data []byte) (path string, done func(), err error) {
	if h.DryRun != nil {
		return filepath.Join(os.TempDir(), name), func() {}, nil
	}
	dir, err := os.MkdirTemp(h.Getenv("TMPDIR"), "bkt-")
	if err != nil {
		return "", nil, fmt.Errorf("cannot write a temporary file: %w", Cause(err))
	}
	path = filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		_ = os.RemoveAll(dir)
		return "", nil, fmt.Errorf("cannot write '%s': %w", path, Cause(err))
	}
	return path, func() { _ = os.RemoveAll(dir) }, nil
}
