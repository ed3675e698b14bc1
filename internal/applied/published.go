// Package applied is what bkt itself did: the last-applied record, and what this machine
// has published. It stores facts and draws no conclusions.
package applied

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// Published is what this machine has put into its pull request: the newest, whole.
type Published struct {
	Repo     string       `json:"repo,omitzero"` // the remote's url
	URL      string       `json:"url"`
	Branch   string       `json:"branch"`
	Changes  []doc.Change `json:"changes"`           // that the branch holds
	Arrived  []doc.Change `json:"arrived,omitzero"`  // of earlier ones, what the default branch had since
	Declined []doc.Change `json:"declined,omitzero"` // of pull requests that were closed unmerged
	Extra    doc.Extra    `json:",embed"`
}

// publishedPath is $XDG_STATE_HOME/bkt/published.json, "" where there is no home.
func publishedPath(h *host.Host) string {
	if h.StateHome() == "" {
		return ""
	}
	return filepath.Join(h.StateHome(), "bkt", "published.json")
}

// LoadPublished reads what this machine has published to a remote; nil where that is nothing.
func LoadPublished(h *host.Host, repo string) (*Published, error) {
	p := publishedPath(h)
	if p == "" {
		return nil, nil
	}
	b, err := h.ReadFile(p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out Published
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, doc.Locate(p, b, err)
	}
	if out.Repo != "" && out.Repo != repo {
		return nil, nil // another distribution's
	}
	return &out, nil
}

// SavePublished replaces it, atomically.
func SavePublished(h *host.Host, p *Published) error {
	path := publishedPath(h)
	if path == "" {
		return errors.New("no home folder to keep what was published in: HOME is not set")
	}
	b, err := json.Marshal(p, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("published.json: %w", err)
	}
	if err := h.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return h.WriteFile(path, append(b, '\n'), 0o600)
}
