package shim

import "bkt/internal/subsystem"

// Attributes are what a person may say of a shim.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{{Name: "host"}}
}
