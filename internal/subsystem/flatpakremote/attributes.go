package flatpakremote

import "bkt/internal/subsystem"

// Attributes are what a person may say of a remote.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{
		{Name: location, Needed: true},
		{Name: filtered, Kind: subsystem.Bool},
		{Name: gpgKey},
	}
}
