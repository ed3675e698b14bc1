package shim

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// largest is more than any shim needs, in bytes.
const largest = 4096

// Capture reads the scripts in the user's folder of shims. Those that bkt did not write are
// unmanaged, and so are those that nobody can call: without the right to run them, or without the
// link in ~/.local/bin by which the shell finds them. To write such a one again mends it.
func (s Subsystem) Capture(_ context.Context, h *host.Host) (subsystem.Found, error) {
	if h.Home() == "" {
		return subsystem.Found{}, subsystem.Unavailable("no home folder")
	}
	dir := path.Join(h.Home(), shims)
	l, err := h.ReadDir(dir)
	if err != nil {
		return subsystem.Found{}, failure(dir, err)
	}
	var f subsystem.Found
	for _, e := range l {
		i, reason, err := s.read(h, dir, e)
		switch {
		case err != nil:
			return subsystem.Found{}, failure(path.Join(dir, e.Name()), err)
		case reason != "":
			f.Unmanaged = append(f.Unmanaged, doc.Unmanaged{Subsystem: Name, ID: e.Name(), Reason: reason})
		default:
			f.Items = append(f.Items, i)
		}
	}
	return f, nil
}

// read reads one file as an item, or says why it is none.
func (s Subsystem) read(h *host.Host, dir string, e fs.DirEntry) (i doc.Item, reason string, err error) {
	const foreign = "not written by bkt"
	if !e.Type().IsRegular() {
		return i, foreign, nil
	}
	fi, err := e.Info()
	if err != nil || fi.Size() > largest {
		return i, foreign, err
	}
	b, err := h.ReadFile(path.Join(dir, e.Name()))
	if err != nil {
		return i, "", err
	}
	to, ok := parse(e.Name(), string(b))
	i = item(e.Name(), to)
	switch {
	case !ok || s.Validate(i) != nil:
		return i, foreign, nil
	case fi.Mode()&0o100 == 0:
		return i, "not executable", nil
	}
	if yes, reason := linked(h, i.ID); !yes {
		return i, cmp.Or(reason, "not linked in ~/.local/bin"), nil
	}
	return i, "", nil
}

// failure is an error about a path, said once.
func failure(file string, err error) error {
	return fmt.Errorf("cannot read '%s': %w", file, host.Cause(err))
}
