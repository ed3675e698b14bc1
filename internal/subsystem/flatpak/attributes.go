package flatpak

import "bkt/internal/subsystem"

// Attributes are what a person may say of an app.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{
		{Name: remote, Needed: true},
		{Name: branch},
		{Name: overrides, Kind: subsystem.List},
	}
}
