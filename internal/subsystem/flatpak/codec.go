package flatpak

import (
	"bkt/internal/doc"
	"bkt/internal/manifest"
)

// File is the manifest's name.
func (Subsystem) File() string { return "flatpak-apps.json" }

// New is a manifest without apps.
func (Subsystem) New() []byte { return []byte("{\n  \"apps\": []\n}\n") }

// Parse reads the apps. A commit stays in the file and is no attribute: pins are not enforced. An empty list of
// overrides says no more than none.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	return s.list().Parse(path, data)
}

// list is the manifest's.
func (s Subsystem) list() manifest.Items {
	return manifest.Items{List: "apps", ID: "id", Validate: s.Validate, Read: parseEntry, Fresh: fresh, Update: update}
}

func parseEntry(e manifest.Element) (doc.Item, error) {
	i := doc.Item{Subsystem: Name, Attrs: doc.Attrs{}}
	var err error
	if i.ID, err = e.Required("id"); err != nil {
		return i, err
	}
	if i.Scope, err = e.Required("scope"); err != nil {
		return i, err
	}
	from, err := e.Required(remote)
	if err != nil {
		return i, err
	}
	i.Attrs.Set(remote, from)
	if b, ok, err := e.String(branch); err != nil {
		return i, err
	} else if ok {
		i.Attrs.Set(branch, b)
	}
	if _, _, err := e.String("commit"); err != nil {
		return i, err
	}
	l, _, err := e.Strings(overrides)
	if err != nil {
		return i, err
	}
	if len(l) > 0 {
		i.Attrs.Set(overrides, canonicalOverrides(texts(l)))
	}
	if field, err := check(i); err != nil {
		at, _ := e.Field(field)
		return i, at.Errorf("%v", err)
	}
	return i, nil
}

func texts(l []manifest.Entry) []string {
	out := make([]string, len(l))
	for n, e := range l {
		out[n] = e.Value
	}
	return out
}
