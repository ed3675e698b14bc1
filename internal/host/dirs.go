package host

import (
	"path/filepath"
	"slices"
)

// Home is the user's home folder, "" where the environment names none.
func (h *Host) Home() string { return h.Env["HOME"] }

// xdg is a base folder of the XDG specification; a relative value counts as none.
func (h *Host) xdg(key, below string) string {
	if v := h.Env[key]; filepath.IsAbs(v) {
		return v
	}
	if h.Home() == "" {
		return ""
	}
	return filepath.Join(h.Home(), below)
}

// ConfigHome is $XDG_CONFIG_HOME, "" where there is no home.
func (h *Host) ConfigHome() string { return h.xdg("XDG_CONFIG_HOME", ".config") }

// DataHome is $XDG_DATA_HOME.
func (h *Host) DataHome() string { return h.xdg("XDG_DATA_HOME", ".local/share") }

// StateHome is $XDG_STATE_HOME.
func (h *Host) StateHome() string { return h.xdg("XDG_STATE_HOME", ".local/state") }

// CacheHome is $XDG_CACHE_HOME.
func (h *Host) CacheHome() string { return h.xdg("XDG_CACHE_HOME", ".cache") }

// StateDir is the machine-wide state: $BKT_STATE_DIR, else /var/lib/bkt.
func (h *Host) StateDir() string {
	if v := h.Env["BKT_STATE_DIR"]; filepath.IsAbs(v) {
		return v
	}
	return "/var/lib/bkt"
}

// DataDirs is $XDG_DATA_DIRS, the folders of the machine's data, first the most important one. Of
// another tree, and where it is not set, it is the specification's default.
func (h *Host) DataDirs() []string {
	dirs := filepath.SplitList(h.Env["XDG_DATA_DIRS"])
	if h.Alternate() {
		dirs = nil
	}
	dirs = slices.DeleteFunc(dirs, func(d string) bool { return !filepath.IsAbs(d) })
	if len(dirs) == 0 {
		return []string{"/usr/local/share", "/usr/share"}
	}
	return dirs
}
