package compare

import (
	"errors"
	"io/fs"
	"path/filepath"

	"bkt/internal/applied"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/manifest"
)

// Local is what this machine alone knows: what it has published, and what it leaves out.
type Local struct {
	Published *applied.Published
	Ignore    manifest.Ignore
}

// LoadLocal reads what this machine alone knows of the distribution at a remote; missing
// files are nothing.
func LoadLocal(h *host.Host, repo string) (Local, error) {
	var l Local
	var err error
	if l.Published, err = applied.LoadPublished(h, repo); err != nil {
		return l, err
	}
	if h.ConfigHome() == "" {
		return l, nil
	}
	path := filepath.Join(h.ConfigHome(), "bkt", "ignore")
	b, err := h.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return l, err
	}
	l.Ignore, err = manifest.ParseIgnore(path, b)
	return l, err
}

// Own says whether a document speaks of this machine, and so of what it alone knows.
func Own(h *host.Host, of doc.Host) bool {
	return of.BootID != "" && of.BootID == h.BootID() && of.Hostname == h.Hostname()
}
