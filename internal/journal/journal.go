// Package journal is what was done on a machine on purpose, this boot: its entries, how long
// they count, and what they come to. It knows no subsystem.
package journal

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bkt/internal/doc"
)

// Entry is one thing that was done to one item. There is one for each: what several of them
// come to is for Fold.
type Entry struct {
	ID        string    `json:"id"`
	Timestamp string    `json:"timestamp"` // RFC 3339
	Command   string    `json:"command"`   // for people; nobody runs it
	Subsystem string    `json:"subsystem"`
	Action    string    `json:"action"` // doc.Add, doc.Remove or doc.Update
	Item      string    `json:"item"`
	Scope     string    `json:"scope,omitzero"`
	Before    doc.Side  `json:"before"`
	After     doc.Side  `json:"after"`
	Want      doc.Side  `json:"want,omitzero"` // what the manifests said then; left out: not known
	Extra     doc.Extra `json:",embed"`

	boot string
}

// Boot is the boot of an entry from Past.
func (e Entry) Boot() string { return e.boot }

// Key is the identity of the item.
func (e Entry) Key() doc.Key {
	return doc.Key{Subsystem: e.Subsystem, Scope: e.Scope, ID: e.Item}
}

// Journal is one file: the entries of one boot, in the order in which they came.
type Journal struct {
	BootID     string    `json:"boot_id"`
	Deployment string    `json:"deployment,omitzero"` // the booted one, as host.Booted names it
	CreatedAt  string    `json:"created_at"`          // RFC 3339
	Sequence   int       `json:"sequence,omitzero"`   // which of this user's journals it is; 0: not known
	Changes    []Entry   `json:"changes"`
	Extra      doc.Extra `json:",embed"`
}

// Action is what happened between two sides.
func Action(before, after doc.Side) string {
	switch {
	case !after.There():
		return doc.Remove
	case !before.There():
		return doc.Add
	}
	return doc.Update
}

// Parse reads a journal. Members that it does not know are kept. Errors say where:
// `…/ephemeral.json:3:14: duplicate key "id"`, `…/ephemeral.json: /changes/0/before: missing`.
func Parse(where string, b []byte) (*Journal, error) {
	if len(bytes.TrimSpace(b)) == 0 {
		return nil, fmt.Errorf("%s: empty", where)
	}
	var j Journal
	if err := json.Unmarshal(b, &j); err != nil {
		return nil, doc.Locate(where, b, err)
	}
	if err := j.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	return &j, nil
}

// Marshal writes a journal.
func (j *Journal) Marshal() ([]byte, error) {
	if j.Changes == nil {
		j.Changes = []Entry{}
	}
	if err := j.check(); err != nil {
		return nil, fmt.Errorf("the journal: %w", err)
	}
	b, err := json.Marshal(j, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("the journal: %w", err)
	}
	return append(b, '\n'), nil
}

// check finds what no type can express.
func (j *Journal) check() error {
	if kind, ok := later(j.Extra); ok {
		return fmt.Errorf("is %s, which a later version wrote", kind)
	}
	switch {
	case !BootID(j.BootID):
		return fmt.Errorf("/boot_id: %q is none", j.BootID)
	case j.CreatedAt == "":
		return errors.New("/created_at: missing")
	case j.Sequence < 0:
		return fmt.Errorf("/sequence: %d is none", j.Sequence)
	case j.Changes == nil:
		return errors.New("/changes: missing")
	}
	seen := make(map[string]bool, len(j.Changes))
	for n := range j.Changes {
		e := &j.Changes[n]
		if err := e.check(); err != nil {
			return fmt.Errorf("/changes/%d%w", n, err)
		}
		if seen[e.ID] {
			return fmt.Errorf("/changes/%d/id: %q stands twice", n, e.ID)
		}
		seen[e.ID] = true
	}
	return nil
}

// later says what a file is that names a kind or a version: this version writes neither.
func later(extra doc.Extra) (kind string, ok bool) {
	var v struct {
		Kind    jsontext.Value `json:"kind"`
		Version jsontext.Value `json:"version"`
	}
	if len(extra) == 0 || json.Unmarshal(extra, &v) != nil || v.Kind == nil && v.Version == nil {
		return "", false
	}
	return strings.TrimSpace(string(v.Kind) + " " + string(v.Version)), true
}

// check finds what is wrong with an entry; the error begins with the field.
func (e *Entry) check() error {
	for _, f := range []struct{ name, value string }{
		{"id", e.ID}, {"timestamp", e.Timestamp}, {"subsystem", e.Subsystem}, {"item", e.Item},
	} {
		if f.value == "" {
			return fmt.Errorf("/%s: missing", f.name)
		}
	}
	switch {
	case !plain(e.ID):
		return fmt.Errorf("/id: %q is none", e.ID)
	case !slices.Contains([]string{doc.Add, doc.Remove, doc.Update}, e.Action):
		return fmt.Errorf("/action: %q is not add, remove or update", e.Action)
	case !e.Before.Known():
		return errors.New("/before: missing")
	case !e.After.Known():
		return errors.New("/after: missing")
	case !e.Before.There() && !e.After.There(), e.Action != Action(e.Before, e.After):
		return fmt.Errorf("/action: %s does not fit before and after", e.Action)
	}
	return nil
}

// BootID says whether text can be a boot's id, and so a part of a file's name.
func BootID(text string) bool { return plain(text) && len(text) <= 64 }

// plain says whether text is made of letters, digits and dashes, and begins with none of these.
func plain(text string) bool {
	for _, r := range text {
		if !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-') {
			return false
		}
	}
	return text != "" && text[0] != '-'
}
