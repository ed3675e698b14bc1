package flatpakremote

import "bkt/internal/manifest"

// Notes names the remotes that are to be filtered: a filter is the image's, so the wish is
// kept in the file and not enforced.
func (s Subsystem) Notes(path string, data []byte) []string {
	return s.list().Notes(path, data, filtered, "filter", func(e manifest.Element) bool {
		on, _, _ := e.Bool(filtered)
		return on
	})
}
