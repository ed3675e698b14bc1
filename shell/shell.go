// Package shell is what runs in people's shells: the porcelain, and the functions that make
// dnf and flatpak be remembered. It knows no program but by name.
package shell

import (
	_ "embed"
)

//go:embed hooks.bash
var hooksBash string

//go:embed hooks.fish
var hooksFish string

// Shells are those that there is an integration for.
func Shells() []string { return []string{"bash", "zsh", "fish"} }

// Hooks is the integration for one of Shells, to be evaluated; "" for any other. It prints
// nothing, defines functions and nothing else, and may be evaluated again.
func Hooks(name string) string {
	switch name {
	case "bash", "zsh": // one text for both
		return hooksBash
	case "fish":
		return hooksFish
	}
	return ""
}
