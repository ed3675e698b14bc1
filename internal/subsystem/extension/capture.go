package extension

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bkt/internal/dconf"
	"bkt/internal/doc"
	"bkt/internal/gvariant"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// The settings that say which extensions run.
const (
	shell     = "org.gnome.shell"
	enabling  = "enabled-extensions"
	disabling = "disabled-extensions"
)

// linked is the reason of an extension that is a link. No manifest brings it to another machine;
// on this one a manifest may name it all the same, and finds it as it is.
const linked = "a link: it lives somewhere else"

// Capture gives the extensions in the user's home, and those of the image that the user has enabled or disabled; the
// image's are present. It needs no running Shell.
func (s Subsystem) Capture(ctx context.Context, h *host.Host) (subsystem.Found, error) {
	var f subsystem.Found
	if !gnome(h) {
		return f, subsystem.Absent("no GNOME Shell")
	}
	all, err := dconf.Look(ctx, h)
	switch {
	case errors.Is(err, dconf.ErrNoTool), errors.Is(err, dconf.ErrNoSchemas), errors.Is(err, dconf.ErrNoSession):
		return f, subsystem.Unavailable(err.Error())
	case err != nil:
		return f, err
	}
	now, err := read(all.Effective)
	if err != nil {
		return f, err
	}
	brought, err := read(all.Default)
	if err != nil {
		return f, err
	}
	mine, seen := map[string]bool{}, map[string]bool{}
	if home := userDir(h); home != "" {
		if err := s.installed(h, home, func(uuid, reason string) {
			if reason != "" {
				f.Unmanaged = append(f.Unmanaged, doc.Unmanaged{Subsystem: Name, ID: uuid, Reason: reason})
				if reason == linked && s.unfit(h, filepath.Join(home, uuid), uuid) == "" {
					mine[uuid], seen[uuid] = true, true
					f.Present = append(f.Present, doc.Present{ID: uuid, Attrs: item(uuid, now.runs(uuid)).Attrs})
				}
				return
			}
			mine[uuid] = true
			f.Items = append(f.Items, item(uuid, now.runs(uuid)))
		}); err != nil {
			return f, err
		}
	}
	for _, dir := range h.DataDirs() {
		if err := s.installed(h, dconf.Extensions(dir), func(uuid, reason string) {
			if reason != "" || seen[uuid] {
				return
			}
			seen[uuid] = true
			f.Present = append(f.Present, doc.Present{ID: uuid, Attrs: item(uuid, brought.runs(uuid)).Attrs})
			if !mine[uuid] && now.runs(uuid) != brought.runs(uuid) {
				f.Items = append(f.Items, item(uuid, now.runs(uuid)))
			}
		}); err != nil {
			return f, err
		}
	}
	return f, nil
}

// gnome says whether the machine has GNOME Shell.
func gnome(h *host.Host) bool {
	if h.Look("gnome-shell") || h.Exists("/usr/bin/gnome-shell") {
		return true
	}
	return slices.ContainsFunc(h.DataDirs(), func(d string) bool {
		return h.Exists(filepath.Join(d, "glib-2.0/schemas/org.gnome.shell.gschema.xml"))
	})
}

// userDir is the folder of the user's extensions, "" where there is no home.
func userDir(h *host.Host) string {
	if d := h.DataHome(); d != "" {
		return dconf.Extensions(d)
	}
	return ""
}

// lists are the two settings.
type lists struct{ on, off []string }

// read gets both by a function that knows the values of settings.
func read(value func(schema, key string) (string, bool)) (lists, error) {
	var l lists
	for key, list := range map[string]*[]string{enabling: &l.on, disabling: &l.off} {
		text, ok := value(shell, key)
		if !ok && key == disabling {
			continue // older than GNOME 3.36
		}
		if !ok {
			return l, fmt.Errorf("no schema here has %s of %s", key, shell)
		}
		var err error
		if *list, err = gvariant.Strings(text); err != nil {
			return l, fmt.Errorf("%s %s: %w", shell, key, err)
		}
	}
	return l, nil
}

// runs says whether an extension is enabled: the Shell lets a disabled one win.
func (l lists) runs(uuid string) bool {
	return slices.Contains(l.on, uuid) && !slices.Contains(l.off, uuid)
}

// installed tells of each extension in a folder, or why what is there is none.
func (s Subsystem) installed(h *host.Host, dir string, tell func(uuid, reason string)) error {
	entries, err := h.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case strings.HasPrefix(name, "."), !e.IsDir() && e.Type()&fs.ModeSymlink == 0:
		case !e.IsDir():
			tell(name, linked)
		default:
			tell(name, s.unfit(h, filepath.Join(dir, name), name))
		}
	}
	return nil
}

// unfit says why a folder holds no extension that could come from elsewhere, "" where it does.
func (s Subsystem) unfit(h *host.Host, dir, name string) string {
	b, err := h.ReadFile(filepath.Join(dir, "metadata.json"))
	if err != nil {
		return "no metadata.json that can be read"
	}
	uuid, err := parseMetadata(b)
	switch {
	case err != nil:
		return err.Error()
	case uuid != name:
		return fmt.Sprintf("its metadata.json is that of %q", uuid)
	}
	if err := s.Validate(item(uuid, true)); err != nil {
		return err.Error()
	}
	return ""
}

// parseMetadata reads the uuid of a metadata.json, as loosely as the Shell does.
func parseMetadata(b []byte) (string, error) {
	var m struct {
		UUID string `json:"uuid"`
	}
	if err := json.Unmarshal(b, &m, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return "", errors.New("its metadata.json is not JSON with a uuid")
	}
	if m.UUID == "" {
		return "", errors.New("its metadata.json has no uuid")
	}
	return m.UUID, nil
}
