package shim

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// Batch is the same for all: no process is started.
func (Subsystem) Batch(subsystem.Task) string { return "in the home folder" }

// Do writes or removes scripts and the links that find them. What bkt did not write, a script or whatever stands where
// the link should, is never touched: that shim fails, and the others go on.
func (Subsystem) Do(_ context.Context, h *host.Host, _ subsystem.View, tasks []subsystem.Task) error {
	if h.Home() == "" {
		return errors.New("no home folder")
	}
	var errs []error
	for _, t := range tasks {
		if t.Verb == subsystem.Remove {
			errs = append(errs, remove(h, t.Item.ID))
		} else {
			errs = append(errs, install(h, t.Item))
		}
	}
	return errors.Join(errs...)
}

func install(h *host.Host, i doc.Item) error {
	script, link := path.Join(h.Home(), shims, i.ID), path.Join(h.Home(), bin, i.ID)
	if _, err := ours(h, script, i.ID); err != nil {
		return err
	}
	if _, reason := linked(h, i.ID); reason != "" {
		return fmt.Errorf("shim '%s': %s", i.ID, reason)
	}
	for _, dir := range []string{path.Dir(script), path.Dir(link)} {
		if err := h.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := h.WriteOwn(script, []byte(Script(i.ID, hostOf(i))), 0o755); err != nil {
		return err
	}
	if yes, _ := linked(h, i.ID); yes {
		return nil
	}
	return h.Symlink(target(i.ID), link)
}

// remove takes the link first: without its script it would lead nowhere.
func remove(h *host.Host, name string) error {
	script := path.Join(h.Home(), shims, name)
	there, err := ours(h, script, name)
	if err != nil {
		return err
	}
	if yes, _ := linked(h, name); yes {
		if err := h.Remove(path.Join(h.Home(), bin, name)); err != nil {
			return err
		}
	}
	if !there {
		return nil
	}
	return h.Remove(script)
}

// ours says whether a script is there. One that bkt did not write is an error.
func ours(h *host.Host, script, name string) (there bool, err error) {
	if _, err := h.Readlink(script); err == nil {
		return false, fmt.Errorf("'%s' is a link that bkt did not put there", script)
	}
	b, err := h.ReadFile(script)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, failure(script, err)
	}
	if _, ok := parse(name, string(b)); !ok {
		return false, fmt.Errorf("'%s' is there, and bkt did not write it", script)
	}
	return true, nil
}

// target is what the link to a shim holds, from the folder that it is in.
func target(name string) string { return "../toolbox/shims/" + name }

// linked says whether a shim is found in the user's PATH: whether the link in ~/.local/bin leads to it, or why none can be made.
func linked(h *host.Host, name string) (yes bool, reason string) {
	to, err := h.Readlink(path.Join(h.Home(), bin, name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, ""
	case err == nil && (to == target(name) || to == path.Join(h.Home(), shims, name)):
		return true, ""
	}
	return false, "something that bkt did not put there is in its place in ~/.local/bin"
}
