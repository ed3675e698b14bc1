package dconf

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"bkt/internal/host"
)

// systemSources are the lines of the user's dconf profile that name databases of the machine, as dconf(7) finds it.
func systemSources(h *host.Host) ([]string, error) {
	file, err := profileFile(h)
	if err != nil || file == "" {
		return nil, err
	}
	b, err := h.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "system-db:") || strings.HasPrefix(line, "file-db:/") {
			out = append(out, line)
		}
	}
	return out, nil
}

// profileFile is where the user's profile stands, "" where there is none and the user's database is all.
func profileFile(h *host.Host) (string, error) {
	if f := "/run/dconf/user/" + strconv.Itoa(h.UID); h.Exists(f) {
		return f, nil
	}
	name := h.Getenv("DCONF_PROFILE")
	if filepath.IsAbs(name) {
		return name, nil
	}
	if dir := h.Getenv("XDG_RUNTIME_DIR"); name == "" && filepath.IsAbs(dir) && h.Exists(dir+"/dconf/profile") {
		return dir + "/dconf/profile", nil
	}
	wanted := name
	if name == "" {
		wanted = "user"
	}
	dirs := []string{"/etc/dconf/profile"}
	for _, d := range h.DataDirs() {
		dirs = append(dirs, d+"/dconf/profile")
	}
	for _, d := range dirs {
		if f := filepath.Join(d, wanted); h.Exists(f) {
			return f, nil
		}
	}
	if name != "" {
		return "", fmt.Errorf("dconf: there is no profile '%s'", name)
	}
	return "", nil
}

// profileOf is a profile of these sources alone.
func profileOf(h *host.Host, sources []string) string {
	var b strings.Builder
	for _, s := range sources {
		if h.Alternate() {
			s = "file-db:" + h.Path(database(s))
		}
		b.WriteString(s + "\n")
	}
	return b.String()
}

// database is the file of a source.
func database(source string) string {
	if name, ok := strings.CutPrefix(source, "system-db:"); ok {
		return "/etc/dconf/db/" + name
	}
	return strings.TrimPrefix(source, "file-db:")
}

// locks are the keys that the sources' folders lock.
func locks(h *host.Host, sources []string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, s := range sources {
		dir := database(s) + ".d/locks"
		files, err := h.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrPermission) {
			return nil, err
		}
		for _, f := range files {
			b, err := h.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				return nil, err
			}
			for line := range strings.Lines(string(b)) {
				if line = strings.TrimSpace(line); strings.HasPrefix(line, "/") {
					out[line] = true
				}
			}
		}
	}
	return out, nil
}
