package dnf

import "bkt/internal/subsystem"

// Attributes are what a person may say of a package or a group.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{{Name: "mode", Values: []string{Install, Exclude, Remove}, Default: Install}}
}
