package repo

import "bkt/internal/subsystem"

// Attributes are what a person may say of a repository.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{
		{Name: baseURL, Needed: true},
		{Name: gpgKey, Needed: true},
		{Name: displayName},
	}
}
