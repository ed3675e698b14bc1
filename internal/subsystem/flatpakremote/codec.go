package flatpakremote

import (
	"bkt/internal/doc"
	"bkt/internal/manifest"
	"bkt/internal/remotes"
)

// File is the manifest's name.
func (Subsystem) File() string { return "flatpak-remotes.json" }

// New is a manifest without remotes.
func (Subsystem) New() []byte { return []byte("{\n  \"remotes\": []\n}\n") }

// Parse reads the remotes. Whether one is filtered stays in the file and is no attribute: a filter is not enforced. Nor
// is the key of a remote that everybody knows.
func (s Subsystem) Parse(path string, data []byte) ([]doc.Item, error) {
	return s.list().Parse(path, data)
}

// list is the manifest's.
func (s Subsystem) list() manifest.Items {
	return manifest.Items{List: "remotes", ID: "name", Validate: s.Validate, Read: parseEntry, Fresh: fresh, Update: update}
}

func parseEntry(e manifest.Element) (doc.Item, error) {
	i := doc.Item{Subsystem: Name, Attrs: doc.Attrs{}}
	var err error
	if i.ID, err = e.Required("name"); err != nil {
		return i, err
	}
	if i.Scope, err = e.Required("scope"); err != nil {
		return i, err
	}
	url, err := e.Required(location)
	if err != nil {
		return i, err
	}
	i.Attrs.Set(location, url)
	key, hasKey, err := e.String(gpgKey)
	if err != nil {
		return i, err
	}
	if hasKey {
		i.Attrs.Set(gpgKey, key)
	}
	if _, _, err := e.Bool(filtered); err != nil {
		return i, err
	}
	if field, err := check(i); err != nil {
		at, _ := e.Field(field)
		return i, at.Errorf("%v", err)
	}
	canonicalize(i.Attrs)
	return i, nil
}

// canonicalize brings valid attributes into the form that capture gives them.
func canonicalize(a doc.Attrs) {
	url := remotes.CanonicalURL(a.String(location))
	a.Set(location, url)
	if ring, err := remotes.DecodeKeys(a.String(gpgKey)); err == nil {
		a.Set(gpgKey, remotes.EncodeKeys(ring))
	}
	if ok := remotes.Known(url); ok {
		delete(a, gpgKey)
	}
}
