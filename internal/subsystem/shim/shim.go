// Package shim is the subsystem of host shims: small scripts in the user's home that run a
// command on the host when they are called in a container.
package shim

import (
	"fmt"
	"path"
	"slices"

	"bkt/internal/doc"
	"bkt/internal/pattern"
	"bkt/internal/subsystem"
)

// Name is the subsystem's name in documents.
const Name = "shim"

// Subsystem implements the interfaces of package subsystem.
type Subsystem struct{}

// Info names the subsystem.
func (Subsystem) Info() subsystem.Info {
	return subsystem.Info{Name: Name, Noun: "shim", Plural: "shims", Tier: subsystem.Both, Home: true}
}

var (
	nameForm = pattern.Lazy{Expr: `^[A-Za-z0-9._+-]+$`}
	hostForm = pattern.Lazy{Expr: `^([A-Za-z0-9._+][A-Za-z0-9._+-]*|(/[A-Za-z0-9._+-]+)+)$`}
)

// used are the commands that a shim calls itself: in their place it would never end.
func used() []string { return []string{"sh", "env", "flatpak-spawn", "distrobox-host-exec"} }

// Validate takes file names as names, and one command, a name or a path, as host.
func (Subsystem) Validate(i doc.Item) error {
	if !nameForm.Re().MatchString(i.ID) || i.ID[0] == '-' || doc.Path(file(i.ID)) != nil {
		return fmt.Errorf("%q is not a name for a shim", i.ID)
	}
	if slices.Contains(used(), i.ID) {
		return fmt.Errorf("'%s' cannot be a shim: shims call it", i.ID)
	}
	if i.Scope != "" {
		return fmt.Errorf("shim '%s' has the scope %q, but shims have none", i.ID, i.Scope)
	}
	v, ok := i.Attrs["host"]
	h := i.Attrs.String("host")
	if ok && (!hostForm.Re().MatchString(h) || slices.Contains([]string{".", ".."}, path.Base(h))) {
		return fmt.Errorf("shim '%s' has the host %s, which is not one command without arguments", i.ID, v)
	}
	return nil
}

// hostOf is the command on the host that an item calls.
func hostOf(i doc.Item) string {
	if h := i.Attrs.String("host"); h != "" {
		return h
	}
	return i.ID
}

// item is a shim.
func item(name, host string) doc.Item {
	return doc.Item{Subsystem: Name, ID: name, Attrs: doc.Attrs{}.Set("host", host)}
}

// Describe words the attributes: `calls podman`.
func (Subsystem) Describe(i doc.Item) string {
	if h := hostOf(i); h != i.ID {
		return "calls " + h
	}
	return ""
}
