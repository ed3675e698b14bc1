// Package flatpakremote is the subsystem of Flatpak's remotes, in the user's and the system-wide installation.
package flatpakremote

import (
	"fmt"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/pattern"
	"bkt/internal/remotes"
	"bkt/internal/subsystem"
)

// Name is the subsystem's name in documents.
const Name = remotes.Subsystem

// The attributes of an item.
const (
	location = remotes.URL
	filtered = remotes.Filtered
	gpgKey   = remotes.Key
)

// Subsystem is the flatpak-remote subsystem. Its zero value is ready.
type Subsystem struct{}

// New gives the subsystem.
func New() Subsystem { return Subsystem{} }

// Info names it.
func (Subsystem) Info() subsystem.Info {
	return subsystem.Info{
		Name: Name, Noun: "remote", Plural: "remotes", Tier: subsystem.Applied, Scopes: []string{"system", "user"},
	}
}

// Describe is `user, https://dl.flathub.org/repo`.
func (Subsystem) Describe(i doc.Item) string {
	return strings.Trim(i.Scope+", "+i.Attrs.String(location), ", ")
}

// Validate checks name, scope and attributes.
func (Subsystem) Validate(i doc.Item) error {
	_, err := check(i)
	return err
}

// remoteName is what `flatpak remote-add` takes, without the letters beyond ASCII that it takes as well.
var remoteName = pattern.Lazy{Expr: `^[A-Za-z0-9_][A-Za-z0-9_.-]*$`}

// check is Validate; field is the one of the manifest that is wrong.
func check(i doc.Item) (field string, err error) {
	switch {
	case !remoteName.Re().MatchString(i.ID):
		return "name", fmt.Errorf("%q is not a name that flatpak takes for a remote", i.ID)
	case i.Scope != "system" && i.Scope != "user":
		return "scope", fmt.Errorf("scope %q is not system or user", i.Scope)
	}
	if v, ok := i.Attrs[location]; ok {
		if len(v) == 0 || v[0] != '"' {
			return location, fmt.Errorf("url %s is not a string", v)
		}
		if err := remotes.ValidURL(i.Attrs.String(location)); err != nil {
			return location, err
		}
	}
	if v, ok := i.Attrs[filtered]; ok && string(v) != "true" && string(v) != "false" {
		return filtered, fmt.Errorf("filtered %s is not true or false", v)
	}
	if _, ok := i.Attrs[gpgKey]; ok {
		if _, err := remotes.DecodeKeys(i.Attrs.String(gpgKey)); err != nil {
			return gpgKey, fmt.Errorf("gpg_key is not a public key in base64: %w", err)
		}
	}
	return "", nil
}
