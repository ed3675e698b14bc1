package flatpakremote

import (
	"fmt"

	"bkt/internal/manifest"
)

// Notes names the remotes that are to be filtered: a filter is the image's, so the wish is
// kept in the file and not enforced.
func (Subsystem) Notes(path string, data []byte) []string {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil // Parse says so
	}
	remotes, _, err := f.Objects("remotes")
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range remotes {
		if on, _, _ := e.Bool("filtered"); !on {
			continue
		}
		at, _ := e.Field("filtered")
		line, col := at.Position()
		name, _, _ := e.String("name")
		out = append(out, fmt.Sprintf("%s:%d:%d: the filter of %s is kept, and not enforced", path, line, col, name))
	}
	return out
}
