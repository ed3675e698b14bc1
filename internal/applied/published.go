// Package applied is what bkt itself did: the last-applied record, and what this machine
// has published. It stores facts and draws no conclusions.
package applied

import (
	"errors"
	"path/filepath"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
)

// Published is what this machine has put into its pull request: the newest, whole.
type Published struct {
	Repo     string       `json:"repo,omitzero"` // the remote's url
	URL      string       `json:"url"`
	Branch   string       `json:"branch"`
	Changes  []doc.Change `json:"changes"`           // that the branch holds
	Asked    []doc.Change `json:"asked,omitzero"`    // that it holds beside them: asked for in so many words, and never seen here
	Arrived  []doc.Change `json:"arrived,omitzero"`  // of earlier ones, what the default branch had since
	Declined []doc.Change `json:"declined,omitzero"` // of pull requests that were closed unmerged
	Extra    doc.Extra    `json:",embed"`
}

// publishedPath is $XDG_STATE_HOME/bkt/published.json, "" where there is no home.
func publishedPath(h *host.Host) string {
	dir := Dir(h, doc.User)
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "published.json")
}

// PublishedError is a published.json that cannot be read. Without it nobody can tell what was
// proposed already: it is for a person to put away.
type PublishedError struct {
	Path string
	Err  error
}

func (e *PublishedError) Error() string { return e.Err.Error() }
func (e *PublishedError) Unwrap() error { return e.Err }

// Exit is how a program ends of it, and the way out.
func (e *PublishedError) Exit() (code int, hint string) {
	return 2, run.Quote([]string{"mv", e.Path, e.Path + ".odd"})
}

// LoadPublished reads what this machine has published to a remote; nil where that is nothing.
func LoadPublished(h *host.Host, repo string) (*Published, error) {
	p := publishedPath(h)
	if p == "" {
		return nil, nil
	}
	var out Published
	if found, err := load(h, p, &out); err != nil {
		return nil, &PublishedError{h.Path(p), err}
	} else if !found {
		return nil, nil
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
	b, err := encode(path, p)
	if err != nil {
		return err
	}
	if err := MakeDir(h, doc.User); err != nil {
		return err
	}
	return h.WriteFile(path, b, 0o600)
}
