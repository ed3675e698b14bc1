package flatpak

import (
	"errors"
	"fmt"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/pattern"
)

// Validate checks id, scope and attributes by flatpak's own rules.
func (Subsystem) Validate(i doc.Item) error {
	_, err := check(i)
	return err
}

// check is Validate; field is the one of the manifest that is wrong.
func check(i doc.Item) (field string, err error) {
	if err := validID(i.ID); err != nil {
		return "id", fmt.Errorf("application id %q: %w", i.ID, err)
	}
	if i.Scope != "system" && i.Scope != "user" {
		return "scope", fmt.Errorf("scope %q is not system or user", i.Scope)
	}
	if v, ok := i.Attrs[remote]; ok && !remoteName(i.Attrs.String(remote)) {
		return remote, fmt.Errorf("remote %s is not a name that flatpak takes", v)
	}
	if v, ok := i.Attrs[branch]; ok && !branchName(i.Attrs.String(branch)) {
		return branch, fmt.Errorf("branch %s is not a name that flatpak takes", v)
	}
	if v, ok := i.Attrs[overrides]; ok {
		l := i.Attrs.Strings(overrides)
		if l == nil && string(v) != "[]" {
			return overrides, errors.New("overrides is not a list of strings")
		}
		for _, o := range l {
			if err := validOverride(o); err != nil {
				return overrides, err
			}
		}
	}
	return "", nil
}

// remoteName is what `flatpak remote-add` takes, without the letters beyond ASCII that it takes as well.
func remoteName(s string) bool { return pattern.Word(s, "_", "_.-") }

// branchName is flatpak's rule, see flatpak(1) on refs.
func branchName(s string) bool { return pattern.Word(s, "_-", "_.-") }

func archName(s string) bool { return pattern.Word(s, "_", "_") }

// validID is flatpak's rule for names, which is narrower than D-Bus's: at least three elements, and a dash in the last
// one only.
func validID(id string) error {
	if len(id) > 255 {
		return errors.New("longer than 255 characters")
	}
	elements := strings.Split(id, ".")
	if len(elements) < 3 {
		return errors.New("fewer than two dots")
	}
	for n, e := range elements {
		switch {
		case e == "":
			return errors.New("an element is empty")
		case e[0] >= '0' && e[0] <= '9':
			return errors.New("an element begins with a digit")
		}
		for _, r := range e {
			if r == '-' && n < len(elements)-1 {
				return errors.New("a dash before the last element")
			}
			if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-') {
				return fmt.Errorf("%q is not allowed", r)
			}
		}
	}
	return nil
}
