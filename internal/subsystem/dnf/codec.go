package dnf

import (
	"fmt"

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

// Gone is for somebody who wants a package away that the manifest does not name: it may be the
// image's own, and who asks for that may mean its base. dnf takes no group out of one.
func (Subsystem) Gone(i doc.Item) string {
	if isGroup(i.ID) {
		return fmt.Sprintf("group '%s' is not in the manifest; what the image itself brings goes by name: bkt-local change add dnf NAME mode=%s", i.ID, Remove)
	}
	return fmt.Sprintf("package '%s' is not in the manifest; to take one out that the image itself brings: bkt-local change add dnf '%s' mode=%s", i.ID, i.ID, Remove)
}
