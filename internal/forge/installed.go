package forge

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// openMirror opens the mirror of the configured url; nil without an error where there is no
// url, or no mirror and no wish to make one. late is why there is none though one was wished.
func openMirror(ctx context.Context, h *host.Host, w Where) (d *Distribution, late, err error) {
	repo, err := configured(h)
	if err != nil || repo == (RepoInfo{}) {
		return nil, nil, err
	}
	m, err := mirrorOf(h, repo, w.Timeout, w.Wait)
	switch {
	case err != nil && w.Fetch:
		return nil, err, nil
	case err != nil:
		return nil, nil, nil
	case w.Fetch:
		if late = m.refresh(ctx); ctx.Err() != nil {
			return nil, nil, late
		}
	}
	s, ok := m.stamp()
	if !ok {
		return nil, late, nil
	}
	d = &Distribution{Kind: Mirror, Repo: repo, Fetched: s.Fetched, FetchErr: late, h: h, git: &m.git, label: show(repo.URL)}
	what, rev := "mirror: ", "refs/heads/"+s.DefaultBranch
	if w.Ref != "" {
		what, rev = "--ref: ", w.Ref
	}
	d, err = d.at(ctx, what, rev)
	return d, late, err
}

// refresh fetches a mirror for a reader.
func (m *mirror) refresh(ctx context.Context) error {
	if err := m.prepare(ctx); err != nil {
		return err
	}
	defer m.close()
	if _, err := m.fetch(ctx); err != nil {
		return err
	}
	// bkt-pr leaves housekeeping out, to be quick; it fails without harm.
	_, _ = m.write(ctx, call{args: []string{"-c", "gc.auto=2000", "-c", "gc.autoDetach=false", "gc", "--auto", "-q"}})
	return nil
}

// configured is the repository that the user, or else the image, names; zero if neither does.
func configured(h *host.Host) (RepoInfo, error) {
	var files []string
	if c := h.ConfigHome(); c != "" {
		files = append(files, filepath.Join(c, "bkt", "repo.json"))
	}
	for _, f := range append(files, imageDir+"/repo.json") {
		b, err := h.ReadFile(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return RepoInfo{}, err
		}
		return ParseRepo(f, b)
	}
	return RepoInfo{}, nil
}

// openImage opens the image's copy; nil without an error where there is none.
func openImage(h *host.Host, rev string) (*Distribution, error) {
	dir := h.Path(imageDir)
	if !is(dir, "manifests", fs.ModeDir) {
		return nil, nil
	}
	if rev != "" {
		return nil, fmt.Errorf("--ref needs a git repository, and '%s' is none", imageDir)
	}
	if h.UID == 0 && !h.Alternate() {
		if err := rootsAlone(dir); err != nil {
			return nil, err
		}
	}
	return openCopy(h, dir)
}

// openCopy opens a copy of a distribution, as images have it: source.json says which commit
// it is, where that was known when the image was built.
func openCopy(h *host.Host, dir string) (*Distribution, error) {
	fsys, err := openDirFS(dir)
	if err != nil {
		return nil, err
	}
	d := &Distribution{FS: fsys, Kind: Image, h: h, label: dir}
	if d.Repo, err = readRepo(fsys, filepath.Join(dir, "repo.json")); err != nil {
		return nil, err
	}
	where := filepath.Join(dir, "source.json")
	b, err := fs.ReadFile(fsys, "source.json")
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return nil, err
	}
	var source struct {
		Commit string `json:"commit"`
		Date   string `json:"date"`
	}
	if err := json.Unmarshal(b, &source); err != nil {
		return nil, doc.Locate(where, b, err)
	}
	if objectID(source.Commit) {
		d.Commit = source.Commit
	}
	if at, err := time.Parse(time.RFC3339, source.Date); err == nil {
		d.Date = at
	}
	return d, nil
}
