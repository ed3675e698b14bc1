package flatpakremote

import (
	"strings"

	"bkt/internal/doc"
	"bkt/internal/remotes"
	"bkt/internal/subsystem"
)

// Warn names a remote that other machines cannot reach, or have no key to trust.
func (Subsystem) Warn(i doc.Item, _ subsystem.Manifests) string {
	url := i.Attrs.String(location)
	famous := remotes.Known(remotes.CanonicalURL(url))
	switch {
	case strings.HasPrefix(url, "file:"):
		return "remote " + i.ID + " is a folder of this machine: no other machine can reach it"
	case !famous && i.Attrs.String(gpgKey) == "":
		return "remote " + i.ID + " is not verified by a key here: other machines have none to trust it by"
	}
	return ""
}
