package compare

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"bkt/internal/applied"
	"bkt/internal/capture"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/journal"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// Local is what this machine alone knows: what it has published, what was done on purpose, and
// what it leaves out.
type Local struct {
	Published *applied.Published
	Held      map[doc.Key]journal.Hold
	Ignore    manifest.Ignore
}

// LoadLocal reads what this machine alone knows of the distribution at a remote; missing
// files are nothing.
func LoadLocal(ctx context.Context, h *host.Host, repo string, list []subsystem.Subsystem) (Local, error) {
	var l Local
	var err error
	if l.Published, err = applied.LoadPublished(h, repo); err != nil {
		return l, err
	}
	if l.Held, err = capture.Held(ctx, h, list); err != nil {
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
