package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
)

// original is stdin, with what was read of it: once read, a document is in its canonical order,
// and a person looks for a mistake in the order that was written. A state is not kept; of it
// nothing is refused.
type original struct {
	io.Reader
	text  []byte
	begun bool
	state bool
}

func (o *original) Read(b []byte) (int, error) {
	n, err := o.Reader.Read(b)
	if !o.begun && n > 0 {
		o.begun, o.state = true, bytes.Contains(b[:n], []byte(`"bkt.state/`))
	}
	if !o.state {
		o.text = append(o.text, b[:n]...)
	}
	return n, err
}

// where is the place of an item's change in the document: `stdin: /changes/3: `.
func (o *original) where(k doc.Key) string {
	var d struct {
		Changes []struct {
			Subsystem string `json:"subsystem"`
			ID        string `json:"id"`
			Scope     string `json:"scope"`
		} `json:"changes"`
	}
	if err := json.Unmarshal(o.text, &d); err != nil {
		return ""
	}
	keys := make([]doc.Key, len(d.Changes))
	for n, c := range d.Changes {
		keys[n] = doc.Key{Subsystem: c.Subsystem, Scope: c.Scope, ID: c.ID}
	}
	if n := slices.Index(keys, k); n >= 0 {
		return fmt.Sprintf("stdin: /changes/%d: ", n)
	}
	return ""
}
