package karg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// Where the kernel says what it was booted with, and where an image keeps its arguments.
const (
	booted = "/proc/cmdline"
	images = "/usr/lib/bootc/kargs.d"
)

// Capture compares what the kernel was booted with with what the booted image brings. An
// argument of the image that is not there was deleted here, unless nothing has brought it yet:
// bootc alone applies kargs.d, and a layered system is not upgraded by bootc.
func (Subsystem) Capture(ctx context.Context, h *host.Host) (subsystem.Found, error) {
	if !h.Ostree() {
		return subsystem.Found{}, subsystem.Unavailable("not an image-based system: its kernel arguments are the boot loader's")
	}
	line, err := h.ReadFile(booted)
	if errors.Is(err, fs.ErrNotExist) {
		return subsystem.Found{}, subsystem.Unavailable("no " + booted)
	}
	if err != nil {
		return subsystem.Found{}, fmt.Errorf("cannot read '%s': %w", booted, host.Cause(err))
	}
	brought, err := image(h, runtime.GOARCH)
	if err != nil {
		return subsystem.Found{}, err
	}
	here := shared(kernels(split(strings.TrimRight(string(line), "\n\x00"))))
	var lacking []string
	for _, a := range brought {
		if !slices.Contains(here, a) {
			lacking = append(lacking, a)
		}
	}
	if len(lacking) > 0 {
		layered, err := layered(ctx, h)
		if err != nil {
			return subsystem.Found{}, err
		}
		if layered {
			brought = slices.DeleteFunc(brought, func(a string) bool { return slices.Contains(lacking, a) })
			lacking = nil
		}
	}
	for _, a := range here {
		if installers(a) && !slices.Contains(brought, a) {
			brought = append(brought, a) // not the user's, though no image brings it
		}
	}
	return found(here, brought, lacking), nil
}

// layered says whether the booted system is not the image alone.
func layered(ctx context.Context, h *host.Host) (bool, error) {
	d, err := h.Deployments(ctx)
	switch {
	case errors.Is(err, run.ErrNotFound) || errors.Is(err, host.ErrNotDeployed):
		return false, nil // bootc without rpm-ostree
	case err != nil:
		return false, err
	}
	b := d.Booted()
	return b.Layered() || b.Requests(), nil
}

// found makes items of what is here and not the image's, and of what is the image's and not
// here.
func found(here, brought, lacking []string) subsystem.Found {
	var f subsystem.Found
	add := func(id, mode string) {
		if err := valid(id); err != nil {
			f.Unmanaged = append(f.Unmanaged, doc.Unmanaged{Subsystem: Name, ID: strings.ToValidUTF8(id, "\ufffd"), Reason: "not a valid kernel argument"})
			return
		}
		f.Items = append(f.Items, doc.Item{Subsystem: Name, ID: id, Attrs: attrs(mode)})
	}
	for _, a := range here {
		if !slices.Contains(brought, a) {
			add(a, Append)
		}
	}
	for _, a := range lacking {
		add(a, Remove)
	}
	for _, a := range brought {
		f.Present = append(f.Present, doc.Present{ID: a, Attrs: attrs(Append)})
	}
	slices.SortFunc(f.Items, func(a, b doc.Item) int { return strings.Compare(a.ID, b.ID) })
	return f
}

// shared are the arguments that mean the same on every machine, each once, sorted.
func shared(args []string) []string {
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return local(a) != "" })
	slices.Sort(args)
	return slices.Compact(args)
}

// image reads what the booted image brings to machines of an architecture. A file that bootc
// would not take fails it all: what the image brings is not known then.
func image(h *host.Host, goarch string) ([]string, error) {
	l, err := h.ReadDir(images)
	if err != nil {
		return nil, fmt.Errorf("cannot read '%s': %w", images, host.Cause(err))
	}
	var out []string
	for _, e := range l { // by name, as bootc reads them
		if path.Ext(e.Name()) != ".toml" {
			continue
		}
		file := path.Join(images, e.Name())
		b, err := h.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("cannot read '%s': %w", file, host.Cause(err))
		}
		f, err := parseFragment(b)
		if err != nil {
			return nil, fmt.Errorf("%s:%w", file, err)
		}
		if !f.on(goarch) {
			continue
		}
		for _, a := range f.args {
			out = append(out, split(a)...)
		}
	}
	return shared(out), nil
}
