package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"unicode/utf8"

	"bkt/internal/doc"
	"bkt/internal/forge"
)

// overlay is a distribution with edits on top. It reads whole files only.
type overlay struct {
	fs.FS
	edits map[string]edited
}

// edited is a file's new content; nil data: the file goes.
type edited struct {
	data []byte
	mode string
}

func newOverlay(base fs.FS) *overlay { return &overlay{FS: base, edits: map[string]edited{}} }

// ReadFile reads the edited content where there is one.
func (o *overlay) ReadFile(path string) ([]byte, error) {
	if e, ok := o.edits[path]; ok {
		if e.data == nil {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		return e.data, nil
	}
	return fs.ReadFile(o.FS, path)
}

// exists says whether the path is a file or a folder after the edits.
func (o *overlay) exists(path string) bool {
	if e, ok := o.edits[path]; ok {
		return e.data != nil
	}
	for p, e := range o.edits {
		if e.data != nil && len(p) > len(path) && p[:len(path)+1] == path+"/" {
			return true
		}
	}
	_, err := fs.Stat(o.FS, path)
	return err == nil
}

// write sets a file's content; mode "" keeps what the file has.
func (o *overlay) write(path string, data []byte, mode string) {
	if mode == "" {
		mode = o.mode(path)
	}
	if data == nil {
		data = []byte{}
	}
	o.edits[path] = edited{data, mode}
}

// remove takes a file away.
func (o *overlay) remove(path string) { o.edits[path] = edited{mode: o.mode(path)} }

// mode is git's mode of a file at the source.
func (o *overlay) mode(path string) string {
	if fi, err := fs.Stat(o.FS, path); err == nil && fi.Mode()&0o100 != 0 {
		return "100755"
	}
	return "100644"
}

// written are the paths that will have content.
func (o *overlay) written() []string {
	var out []string
	for p, e := range o.edits {
		if e.data != nil {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// changed are the edits that make a difference to the source, as files of a document.
func (o *overlay) changed() ([]doc.File, error) {
	out := []doc.File{}
	for _, p := range slices.Sorted(maps.Keys(o.edits)) {
		e := o.edits[p]
		old, err := fs.ReadFile(o.FS, p)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("cannot read '%s': %w", p, err)
		}
		there := err == nil
		if there && e.data != nil && string(old) == string(e.data) && o.mode(p) == e.mode || !there && e.data == nil {
			continue
		}
		f := doc.File{Path: p, Mode: e.mode}
		if there {
			id := forge.BlobID(old)
			f.Base = &id
		}
		if e.data != nil {
			if !utf8.Valid(e.data) {
				return nil, fmt.Errorf("'%s' is not UTF-8", p)
			}
			text := string(e.data)
			f.Content = &text
		}
		out = append(out, f)
	}
	return out, nil
}
