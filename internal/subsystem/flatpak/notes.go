package flatpak

import (
	"fmt"

	"bkt/internal/manifest"
)

// Notes names the entries that are pinned to a commit: a pin fights updates, so it is kept in
// the file and not enforced.
func (Subsystem) Notes(path string, data []byte) []string {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil // Parse says so
	}
	apps, _, err := f.Objects("apps")
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range apps {
		if pin, ok := e.Field("commit"); ok {
			line, col := pin.Position()
			id, _, _ := e.String("id")
			out = append(out, fmt.Sprintf("%s:%d:%d: the commit of %s is kept, and not enforced", path, line, col, id))
		}
	}
	return out
}
