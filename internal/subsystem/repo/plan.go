package repo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/repofile"
	"bkt/internal/subsystem"
)

// Batch puts all repositories together: they are files, and cost nothing.
func (Subsystem) Batch(subsystem.Task) string { return "repositories" }

// Do writes and removes .repo files of a machine in package mode. What fails does not keep the others from being done.
func (Subsystem) Do(_ context.Context, h *host.Host, v subsystem.View, tasks []subsystem.Task) error {
	if v.Host.Image != nil {
		return errors.New("it comes with the image")
	}
	var errs []error
	for _, t := range tasks {
		switch t.Verb {
		case subsystem.Install:
			errs = append(errs, bring(h, t.Item))
		case subsystem.Set:
			errs = append(errs, write(h, t.Item))
		case subsystem.Remove:
			errs = append(errs, remove(h, t.Item))
		}
	}
	return errors.Join(errs...)
}

// Blocked tells of a key that only an image's build can copy.
func (Subsystem) Blocked(c doc.Change, v subsystem.View) string {
	i := doc.Item{Subsystem: Name, ID: c.ID, Attrs: c.Want.Attrs()}
	if l := keyFiles(i); v.Host.Image == nil && c.Want.There() && len(l) > 0 && c.Class != doc.Dropped {
		return "its key is a file of the distribution, " + l[0] + ", which only an image brings"
	}
	return ""
}

// bring makes a repository that is not here. One that somebody has switched off, or given a password, is none that capture
// takes for here: it stays as its owner wants it.
func bring(h *host.Host, i doc.Item) error {
	at, err := places(h, i.ID)
	if err != nil {
		return err
	}
	for _, file := range at {
		if data, err := h.ReadFile(file); err != nil || string(data) != Text(i) {
			return fmt.Errorf("'%s' has it, as somebody here wants it", file)
		}
	}
	return write(h, i)
}

// write makes the repository's file, or changes the repository where it stands: what else its section says stays.
func write(h *host.Host, i doc.Item) error {
	at, err := places(h, i.ID)
	if err != nil {
		return err
	}
	if len(at) == 0 {
		own := path.Join(repofile.Folder, i.ID+".repo")
		if _, err := h.ReadFile(own); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("'%s' is there, and is another repository's", own)
		}
		return h.WriteOwn(own, []byte(Text(i)), 0o644)
	}
	if len(at) > 1 {
		return fmt.Errorf("repository '%s' stands in two files, '%s' and '%s'", i.ID, at[0], at[1])
	}
	data, err := h.ReadFile(at[0])
	if err != nil {
		return err
	}
	f, err := repofile.Parse([]byte(Text(i)))
	if err != nil {
		return err
	}
	keys := f[0].Keys
	if i.Attrs.String(displayName) == "" {
		keys = keys[1:] // the manifest does not name it
	}
	return h.WriteOwn(at[0], repofile.Set(data, i.ID, keys), 0o644)
}

// remove takes a file away that bkt wrote, and that nobody has added anything to.
func remove(h *host.Host, i doc.Item) error {
	at, err := places(h, i.ID)
	if err != nil {
		return err
	}
	for _, file := range at {
		data, err := h.ReadFile(file)
		if err != nil {
			return err
		}
		f, err := repofile.Parse(data)
		if err != nil || len(f) != 1 || !strings.HasPrefix(string(data), heading+"\n") {
			return fmt.Errorf("'%s' has it, and is not bkt's", file)
		}
		if err := h.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// places are the files that have a repository of an id.
func places(h *host.Host, id string) ([]string, error) {
	files, err := repofile.Files(h, repofile.Folder)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range files {
		f, err := repofile.Read(h, repofile.Folder, name)
		if err != nil {
			continue // dnf does not read it, either
		}
		for _, s := range f {
			if s.Name == id {
				out = append(out, path.Join(repofile.Folder, name))
			}
		}
	}
	return out, nil
}
