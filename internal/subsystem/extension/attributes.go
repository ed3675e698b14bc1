package extension

import "bkt/internal/subsystem"

// Attributes are what a person may say of an extension. Without a word it is enabled.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{{Name: enabled, Kind: subsystem.Bool}}
}
