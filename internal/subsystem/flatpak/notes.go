package flatpak

import "bkt/internal/manifest"

// Notes names the entries that are pinned to a commit: a pin fights updates, so it is kept in
// the file and not enforced.
func (s Subsystem) Notes(path string, data []byte) []string {
	return s.list().Notes(path, data, "commit", "commit", func(manifest.Element) bool { return true })
}
