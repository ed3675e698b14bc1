package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/host"
	"bkt/internal/run"
)

// rescue undoes a Write that did not come to its end; there is nothing to do as a rule. Where
// somebody has changed one of the files meanwhile, it touches none.
func rescue(h *host.Host, root string) error {
	path := filepath.Join(root, stageName, undoName)
	before, err := noted(root, path)
	if err != nil {
		return err
	}
	if before == nil {
		return unstage(root)
	}
	if err := before.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := before.untouched(root); err != nil {
		return err
	}
	for _, f := range before.Files {
		if err := restore(h, root, f); err != nil {
			return err
		}
	}
	for i := len(before.Dirs) - 1; i >= 0; i-- {
		if noLink(root, before.Dirs[i]) == nil {
			_ = syscall.Rmdir(filepath.Join(root, before.Dirs[i])) // unless somebody has put something there
		}
	}
	return unstage(root)
}

// noted reads the note of a Write that was killed, nil where there is none.
func noted(root, path string) (*undo, error) {
	if err := noLink(root, stageName+"/"+undoName); err != nil { // a clone may bring one that never ends
		return nil, err
	}
	if fi, err := os.Lstat(path); err == nil && !fi.Mode().IsRegular() {
		return nil, fmt.Errorf("'%s' is not a file", path)
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var before undo
	if err := json.Unmarshal(b, &before); err != nil {
		return nil, doc.Locate(path, b, err)
	}
	return &before, nil
}

// check refuses a note that no Write has made: a distribution may come from anybody, and bring
// one along.
func (u *undo) check() error {
	for _, f := range u.Files {
		if err := doc.Path(f.Path); err != nil {
			return err
		}
	}
	for _, dir := range u.Dirs {
		if doc.Path(dir+"/file") != nil {
			return fmt.Errorf("%q is not a folder that bkt makes", dir)
		}
	}
	return nil
}

// untouched refuses a working tree where a file is neither what the Write found nor what it
// was to put there: those bytes are somebody's own, and nobody else has them.
func (u *undo) untouched(root string) error {
	var foreign []string
	for _, f := range u.Files {
		if err := noLink(root, f.Path); err != nil {
			return err
		}
		b, err := os.ReadFile(filepath.Join(root, f.Path))
		fresh, stays := u.New[f.Path]
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if f.Content != nil && stays {
				foreign = append(foreign, "'"+f.Path+"'") // it was there, and was to stay
			}
		case err != nil:
			return fmt.Errorf("cannot read '%s': %w", f.Path, host.Cause(err))
		case (f.Content == nil || string(b) != *f.Content) && (!stays || forge.BlobID(b) != fresh):
			foreign = append(foreign, "'"+f.Path+"'")
		}
	}
	if len(foreign) == 0 {
		return nil
	}
	return &forge.Error{Kind: ErrHalf,
		Text: fmt.Sprintf("%s: changed after a bkt-cfgen --write was killed here, half-way, so that nothing is put back: undo that change and run this again, or mend the files by hand (%s has them as they were) and remove the note",
			strings.Join(foreign, ", "), filepath.Join(stageName, undoName)),
		Hint: run.Quote([]string{"rm", "-r", filepath.Join(root, stageName)})}
}

// restore brings one file back to what it was.
func restore(h *host.Host, root string, f doc.File) error {
	if f.Content == nil {
		return vanish(root, f.Path)
	}
	if b, err := os.ReadFile(filepath.Join(root, f.Path)); err == nil && string(b) == *f.Content {
		return nil
	}
	p, err := host.PrepareIn(filepath.Join(root, stageName), filepath.Join(root, f.Path), []byte(*f.Content), perm(f.Mode))
	if err != nil {
		return err
	}
	return p.Commit()
}
