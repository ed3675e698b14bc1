package copr

import (
	"context"
	"fmt"

	"bkt/internal/host"
	"bkt/internal/repofile"
	"bkt/internal/subsystem"
)

// folder is where the machine keeps its repositories.
const folder = repofile.Folder

// Capture reads the .repo files. An image's are those that it has below /usr/etc, whether the
// machine has changed them or not. In package mode only rpm could tell: a file is the user's
// there unless Fedora ships it and it is still disabled.
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
		if image, err = read(h, repofile.Pristine); err != nil {
			return subsystem.Found{}, err
		}
	} else {
		for file, r := range here {
			if repofile.Shipped(file) && !r.enabled {
				image[file] = r
			}
		}
	}
	return sift(here, image), nil
}

// read reads all COPR files of a folder, by file name. One that cannot be read fails it all:
// what it says is not known then.
func read(h *host.Host, dir string) (map[string]repo, error) {
	files, err := repofile.Files(h, dir)
	if err != nil {
		return nil, err
	}
	out := map[string]repo{}
	for _, name := range files {
		if !repofile.Copr(name) {
			continue
		}
		f, err := repofile.Read(h, dir, name)
		if err != nil {
			return nil, err
		}
		if out[name], err = parse(name, f); err != nil {
			return nil, fmt.Errorf("%s/%w", dir, err)
		}
	}
	return out, nil
}
