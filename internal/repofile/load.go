package repofile

import (
	"fmt"
	"path"
	"strings"

	"bkt/internal/host"
)

// Where a machine keeps its repositories, and an image its pristine ones.
const (
	Folder   = "/etc/yum.repos.d"
	Pristine = "/usr" + Folder
)

// Copr says whether a file is one that `dnf copr` writes.
func Copr(file string) bool { return strings.HasPrefix(file, "_copr") }

// Files are the names of a folder's .repo files, sorted.
func Files(h *host.Host, dir string) ([]string, error) {
	l, err := h.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot read '%s': %w", dir, host.Cause(err))
	}
	var out []string
	for _, e := range l {
		if strings.HasSuffix(e.Name(), ".repo") {
			out = append(out, e.Name())
		}
	}
	return out, nil
}

// Read reads one file of a folder.
func Read(h *host.Host, dir, file string) (File, error) {
	at := path.Join(dir, file)
	b, err := h.ReadFile(at)
	if err != nil {
		return nil, fmt.Errorf("cannot read '%s': %w", at, host.Cause(err))
	}
	f, err := Parse(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return f, nil
}
