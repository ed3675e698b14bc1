package dnf

import (
	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// empty is an empty manifest; package copr shares the file.
const empty = `{
  "packages": [],
  "groups": [],
  "excluded": [],
  "copr_repos": []
}
`

// File is system-packages.json, which is copr's, too.
func (Subsystem) File() string { return "system-packages.json" }

// New is an empty manifest.
func (Subsystem) New() []byte { return []byte(empty) }

// names are the manifest's lists. A group is written with or without its @.
func (s Subsystem) names() manifest.Names {
	list := func(name, mode string) manifest.NameList {
		return manifest.NameList{Keys: []string{name}, Value: mode}
	}
	groups := list("groups", Install)
	groups.Sign = "@"
	return manifest.Names{Subsystem: Name, Attr: "mode", Default: Install, Validate: s.Validate,
		Lists: []manifest.NameList{list("packages", Install), groups, list("excluded", Exclude), list("removed", Remove)}}
}

// Parse gives one item per name. A name in two lists that contradict each other is an error.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	return s.names().Parse(path, data)
}

// Edit moves names in, out and between the lists.
func (s Subsystem) Edit(path string, data []byte, edits []subsystem.Edit) ([]byte, error) {
	return manifest.EditNames(s.names(), path, data, edits)
}
