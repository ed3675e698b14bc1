package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"bkt/internal/host"
)

// Names of files in the journal's folder.
const (
	liveName = "ephemeral.json"
	pastName = "ephemeral-" // and the boot's id, and .json
	lockName = "ephemeral.lock"
)

// Boot is what an entry counts for: a boot, and for what lives in /usr its deployment.
type Boot struct{ ID, Deployment string }

// Store is the journal of one user on one machine.
type Store struct {
	Host *host.Host
	Boot Boot
	Rand io.Reader // for ids; only who records needs it
	// Baked says of a subsystem whether its items live in /usr on this machine, and so go when
	// another deployment is booted.
	Baked func(subsystem string) bool
	// Skip is told of each archive that cannot be read, which is left as it is; nil: that is an error.
	Skip func(error)
}

// Open looks at which boot this is. It reads nothing of the journal yet.
func Open(ctx context.Context, h *host.Host, baked func(subsystem string) bool) (*Store, error) {
	s := &Store{Host: h, Baked: baked}
	if s.dir() == "" {
		return nil, errors.New("no home folder to keep the journal in: HOME is not set")
	}
	s.Boot.ID = h.BootID()
	if !BootID(s.Boot.ID) {
		return nil, errors.New("this boot has no id, so that nobody can tell how long the journal counts")
	}
	var err error
	if s.Boot.Deployment, err = h.Booted(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// dir is the journal's folder, "" where there is no home.
func (s *Store) dir() string {
	if s.Host.DataHome() == "" {
		return ""
	}
	return filepath.Join(s.Host.DataHome(), "bkt")
}

// Foreign is why root writes no journal here: the folder is somebody else's.
func (s *Store) Foreign() error {
	if d := s.Host.Foreign(s.dir()); d != "" {
		return fmt.Errorf("'%s' is not root's: root keeps no journal there", d)
	}
	return nil
}

// Path is where the journal lies.
func (s *Store) Path() string { return filepath.Join(s.dir(), liveName) }

// Live are the entries of this boot, in the order in which they came. It writes nothing,
// whatever it finds.
func (s *Store) Live() ([]Entry, error) {
	j, err := s.load(s.Path())
	if j == nil || err != nil {
		return nil, err
	}
	live, _ := s.split(j)
	return live, nil
}

// Past are the entries of earlier boots, the oldest first, each with its boot, those included that
// no writer has put away yet.
func (s *Store) Past() ([]Entry, error) {
	past, err := s.archives(s.Skip)
	if err != nil {
		return nil, err
	}
	j, err := s.load(s.Path())
	if err != nil {
		return nil, err
	}
	var out []Entry
	seen := map[string]bool{}
	for _, a := range past {
		for _, e := range a.Changes {
			seen[e.ID], e.boot = true, a.BootID
			out = append(out, e)
		}
	}
	if j != nil {
		_, stale := s.split(j)
		for _, e := range stale {
			if e.boot = j.BootID; !seen[e.ID] {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// load reads one file, nil where there is none. A link is refused: bkt put none there.
func (s *Store) load(path string) (*Journal, error) {
	b, err := s.Host.ReadOwn(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case errors.As(err, new(*host.OddError)):
		return nil, s.unreadable(path, err)
	case err != nil:
		return nil, err
	}
	j, err := Parse(path, b)
	if err != nil {
		return nil, s.unreadable(path, err)
	}
	return j, nil
}

func (s *Store) unreadable(path string, err error) error {
	return &UnreadableError{Path: s.Host.Path(path), Err: err}
}

// split tells the entries that count now from those of an earlier boot or deployment.
func (s *Store) split(j *Journal) (live, stale []Entry) {
	if j.BootID != s.Boot.ID {
		return nil, j.Changes
	}
	if j.Deployment == "" || s.Boot.Deployment == "" || j.Deployment == s.Boot.Deployment {
		return j.Changes, nil
	}
	for _, e := range j.Changes {
		if s.Baked(e.Subsystem) {
			stale = append(stale, e)
		} else {
			live = append(live, e)
		}
	}
	return live, stale
}

// archive is the journal of an earlier boot, with its place.
type archive struct {
	*Journal
	path string
}

// archives are the journals of earlier boots, the oldest first, whatever their clocks said. One that
// cannot be read is an error where nobody is told of it.
func (s *Store) archives(skip func(error)) ([]archive, error) {
	l, err := s.Host.ReadDir(s.dir())
	if err != nil {
		return nil, fmt.Errorf("cannot read '%s': %w", s.dir(), host.Cause(err))
	}
	var out []archive
	for _, e := range l {
		id, ok := strings.CutPrefix(e.Name(), pastName)
		id, json := strings.CutSuffix(id, ".json")
		if !ok || !json || !BootID(id) {
			continue
		}
		path := filepath.Join(s.dir(), e.Name())
		j, err := s.load(path)
		switch {
		case err != nil && skip == nil:
			return nil, err
		case err != nil:
			skip(err)
		case j != nil:
			out = append(out, archive{j, path})
		}
	}
	slices.SortStableFunc(out, func(a, b archive) int {
		return cmp.Or(cmp.Compare(a.Sequence, b.Sequence), strings.Compare(a.CreatedAt, b.CreatedAt), strings.Compare(a.path, b.path))
	})
	return out, nil
}
