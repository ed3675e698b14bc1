package copr

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// Where the machine keeps its repositories, and an image its pristine ones.
const (
	folder = "/etc/yum.repos.d"
	images = "/usr/etc/yum.repos.d"
)

// shipped are the COPR files that Fedora brings in a package (fedora-workstation-repositories),
// disabled. In package mode only rpm could tell; a file is the user's there unless it is one
// of these, and still disabled.
func shipped(file string) bool { return file == "_copr:"+Hub+":phracek:PyCharm.repo" }

// Capture reads the .repo files. An image's are those that it has below /usr/etc, whether the
// machine has changed them or not.
func (Subsystem) Capture(_ context.Context, h *host.Host) (subsystem.Found, error) {
	if !h.Exists(folder) {
		return subsystem.Found{}, subsystem.Unavailable("no " + folder)
	}
	here, err := read(h, folder)
	if err != nil {
		return subsystem.Found{}, err
	}
	image := map[string]repo{}
	if h.Ostree() {
		if image, err = read(h, images); err != nil {
			return subsystem.Found{}, err
		}
	} else {
		for file, r := range here {
			if shipped(file) && !r.enabled {
				image[file] = r
			}
		}
	}
	return sift(here, image), nil
}

// read reads all COPR files of a folder, by file name. One that cannot be read fails it all:
// what it says is not known then.
func read(h *host.Host, dir string) (map[string]repo, error) {
	l, err := h.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot read '%s': %w", dir, bare(err))
	}
	out := map[string]repo{}
	for _, e := range l {
		name := e.Name()
		if !strings.HasPrefix(name, "_copr") || !strings.HasSuffix(name, ".repo") {
			continue
		}
		b, err := h.ReadFile(path.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("cannot read '%s': %w", path.Join(dir, name), bare(err))
		}
		if out[name], err = parse(name, b); err != nil {
			return nil, fmt.Errorf("%s/%w", dir, err)
		}
	}
	return out, nil
}

// bare is an error without the path that the message has already.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
