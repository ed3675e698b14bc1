package doc

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzRead: nothing that is read can crash; what is read can be written, and what is written is
// read as the same, byte for byte.
func FuzzRead(f *testing.F) {
	for _, text := range []string{state, changes, files, pr} {
		f.Add([]byte(text))
		f.Add([]byte(withLater(strings.ReplaceAll(text, "\"subsystems\": {\n", "\"subsystems\": { "))))
		f.Add([]byte(text[:len(text)/2]))
	}
	f.Add([]byte(`{"kind":"bkt.pr/v1","branch":"","commit":"","url":"","state":"pushed","changes":[],"settled":[],"\u0000":[1e999]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Read("stdin", bytes.NewReader(b), all()...)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("not one clean line: %q", err)
			}
			return
		}
		once, err := Marshal(d)
		if err != nil {
			t.Fatalf("read, and not writable: %v", err)
		}
		again, err := Read("stdin", bytes.NewReader(once), all()...)
		if err != nil {
			t.Fatalf("written, and not readable: %v", err)
		}
		twice, err := Marshal(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%v: wrote\n%s\nthen\n%s", err, once, twice)
		}
		if f, ok := d.(*Files); ok {
			for _, one := range f.Files {
				if strings.Contains("/"+one.Path+"/", "/../") || strings.HasPrefix(one.Path, "/") {
					t.Errorf("path %q", one.Path)
				}
			}
		}
	})
}
