package applied

import (
	"errors"
	"fmt"
	"path/filepath"

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
	var r Record
	if found, err := load(h, p, &r); !found || err != nil {
		return nil, err
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
	b, err := encode(p, r)
	if err != nil {
		return err
	}
	if err := MakeDir(h, scope); err != nil {
		return err
	}
	_, mode := permissions(scope)
	return h.WriteOwn(p, b, mode)
}
