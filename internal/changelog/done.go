package changelog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// Released is where the image has what it was built from; its changelog is what is released.
const Released = "/usr/share/bkt"

// recordKind is the record's own kind and version; a program does not touch another's.
const recordKind = "bkt.steps/v1"

// lockWait is how long a writer waits for the others.
const lockWait = 30 * time.Second

// record is $XDG_STATE_HOME/bkt/steps.json.
type record struct {
	Kind  string    `json:"kind"`
	Done  []string  `json:"done"` // ids of steps, sorted
	Extra doc.Extra `json:",embed"`
}

// Steps are the released steps of a machine.
type Steps struct {
	entries []Entry
	done    []string
	Odd     []error // what of the changelog cannot be read
}

// Load reads what is released and what of it was done. A record that cannot be read is an error,
// never an empty one.
func Load(h *host.Host) (*Steps, error) {
	r, err := load(h)
	if err != nil {
		return nil, err
	}
	s := &Steps{done: r.Done}
	s.entries, s.Odd = Read(os.DirFS(h.Path(Released)), Released+"/")
	return s, nil
}

// Open are the steps that were not done here, in the order of their entries; [] where there is none.
func (s *Steps) Open() []doc.Step {
	out := []doc.Step{}
	for _, e := range s.entries {
		for _, step := range e.Steps {
			if _, done := slices.BinarySearch(s.done, step.ID); !done {
				out = append(out, step)
			}
		}
	}
	return out
}

// Named are the ids of the steps that words name: an entry's id stands for all of its steps. What
// was done is known still, though its entry may be gone.
func (s *Steps) Named(words []string) (ids, unknown []string) {
	known := map[string][]string{}
	for _, id := range s.done {
		known[id] = []string{id}
	}
	for _, e := range s.entries {
		for _, step := range e.Steps {
			known[e.ID] = append(known[e.ID], step.ID)
		}
	}
	for _, e := range s.entries {
		for _, step := range e.Steps {
			known[step.ID] = []string{step.ID}
		}
	}
	for _, w := range words {
		if l, ok := known[w]; ok {
			ids = append(ids, l...)
		} else if !slices.Contains(unknown, w) {
			unknown = append(unknown, w)
		}
	}
	return ids, unknown
}

// path is where the record lies, "" where there is no home.
func path(h *host.Host) string {
	if h.StateHome() == "" {
		return ""
	}
	return filepath.Join(h.StateHome(), "bkt", "steps.json")
}

// load reads the record; an empty one where there is none. A link is refused: bkt put none there.
func load(h *host.Host) (*record, error) {
	r, p := &record{Kind: recordKind, Done: []string{}}, path(h)
	if p == "" {
		return r, nil
	}
	b, err := h.ReadOwn(p)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	return parse(p, b)
}

// parse reads the record's text.
func parse(where string, b []byte) (*record, error) {
	if len(strings.TrimSpace(string(b))) == 0 {
		return nil, fmt.Errorf("%s: empty", where)
	}
	var what struct { // first: another version may have another shape
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(b, &what); err != nil {
		return nil, doc.Locate(where, b, err)
	}
	if what.Kind != recordKind {
		return nil, fmt.Errorf("%s: is %q, this program reads %s", where, what.Kind, recordKind)
	}
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, doc.Locate(where, b, err)
	}
	if r.Done == nil {
		return nil, fmt.Errorf("%s: /done: missing", where)
	}
	for n, id := range r.Done {
		if !plain(id) {
			return nil, fmt.Errorf("%s: /done/%d: %q is none", where, n, id)
		}
	}
	slices.Sort(r.Done)
	r.Done = slices.Compact(r.Done)
	return &r, nil
}

// Mark notes that steps were done on this machine, under the record's lock. Those that were noted
// before are as they are.
func Mark(ctx context.Context, h *host.Host, ids []string) error {
	p := path(h)
	if p == "" {
		return errors.New("no home folder to keep what was done in: HOME is not set")
	}
	dir := filepath.Dir(p)
	if d := h.Foreign(dir); d != "" {
		return fmt.Errorf("'%s' is not root's: root notes nothing there", d)
	}
	if err := h.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cannot make '%s': %w", dir, host.Cause(err))
	}
	release, err := host.Lock(ctx, h.Path(filepath.Join(dir, "steps.lock")), lockWait)
	if err != nil {
		return err
	}
	defer release()
	r, err := load(h)
	if err != nil {
		return err
	}
	before := len(r.Done)
	r.Done = append(r.Done, ids...)
	slices.Sort(r.Done)
	if r.Done = slices.Compact(r.Done); len(r.Done) == before {
		return nil
	}
	b, err := json.Marshal(r, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	return h.WriteOwn(p, append(b, '\n'), 0o600)
}
