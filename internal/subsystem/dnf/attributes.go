package dnf

import (
	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// Attributes are what a person may say of a package or a group.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{{Name: "mode", Values: []string{Install, Exclude, Remove}, Default: Install}}
}

// Denied is an entry for what is taken out of the base.
func (Subsystem) Denied() doc.Attrs { return doc.Attrs{}.Set("mode", Remove) }

// Denies knows those, and what is never to be installed.
func (Subsystem) Denies(a doc.Attrs) bool { return mode(a) != Install }
