package systemd

import (
	"path"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// lookup are the folders of a scope's unit files, the first one first, systemd.unit(5).
func lookup(h *host.Host, scope string) []string {
	lib := []string{"/usr/local/lib/systemd/" + scope, "/usr/lib/systemd/" + scope}
	if scope == doc.User {
		return append([]string{"/etc/systemd/user", "/run/systemd/user", "/usr/local/share/systemd/user", "/usr/share/systemd/user"}, lib...)
	}
	if _, err := h.Readlink("/lib"); err != nil {
		lib = append(lib, "/lib/systemd/system")
	}
	return slices.Concat([]string{"/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
		"/run/systemd/generator.early", "/etc/systemd/system", "/etc/systemd/system.attached", "/run/systemd/system",
		"/run/systemd/system.attached", "/run/systemd/generator"}, lib, []string{"/run/systemd/generator.late"})
}

// mine is the user's own folder of configuration, "" where there is no home.
func mine(h *host.Host) string {
	if h.ConfigHome() == "" {
		return ""
	}
	return path.Join(h.ConfigHome(), "systemd/user")
}

// anywhere says whether systemctl would find a unit's file.
func anywhere(h *host.Host, scope, id string) bool {
	dirs := lookup(h, scope)
	if scope == doc.User && mine(h) != "" {
		dirs = append(dirs, mine(h), path.Join(h.DataHome(), "systemd/user"))
	}
	return there(h, id, dirs)
}

// shipped says whether a unit has a file that the image or a package brings.
func shipped(h *host.Host, scope, id string) bool {
	return there(h, id, slices.DeleteFunc(lookup(h, scope), func(dir string) bool {
		return strings.HasPrefix(dir, "/etc/") || strings.HasPrefix(dir, "/run/") || strings.HasPrefix(dir, "/usr/local/")
	}))
}

// there says whether a unit, or its template, has a file in one of the folders.
func there(h *host.Host, id string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool {
		return h.Exists(path.Join(d, id)) || h.Exists(path.Join(d, template(id)))
	})
}
