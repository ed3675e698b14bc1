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

// recordKind is the record's own kind and version; a program does not touch another's.
const recordKind = "bkt.applied/v1"

// Record is S of one scope: what was last applied there, by subsystem.
type Record struct {
	Kind       string                   `json:"kind"`
	From       doc.Origin               `json:"from"` // the manifests that it was written from
	Subsystems map[string][]doc.Applied `json:"subsystems"`
	Extra      doc.Extra                `json:",embed"`
}

// Dir is the folder of a scope's record, lock and marker: /var/lib/bkt, or bkt's below
// $XDG_STATE_HOME; "" where there is no home.
func Dir(h *host.Host, scope string) string {
	switch {
	case scope == doc.System:
		return h.StateDir()
	case h.StateHome() == "":
		return ""
	}
	return filepath.Join(h.StateHome(), "bkt")
}

// RecordPath is where a scope's record lies, "" where there is no home.
func RecordPath(h *host.Host, scope string) string {
	dir := Dir(h, scope)
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "applied.json")
}

// LoadRecord reads a scope's record; nil where there is none. A record that cannot be read is
// an error, never an empty one: what bkt owns would be taken for the user's.
func LoadRecord(h *host.Host, scope string) (*Record, error) {
	p := RecordPath(h, scope)
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
	var r Record
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, doc.Locate(p, b, err)
	}
	if r.Kind != recordKind {
		return nil, fmt.Errorf("%s: is %q, this program reads %s", p, r.Kind, recordKind)
	}
	for name, l := range r.Subsystems {
		for n, a := range l {
			if a.ID == "" || !a.Want.Known() || !a.Have.Known() {
				return nil, fmt.Errorf("%s: /subsystems/%s/%d: needs id, want and have", p, name, n)
			}
		}
	}
	return &r, nil
}

// Save replaces a scope's record, atomically. The system's can be read by all.
func (r *Record) Save(h *host.Host, scope string) error {
	p := RecordPath(h, scope)
	if p == "" {
		return errors.New("no home folder to keep the record in: HOME is not set")
	}
	r.Kind = recordKind
	if r.Subsystems == nil {
		r.Subsystems = map[string][]doc.Applied{}
	}
	b, err := json.Marshal(r, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("applied.json: %w", err)
	}
	dir, file := permissions(scope)
	if err := h.MkdirAll(filepath.Dir(p), dir); err != nil {
		return err
	}
	return h.WriteOwn(p, append(b, '\n'), file)
}

// permissions are those of a scope's folder and of its files.
func permissions(scope string) (dir, file fs.FileMode) {
	if scope == doc.System {
		return 0o755, 0o644
	}
	return 0o700, 0o600
}
