package copr

import "bkt/internal/subsystem"

// Attributes are what a person may say of a project.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{
		{Name: "enabled", Kind: subsystem.Bool},
		{Name: "gpg_check", Kind: subsystem.Bool},
	}
}
