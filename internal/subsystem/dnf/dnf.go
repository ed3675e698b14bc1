// Package dnf is the subsystem of rpm packages: what was layered on, installed on, excluded
// from or removed from the image.
package dnf

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/pattern"
	"bkt/internal/subsystem"
)

// Name is the subsystem's name in documents.
const Name = "dnf"

// The values of the attribute mode.
const (
	Install = "install" // in the image, or layered here
	Exclude = "exclude" // never installed along with another package
	Remove  = "remove"  // taken out of the base
)

// waits is the attribute of what comes with the next boot.
const waits = "staged"

// Subsystem implements the interfaces of package subsystem.
type Subsystem struct{}

// Info names the subsystem.
func (Subsystem) Info() subsystem.Info {
	return subsystem.Info{Name: Name, Noun: "package", Plural: "packages", Tier: subsystem.Baked}
}

// named says whether id is the name of a package or a group.
func named(id string) bool { return pattern.Word(strings.TrimPrefix(id, "@"), "", "._+:~@-") }

// Validate takes package names (with architecture or version where the user wrote one), and
// groups as `@id`, which can only be installed.
func (Subsystem) Validate(i doc.Item) error {
	if err := validID(i.ID); err != nil {
		return err
	}
	if i.Scope != "" {
		return fmt.Errorf("package '%s' has the scope %q, but packages have none", i.ID, i.Scope)
	}
	raw, ok := i.Attrs["mode"]
	mode := i.Attrs.String("mode")
	switch {
	case !ok:
	case !slices.Contains([]string{Install, Exclude, Remove}, mode):
		return fmt.Errorf("package '%s' has the mode %s, not install, exclude or remove", i.ID, raw)
	case isGroup(i.ID) && mode != Install:
		return fmt.Errorf("group '%s' can be installed only, not put under %s", i.ID, mode)
	}
	return nil
}

func validID(id string) error {
	if named(id) {
		return nil
	}
	return fmt.Errorf("%q is not a package name", id)
}

func isGroup(id string) bool { return strings.HasPrefix(id, "@") }

// mode is an item's mode; an item that says none is one to install.
func mode(a doc.Attrs) string {
	if m := a.String("mode"); m != "" {
		return m
	}
	return Install
}

// Spell gives want as have spells it: what waited for a reboot is the same when it is here.
func (Subsystem) Spell(want, have doc.Attrs) doc.Attrs {
	if want[waits] == nil || have[waits] != nil {
		return want
	}
	out := maps.Clone(want)
	delete(out, waits)
	return out
}

// Describe words the attributes: `until reboot`.
func (Subsystem) Describe(i doc.Item) string {
	var out []string
	switch mode(i.Attrs) {
	case Remove:
		out = append(out, "out of the base")
	case Exclude:
		out = append(out, "kept out of the image")
	}
	if r := i.Attrs.String("repo"); r != "" {
		out = append(out, "from "+r)
	}
	if u := i.Attrs.String("until"); u != "" {
		out = append(out, "until "+u)
	}
	if i.Attrs.Bool(waits, false) {
		out = append(out, "from the next boot on")
	}
	return strings.Join(out, ", ")
}

// arches are what a package name may end in after a dot.
var arches = []string{".x86_64", ".i686", ".noarch", ".aarch64", ".ppc64le", ".s390x", ".riscv64"}

// bare is a package's name without an architecture.
func bare(id string) string {
	for _, a := range arches {
		if name, ok := strings.CutSuffix(id, a); ok && name != "" {
			return name
		}
	}
	return id
}

// InImage tells whether the image carries an entry out: a package that it brings, itself or by
// another that provides it; one that it lacks where the entry removes it. What was excluded
// leaves no trace, and neither do groups.
func (Subsystem) InImage(want doc.Item, present func(scope, id string) (doc.Attrs, bool)) subsystem.Answer {
	if isGroup(want.ID) {
		return subsystem.Unknown
	}
	_, there := present("", want.ID)
	if !there {
		_, there = present("", bare(want.ID))
	}
	switch mode(want.Attrs) {
	case Exclude:
		return subsystem.Yes
	case Remove:
		there = !there
	}
	if there {
		return subsystem.Yes
	}
	return subsystem.No
}
