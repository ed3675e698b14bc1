// Package changelog is what of a distribution's changes needs a hand on each machine: its
// entries, and which of their steps were done here. It knows no subsystem.
package changelog

import (
	"crypto"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bkt/internal/doc"
)

// Dir is the folder of the entries: in a distribution, and below /usr/share/bkt.
const Dir = "changelog"

// Entry is one file of the folder: a change, and what a person does about it on each machine.
type Entry struct {
	ID      string     `json:"id"` // the file's name without .json
	Summary string     `json:"summary"`
	Steps   []doc.Step `json:"steps"`
	Extra   doc.Extra  `json:",embed"`
}

// Of is the entry of a change of the manifests, from Want to Have; false where the change needs
// no hand. hand words what it needs. The entry has nothing of a change but what becomes of which
// item, so that who makes it anew, on whatever manifests, makes the same.
func Of(c doc.Change, hand func(doc.Change) (summary string, steps []string)) (Entry, bool) {
	summary, steps := hand(c)
	if len(steps) == 0 {
		return Entry{}, false
	}
	e := Entry{ID: id(c.Key(), c.Have.There()), Summary: summary}
	for n, text := range steps {
		e.Steps = append(e.Steps, doc.Step{ID: fmt.Sprintf("%s-%d", e.ID, n+1), Text: text})
	}
	return e, true
}

// Paths are where entries of an item can be: that of its being wanted, and that of its end.
func Paths(k doc.Key) []string { return []string{Path(id(k, true)), Path(id(k, false))} }

// Path is where an entry lies in a distribution.
func Path(id string) string { return Dir + "/" + id + ".json" }

// Marshal is the entry's file.
func (e Entry) Marshal() ([]byte, error) {
	b, err := json.Marshal(e, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Path(e.ID), err)
	}
	return append(b, '\n'), nil
}

// id names the entry of what became of an item: `karg-nosmt-0a92e5cd`. Programs that make one
// import crypto/sha1.
func id(k doc.Key, wanted bool) string {
	h := crypto.SHA1.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%t", k.Subsystem, k.Scope, k.ID, wanted)
	out := k.Subsystem
	if s := slug(k.ID); s != "" {
		out += "-" + s
	}
	return out + "-" + hex.EncodeToString(h.Sum(nil))[:8]
}

// slugLength is how much of a name goes into a file's name.
const slugLength = 40

// slug is what of a name every file system takes: lower-case letters and digits, with single
// dashes between them.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch plain := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'; {
		case b.Len() == slugLength:
		case plain:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimRight(b.String(), "-")
}
