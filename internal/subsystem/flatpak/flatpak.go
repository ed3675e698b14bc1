// Package flatpak is the subsystem of Flatpak applications, in the user's and the system-wide installation.
package flatpak

import (
	"strings"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// Name is the subsystem's name in documents.
const Name = "flatpak"

// Stable is the branch that a manifest means when it names none.
const Stable = "stable"

// The attributes of an item.
const (
	remote    = "remote"
	branch    = "branch"
	overrides = "overrides"
)

// Subsystem is the flatpak subsystem. Its zero value is ready.
type Subsystem struct{}

// New gives the subsystem.
func New() Subsystem { return Subsystem{} }

// Info names it.
func (Subsystem) Info() subsystem.Info {
	return subsystem.Info{
		Name: Name, Noun: "app", Plural: "apps", Tier: subsystem.Applied, Scopes: []string{"system", "user"},
	}
}

// Describe is `user, flathub`, with the branch where it is not the usual one.
func (Subsystem) Describe(i doc.Item) string {
	words := []string{i.Scope, i.Attrs.String(remote)}
	if b := i.Attrs.String(branch); b != Stable {
		words = append(words, b)
	}
	if n := len(i.Attrs.Strings(overrides)); n > 0 {
		words = append(words, "overrides")
	}
	out := words[:0]
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, ", ")
}
