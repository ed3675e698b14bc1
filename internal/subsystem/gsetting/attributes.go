package gsetting

import "bkt/internal/subsystem"

// Attributes are what a person may say of a setting.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{
		{Name: value, Needed: true},
		{Name: from},
	}
}
