package systemd

import (
	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// empty is an empty manifest; package karg shares the file.
const empty = `{
  "kargs": {
    "append": [],
    "remove": []
  },
  "systemd": {
    "enable": [],
    "disable": [],
    "mask": []
  }
}
`

// File is system-config.json, which is karg's, too.
func (Subsystem) File() string { return "system-config.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte(empty) }

// names are the manifest's lists. A unit that is disabled may be masked as well.
func (s Subsystem) names() manifest.Names {
	n := manifest.Names{Subsystem: Name, Attr: "state", Default: Enabled, Validate: s.Validate}
	for _, l := range []struct{ name, state, over string }{{"enable", Enabled, ""}, {"disable", Disabled, ""}, {"mask", Masked, Disabled}} {
		n.Lists = append(n.Lists,
			manifest.NameList{Keys: []string{"systemd", l.name}, Scope: doc.System, Value: l.state, Over: l.over},
			manifest.NameList{Keys: []string{"systemd", "user", l.name}, Scope: doc.User, Value: l.state, Over: l.over})
	}
	return n
}

// Parse gives one item per unit and scope.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	return s.names().Parse(path, data)
}

// Edit moves units in, out and between the lists.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	return manifest.EditNames(s.names(), path, data, edits)
}
