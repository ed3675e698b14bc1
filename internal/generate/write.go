package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/host"
)

// undoName is where Write notes how things were; it is there only while files change places,
// or after a kill right then.
const undoName = ".bkt-undo.json"

// undo is the content of the files before a Write.
type undo struct {
	Files []doc.File `json:"files"`
}

// Write puts files into a working tree, all or none: every one is written and synced beside
// its place before the first takes it. What a kill in between leaves is undone by Recover.
func Write(h *host.Host, root string, files []doc.File) (err error) {
	if len(files) == 0 {
		return nil
	}
	var before undo
	var ready []*host.Pending
	defer func() {
		for _, p := range ready {
			p.Discard()
		}
	}()
	for _, f := range files {
		old, err := current(root, f)
		if err != nil {
			return err
		}
		before.Files = append(before.Files, old)
		if f.Content == nil {
			continue
		}
		p, err := prepare(root, f)
		if err != nil {
			return err
		}
		ready = append(ready, p)
	}
	note, err := json.Marshal(before)
	if err != nil {
		return err
	}
	undoPath := filepath.Join(root, undoName)
	if err := h.WriteFile(undoPath, note, 0o600); err != nil {
		return err
	}
	if err := commit(root, files, ready); err != nil {
		return errors.Join(err, Recover(h, root))
	}
	return os.Remove(undoPath)
}

// commit lets the prepared files take their places; what goes, goes last.
func commit(root string, files []doc.File, ready []*host.Pending) error {
	for _, p := range ready {
		if err := p.Commit(); err != nil {
			return err
		}
	}
	for _, f := range files {
		if f.Content != nil {
			continue
		}
		if err := os.Remove(filepath.Join(root, f.Path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Recover undoes a Write that was killed half-way; there is nothing to do as a rule.
func Recover(h *host.Host, root string) error {
	path := filepath.Join(root, undoName)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var before undo
	if err := json.Unmarshal(b, &before); err != nil {
		return doc.Locate(path, b, err)
	}
	for _, f := range before.Files {
		if err := restore(h, root, f); err != nil {
			return err
		}
	}
	return os.Remove(path)
}

// restore brings one file back to what it was.
func restore(h *host.Host, root string, f doc.File) error {
	if err := doc.Path(f.Path); err != nil {
		return fmt.Errorf("%s: %w", undoName, err)
	}
	real := filepath.Join(root, f.Path)
	if err := noLink(root, f.Path); err != nil {
		return err
	}
	if f.Content == nil {
		if err := os.Remove(real); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(real), 0o755); err != nil {
		return err
	}
	return h.WriteFile(real, []byte(*f.Content), perm(f.Mode))
}

// current is a file as it is now; it must still be what was read.
func current(root string, f doc.File) (doc.File, error) {
	if err := doc.Path(f.Path); err != nil {
		return f, err
	}
	if err := noLink(root, f.Path); err != nil {
		return f, err
	}
	old := doc.File{Path: f.Path, Mode: f.Mode}
	b, err := os.ReadFile(filepath.Join(root, f.Path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if f.Base != nil {
			return f, fmt.Errorf("'%s' has gone since it was read", f.Path)
		}
		return old, nil
	case err != nil:
		return f, fmt.Errorf("cannot read '%s': %w", f.Path, err)
	case f.Base == nil || forge.BlobID(b) != *f.Base:
		return f, fmt.Errorf("'%s' has changed since it was read", f.Path)
	}
	text := string(b)
	old.Content = &text
	return old, nil
}

// prepare writes one file beside its place.
func prepare(root string, f doc.File) (*host.Pending, error) {
	real := filepath.Join(root, f.Path)
	if err := os.MkdirAll(filepath.Dir(real), 0o755); err != nil {
		return nil, fmt.Errorf("cannot write '%s': %w", f.Path, err)
	}
	return host.Prepare(real, []byte(*f.Content), perm(f.Mode))
}

// noLink refuses a path with a symbolic link on the way: what it points to is not ours.
func noLink(root, path string) error {
	at := root
	for part := range strings.SplitSeq(path, "/") {
		at = filepath.Join(at, part)
		fi, err := os.Lstat(at)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if fi.Mode()&fs.ModeSymlink != 0 {
			return fmt.Errorf("'%s' goes through a symbolic link", path)
		}
	}
	return nil
}

func perm(mode string) fs.FileMode {
	if mode == "100755" {
		return 0o755
	}
	return 0o644
}
