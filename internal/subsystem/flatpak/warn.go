package flatpak

import (
	"fmt"

	"bkt/internal/doc"
	"bkt/internal/remotes"
	"bkt/internal/subsystem"
)

// Warn names a remote that another machine cannot add: no manifest has it, and it is none that
// everybody knows. It is one line for all apps of the remote.
func (Subsystem) Warn(i doc.Item, m subsystem.Manifests) string {
	name := i.Attrs.String(remote)
	wanted := m.Items[remotes.Subsystem]
	for _, r := range wanted {
		if r.ID == name && r.Scope == i.Scope {
			return "" // whether it can be trusted is the remote's own warning
		}
	}
	nowhere := func(string) (doc.Attrs, bool) { return nil, false }
	if _, ok := remotes.Find(name, i.Scope, wanted, nowhere); ok || name == "" {
		return ""
	}
	if i.Scope == doc.System {
		return fmt.Sprintf("remote '%s' of the system's apps is in no manifest: where the image does not bring it, bkt apply cannot install them elsewhere", name)
	}
	return fmt.Sprintf("remote '%s' of the user's apps is in no manifest: bkt apply cannot install them elsewhere", name)
}
