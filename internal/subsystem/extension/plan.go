package extension

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bkt/internal/dconf"
	"bkt/internal/gvariant"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// Batch is none: each extension comes, or fails, by itself.
func (Subsystem) Batch(subsystem.Task) string { return "" }

// Do installs extensions into the user's home and enables them, switches those that are there, and removes those of
// the user's home. One that is wanted disabled and absent is left absent.
func (s Subsystem) Do(ctx context.Context, h *host.Host, _ subsystem.View, tasks []subsystem.Task) error {
	for _, t := range tasks {
		uuid := t.Item.ID
		err := s.Validate(t.Item)
		switch {
		case err != nil:
		case t.Verb == subsystem.Remove:
			err = s.remove(ctx, h, uuid)
		case t.Verb == subsystem.Install && !on(t.Item.Attrs):
		case t.Verb == subsystem.Install:
			if err = s.install(ctx, h, uuid); err == nil {
				err = turn(ctx, h, uuid, true)
			}
		default:
			err = turn(ctx, h, uuid, on(t.Item.Attrs))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// After says that a Shell sees new extensions when it starts.
func (Subsystem) After(tasks []subsystem.Task) string {
	n := 0
	for _, t := range tasks {
		if t.Verb == subsystem.Install && on(t.Item.Attrs) {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "log out and in again to load 1 new extension"
	}
	return fmt.Sprintf("log out and in again to load %d new extensions", n)
}

// install brings an extension into the user's home, with its schemas compiled, unless it is on the machine already.
func (s Subsystem) install(ctx context.Context, h *host.Host, uuid string) error {
	own := userDir(h)
	if own == "" {
		return fmt.Errorf("no home folder")
	}
	for _, dir := range append([]string{own}, systemDirs(h)...) {
		if dir = filepath.Join(dir, uuid); h.Exists(dir) && s.unfit(h, dir, uuid) == "" {
			return nil
		}
	}
	dir := filepath.Join(own, uuid)
	if h.Exists(dir) {
		return fmt.Errorf("'%s' is there, and is somebody's work: %s", dir, s.unfit(h, dir, uuid))
	}
	files, err := fetch(ctx, h, uuid)
	if err != nil {
		return err
	}
	if err := h.WriteTree(dir, files); err != nil {
		return err
	}
	if !schemas(files) {
		return nil
	}
	if err = compile(ctx, h, dir+"/schemas"); err != nil {
		_ = h.RemoveTree(dir) // without them it would fail in the Shell
	}
	return err
}

// compile makes what gsettings and the Shell read of the sources. Without --strict those that cannot be read are left
// out, and all is said to be well.
func compile(ctx context.Context, h *host.Host, dir string) error {
	argv := []string{"glib-compile-schemas", "--strict", h.Path(dir)}
	_, err := h.Runner.Run(ctx, run.Cmd{Argv: argv, Timeout: time.Minute})
	return err
}

// schemas says whether an extension brings sources of schemas.
func schemas(files map[string][]byte) bool {
	for name := range files {
		if ok, _ := path.Match("schemas/*.gschema.xml", name); ok {
			return true
		}
	}
	return false
}

func systemDirs(h *host.Host) []string {
	var out []string
	for _, d := range h.DataDirs() {
		out = append(out, dconf.Extensions(d))
	}
	return out
}

// remove takes an extension out of both lists, and its folder out of the user's home. One of the image goes back to
// what the image says. A folder that has become a working copy is not what bkt brought.
func (Subsystem) remove(ctx context.Context, h *host.Host, uuid string) error {
	dir := ""
	if home := userDir(h); home != "" {
		dir = filepath.Join(home, uuid)
		if h.Exists(filepath.Join(dir, ".git")) {
			return fmt.Errorf("'%s' is somebody's work: it has a .git", dir)
		}
	}
	l, err := ask(ctx, h)
	if err != nil {
		return err
	}
	var brought lists
	if slices.ContainsFunc(systemDirs(h), func(d string) bool { return h.Exists(filepath.Join(d, uuid)) }) {
		all, err := dconf.Look(ctx, h)
		if err != nil {
			return err
		}
		if brought, err = read(all.Default); err != nil {
			return err
		}
	}
	wanted := lists{with(l.on, uuid, slices.Contains(brought.on, uuid)), with(l.off, uuid, slices.Contains(brought.off, uuid))}
	if err := store(ctx, h, l, wanted); err != nil {
		return err
	}
	if dir != "" {
		return h.RemoveTree(dir)
	}
	return nil
}

// turn switches an extension on or off, as gnome-extensions does, and reads back whether it is.
func turn(ctx context.Context, h *host.Host, uuid string, running bool) error {
	l, err := ask(ctx, h)
	if err != nil {
		return err
	}
	if l.runs(uuid) == running {
		return nil
	}
	if err := store(ctx, h, l, lists{with(l.on, uuid, running), with(l.off, uuid, !running)}); err != nil {
		return err
	}
	return h.Confirm(func() error {
		l, err := ask(ctx, h)
		if err == nil && l.runs(uuid) != running {
			err = fmt.Errorf("gsettings set of %s had no effect", shell)
		}
		return err
	})
}

// with is a list with or without an entry, which comes last where it is new.
func with(l []string, uuid string, there bool) []string {
	if there == slices.Contains(l, uuid) {
		return l
	}
	if there {
		return append(slices.Clone(l), uuid)
	}
	return slices.DeleteFunc(slices.Clone(l), func(s string) bool { return s == uuid })
}

// ask reads both lists as they are now.
func ask(ctx context.Context, h *host.Host) (lists, error) {
	values := map[string]string{}
	out, err := h.Read(ctx, "gsettings", "list-recursively", shell)
	if err != nil {
		return lists{}, err
	}
	for line := range strings.Lines(string(out)) {
		if f := strings.SplitN(strings.TrimSpace(line), " ", 3); len(f) == 3 && f[0] == shell {
			values[f[1]] = f[2]
		}
	}
	return read(func(_, key string) (string, bool) { v, ok := values[key]; return v, ok })
}

// store writes the lists that change.
func store(ctx context.Context, h *host.Host, old, wanted lists) error {
	for _, c := range []struct {
		key      string
		old, now []string
	}{{disabling, old.off, wanted.off}, {enabling, old.on, wanted.on}} {
		if slices.Equal(c.old, c.now) {
			continue
		}
		if _, err := h.Runner.Run(ctx, run.Cmd{Argv: []string{"gsettings", "set", shell, c.key, gvariant.List(c.now)}}); err != nil {
			return err
		}
	}
	return nil
}
