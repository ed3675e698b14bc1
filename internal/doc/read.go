package doc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Largest is how many bytes of a document are read; a machine's state is a hundredth of it.
const Largest = 64 << 20

// ErrEmpty is a document of no bytes: the program before this one failed.
var ErrEmpty = errors.New("empty")

// Read reads one document, of one of the kinds wanted, and nothing after it. where names
// the source in messages: stdin, or a file. The result is of the type of the kind found.
//
// Errors say where: `stdin:3:14: duplicate key "id"`.
func Read(where string, r io.Reader, want ...Document) (Document, error) {
	b, err := readAll(io.LimitReader(r, Largest+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot read %s: %w", where, err)
	case len(b) > Largest:
		return nil, fmt.Errorf("%s is larger than %d MiB", where, Largest>>20)
	case len(bytes.TrimSpace(b)) == 0:
		return nil, fmt.Errorf("%s is %w: the program before this one failed, or wrote nothing", where, ErrEmpty)
	}
	d, err := choose(where, b, want)
	if err != nil {
		return nil, err
	}
	room(d, bytes.Count(b, []byte(`"subsystem"`)))
	odd := make(chan error, 1)
	go func() { odd <- conform(b, reflect.TypeOf(d).Elem()) }() // beside the decoding, whose error comes first
	err = json.Unmarshal(b, d)
	if late := <-odd; err == nil {
		err = late
	}
	if err != nil {
		return nil, Locate(where, b, err)
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	place(d)
	d.sort()
	return d, nil
}

// place notes where changes stand: a person looks for a mistake in the order that was written.
func place(d Document) {
	if c, ok := d.(*Changes); ok {
		for n := range c.Changes {
			c.Changes[n].At = n
		}
	}
}

// room makes place for n entries in the list that is long, so that it need not grow.
func room(d Document, n int) {
	switch d := d.(type) {
	case *State:
		d.Items = make([]Item, 0, n)
	case *Changes:
		d.Changes = make([]Change, 0, n)
	case *Files:
		d.Changes = make([]Change, 0, n)
	}
}

// choose finds the wanted document that b says it is.
func choose(where string, b []byte, want []Document) (Document, error) {
	kind, err := kindOf(b)
	if err != nil {
		return nil, Locate(where, b, err)
	}
	if kind == "" {
		return nil, fmt.Errorf("%s is not a document of bkt: it has no kind", where)
	}
	var reads []string
	for _, d := range want {
		if d.kind() == kind {
			return d, nil
		}
		reads = append(reads, d.kind())
	}
	for _, d := range want {
		name, version, _ := strings.Cut(d.kind(), "/")
		if strings.HasPrefix(kind, name+"/") {
			return nil, fmt.Errorf("%s is %s, this program reads %s", where, printable(kind), version)
		}
	}
	return nil, fmt.Errorf("%s is %s, this program reads %s", where, printable(kind), strings.Join(reads, " or "))
}

// kindOf reads no further than to the kind, which comes first in what bkt writes; "" where
// there is none. Whether the rest is JSON remains to be seen.
func kindOf(b []byte) (string, error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(b))
	if d.PeekKind() != jsontext.KindBeginObject {
		return "", json.Unmarshal(b, &struct{}{})
	}
	if _, err := d.ReadToken(); err != nil {
		return "", err
	}
	for d.PeekKind() != jsontext.KindEndObject {
		name, err := d.ReadToken()
		if err != nil {
			return "", err
		}
		if name.String() == "kind" {
			return text(d)
		}
		if err := d.SkipValue(); err != nil {
			return "", err
		}
	}
	return "", json.Unmarshal(b, &struct{}{})
}

// text reads a string; anything else is "".
func text(d *jsontext.Decoder) (string, error) {
	if d.PeekKind() != jsontext.KindString {
		return "", d.SkipValue()
	}
	t, err := d.ReadToken()
	if err != nil {
		return "", err
	}
	return t.String(), nil
}

// printable is s fit for one line of a message.
func printable(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Sprintf("%q", s)
	}
	return s
}

// Locate turns an error of the JSON library about b into `where:line:col: …`; line and
// column count from 1, columns in bytes.
func Locate(where string, b []byte, err error) error {
	var syn *jsontext.SyntacticError
	var sem *json.SemanticError
	var at int64
	var msg string
	switch {
	case errors.As(err, &syn):
		at, msg = syn.ByteOffset, syntactic(syn)
	case errors.As(err, &sem):
		at, msg = sem.ByteOffset, semantic(sem)
	default:
		return fmt.Errorf("%s: %w", where, err)
	}
	line, col := Position(b, int(at))
	return fmt.Errorf("%s:%d:%d: %s", where, line, col, msg)
}

// Position is the line and column of a byte offset, both from 1.
func Position(b []byte, at int) (line, col int) {
	at = min(max(at, 0), len(b))
	before := b[:at]
	return bytes.Count(before, []byte("\n")) + 1, at - bytes.LastIndexByte(before, '\n')
}

func syntactic(e *jsontext.SyntacticError) string {
	switch {
	case errors.Is(e.Err, jsontext.ErrDuplicateName):
		return fmt.Sprintf("duplicate key %q", e.JSONPointer.LastToken())
	case errors.Is(e.Err, io.ErrUnexpectedEOF):
		return "the document is cut off"
	}
	return e.Err.Error()
}

func semantic(e *json.SemanticError) string {
	msg := "not what belongs here"
	if e.Err != nil {
		msg = e.Err.Error()
	} else if e.JSONKind != 0 {
		msg = e.JSONKind.String() + " does not belong here"
	}
	if e.JSONPointer != "" {
		return fmt.Sprintf("%s: %s", printable(string(e.JSONPointer)), msg)
	}
	return msg
}
