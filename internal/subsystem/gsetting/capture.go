package gsetting

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"bkt/internal/dconf"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// Capture gives the keys that the user has set to something else than the image, and as present all keys with a place
// of their own and the image's value.
func (s Subsystem) Capture(ctx context.Context, h *host.Host) (subsystem.Found, error) {
	var f subsystem.Found
	if plasma(h) {
		return f, subsystem.Absent("this is not GNOME")
	}
	all, err := dconf.Look(ctx, h)
	switch {
	case errors.Is(err, dconf.ErrNoTool), errors.Is(err, dconf.ErrNoSchemas):
		return f, subsystem.Absent(err.Error())
	case errors.Is(err, dconf.ErrNoSession):
		return f, subsystem.Unavailable(err.Error())
	case err != nil:
		return f, err
	}
	out := leftOut()
	for _, k := range all.Image() {
		i := item(k.Schema, k.Name, k.Value, k.From)
		if all.Locked[k.Path] {
			i.Attrs.Set(locked, true)
		}
		if s.Validate(i) == nil && !out.has(k.Schema, k.Name) {
			f.Present = append(f.Present, doc.Present{ID: i.ID, Attrs: i.Attrs})
		}
	}
	mine, bare := all.Mine()
	for _, k := range mine {
		i := item(k.Schema, k.Name, k.Value, k.From)
		switch {
		case out.has(k.Schema, k.Name):
		case s.Validate(i) != nil:
			bare = append(bare, k.Path)
		default:
			f.Items = append(f.Items, i)
		}
	}
	f.Unmanaged = unexplained(bare)
	return f, nil
}

// plasma says whether the machine's desktop is KDE's and not GNOME: its settings are not in dconf, and what is there
// belongs to a few programs.
func plasma(h *host.Host) bool {
	if h.Exists("/usr/bin/gnome-shell") || h.Look("gnome-shell") {
		return false
	}
	return h.Exists("/usr/bin/plasmashell") || strings.Contains(h.Getenv("XDG_CURRENT_DESKTOP"), "KDE")
}

// unexplained is one line for all values that no schema explains.
func unexplained(paths []string) []doc.Unmanaged {
	if len(paths) == 0 {
		return nil
	}
	dirs := map[string]bool{}
	for _, p := range paths {
		dirs[path.Dir(p)] = true
	}
	return []doc.Unmanaged{{Subsystem: Name, ID: "dconf",
		Reason: fmt.Sprintf("%s in %s that no schema here explains, such as %s", count(len(paths), "value"), count(len(dirs), "folder"), paths[0])}}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
