package repo

import (
	"fmt"

	"bkt/internal/manifest"
)

// Notes names the fields of another generator's that are kept and have no effect: packages are installed where
// system-packages.json names them, all in one layer, and /opt is a folder of the image.
func (Subsystem) Notes(path string, data []byte) []string {
	f, err := manifest.Open(path, data)
	if err != nil {
		return nil // Parse says so
	}
	repos, _, err := f.Objects(key)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range repos {
		name, _, _ := e.String("name")
		for _, n := range []struct{ field, text string }{
			{"packages", "the packages of %s are kept; what system-packages.json names is installed"},
			{"opt_path", "the opt_path of %s is kept, and not enforced"},
			{"layer_group", "the layer_group of %s is kept, and not enforced"},
		} {
			if at, ok := e.Field(n.field); ok {
				line, col := at.Position()
				out = append(out, fmt.Sprintf("%s:%d:%d: "+n.text, path, line, col, name))
			}
		}
	}
	return out
}
