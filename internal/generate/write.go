package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/host"
)

// stageName is the folder of a working tree where new files wait until all of them are
// written. It is there only while Write runs, or after a kill right then.
const stageName = ".bkt-write"

// undoName notes, in the stage, how things were; it is there only while files change places.
const undoName = "undo.json"

// undo is what rescue needs.
type undo struct {
	Files []doc.File        `json:"files"` // as they were
	New   map[string]string `json:"new"`   // blob ids of what takes their places; no key: the file goes
	Dirs  []string          `json:"dirs"`  // that were not there, outermost first
}

// Claim takes a working tree for this process alone, and undoes a Write that was killed
// half-way. The tree is free again when release is called, or the process ends.
func Claim(h *host.Host, root string) (release func(), err error) {
	d, err := os.Open(root)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		d.Close()
		return nil, &forge.Error{Kind: forge.ErrTryAgain, Err: err, Text: fmt.Sprintf("another bkt-cfgen writes '%s'", root)}
	}
	if err := rescue(h, root); err != nil {
		d.Close()
		return nil, err
	}
	return func() { d.Close() }, nil
}

// ErrHalf is a working tree where a Write was killed while files changed places.
var ErrHalf = errors.New("a bkt-cfgen --write was killed here, half-way")

// Whole says with ErrHalf that what a working tree holds is neither the old nor the new; root
// is "" where there is none.
func Whole(root string) error {
	if root == "" {
		return nil
	}
	if _, err := os.Lstat(filepath.Join(root, stageName, undoName)); err == nil {
		return fmt.Errorf("'%s': %w", root, ErrHalf)
	}
	return nil
}

// Write puts files into a working tree that the caller has claimed, all or none: every one is
// written and synced before the first takes its place. ready is called when only renames are
// left to do, and its error leaves all as it was.
func Write(h *host.Host, root string, files []doc.File, ready func() error) error {
	if len(files) == 0 {
		return ready()
	}
	stage := filepath.Join(root, stageName)
	if err := os.Mkdir(stage, 0o700); err != nil {
		return fmt.Errorf("cannot write in '%s': %w", root, host.Cause(err))
	}
	w := writing{h: h, root: root, stage: stage, before: undo{New: map[string]string{}}}
	err := w.prepare(files)
	if err == nil {
		err = ready()
	}
	if err == nil {
		err = w.commit(files)
	}
	if err != nil {
		return errors.Join(err, rescue(h, root))
	}
	return unstage(root)
}

// writing is one Write.
type writing struct {
	h           *host.Host
	root, stage string
	before      undo
	note        *host.Pending
	files       []*host.Pending
}

// prepare does all that needs space.
func (w *writing) prepare(files []doc.File) error {
	seen := map[string]bool{}
	for _, f := range files {
		old, err := current(w.root, f)
		if err != nil {
			return err
		}
		w.before.Files = append(w.before.Files, old)
		if err := writable(w.root, f.Path); err != nil {
			return err
		}
		if f.Content == nil {
			continue
		}
		w.before.New[f.Path] = forge.BlobID([]byte(*f.Content))
		for _, dir := range absent(w.root, f.Path) {
			if !seen[dir] {
				seen[dir] = true
				w.before.Dirs = append(w.before.Dirs, dir)
			}
		}
		p, err := host.PrepareIn(w.stage, filepath.Join(w.root, f.Path), []byte(*f.Content), perm(f.Mode))
		if err != nil {
			return err
		}
		w.files = append(w.files, p)
	}
	b, err := json.Marshal(w.before)
	if err != nil {
		return err
	}
	w.note, err = host.PrepareIn(w.stage, filepath.Join(w.stage, undoName), b, 0o600)
	return err
}

// commit lets the prepared files take their places; what goes, goes last.
func (w *writing) commit(files []doc.File) error {
	if err := w.note.Commit(); err != nil {
		return err
	}
	for _, dir := range w.before.Dirs {
		if err := os.Mkdir(filepath.Join(w.root, dir), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("cannot write '%s': %w", dir, host.Cause(err))
		}
	}
	for _, p := range w.files {
		if err := p.Commit(); err != nil {
			return err
		}
	}
	for _, f := range files {
		if f.Content == nil {
			if err := vanish(w.root, f.Path); err != nil {
				return err
			}
		}
	}
	return nil
}

// unstage removes the stage for good: first what says that there is something to undo.
func unstage(root string) error {
	stage := filepath.Join(root, stageName)
	if fi, err := os.Lstat(stage); err != nil || !fi.IsDir() {
		return nil
	}
	if err := os.Remove(filepath.Join(stage, undoName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.RemoveAll(stage); err != nil {
		return err
	}
	// A power cut must not bring back the note: it would undo what was said to be done.
	return host.SyncDir(root)
}
