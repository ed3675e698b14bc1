package karg

import (
	"fmt"

	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// empty is an empty manifest; package systemd shares the file.
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

// key is where the lists stand, which are called as the modes are.
const key = "kargs"

// File is system-config.json, which is systemd's, too.
func (Subsystem) File() string { return "system-config.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte(empty) }

// names are the manifest's lists.
func (s Subsystem) names() manifest.Names {
	list := func(mode string) manifest.NameList {
		return manifest.NameList{Keys: []string{key, mode}, Value: mode}
	}
	return manifest.Names{Subsystem: Name, Attr: "mode", Default: Append, Validate: s.Validate,
		Lists: []manifest.NameList{list(Append), list(Remove)}}
}

// Parse gives one item per argument. One in both lists is an error.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	return s.names().Parse(path, data)
}

// Edit moves arguments in, out and between the lists.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	return manifest.EditNames(s.names(), path, data, edits)
}

// Gone is for somebody who wants an argument away that is in neither list: who asks for that
// may mean the machines, and not the manifest.
func (Subsystem) Gone(i doc.Item) string {
	return fmt.Sprintf("kernel argument '%s' is not in the manifest; to boot without one that the image or the machine brings: bkt-local change add karg '%s' mode=%s", i.ID, i.ID, Remove)
}
