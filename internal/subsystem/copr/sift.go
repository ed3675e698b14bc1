package copr

import (
	"maps"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// sift tells the user's projects from the image's. A project may stand in two files, of the
// old and of the new naming: it is there once, and enabled if one of them is.
func sift(here, image map[string]repo) subsystem.Found {
	var f subsystem.Found
	present := projects(image)
	mine := maps.Clone(here)
	maps.DeleteFunc(mine, func(file string, r repo) bool {
		_, ok := image[file]
		_, there := present[r.key()]
		return ok || there
	})
	own := projects(mine)
	for _, k := range slices.Sorted(maps.Keys(own)) {
		r := own[k]
		if reason := r.foreign(); reason != "" {
			f.Unmanaged = append(f.Unmanaged, doc.Unmanaged{Subsystem: Name, ID: r.id, Reason: reason})
			continue
		}
		f.Items = append(f.Items, doc.Item{Subsystem: Name, ID: r.id, Attrs: attrs(r.enabled, r.signed)})
	}
	for _, k := range slices.Sorted(maps.Keys(present)) {
		if r := present[k]; r.foreign() == "" {
			f.Present = append(f.Present, doc.Present{ID: r.id, Attrs: attrs(r.enabled, r.signed)})
		}
	}
	return f
}

// key is a project's identity among those of all servers.
func (r repo) key() string { return r.id + " " + r.hub }

// foreign is why no manifest can hold the project, "" where one can.
func (r repo) foreign() string {
	if strings.EqualFold(r.hub, Hub) {
		return ""
	}
	return "from another COPR server, " + r.hub
}

func projects(files map[string]repo) map[string]repo {
	out := map[string]repo{}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		r := files[file]
		if old, ok := out[r.key()]; ok && old.enabled {
			continue
		}
		out[r.key()] = r
	}
	return out
}
