package doc

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

func (*State) kind() string   { return StateKind }
func (*Changes) kind() string { return ChangesKind }
func (*Files) kind() string   { return FilesKind }
func (*PR) kind() string      { return PRKind }

func (d *State) check() error {
	if d.Host.Hostname == "" {
		return errors.New("/host/hostname: missing")
	}
	seen := map[Key]bool{}
	for n, i := range d.Items {
		at := fmt.Sprintf("/items/%d", n)
		if err := named(at, i.Subsystem, i.ID); err != nil {
			return err
		}
		if i.Attrs == nil {
			return fmt.Errorf("%s/attrs: missing", at)
		}
		if seen[i.Key()] {
			return fmt.Errorf("%s: %s %s stands twice", at, i.Subsystem, printable(i.ID))
		}
		seen[i.Key()] = true
	}
	for n, u := range d.Unmanaged {
		if err := named(fmt.Sprintf("/unmanaged/%d", n), u.Subsystem, u.ID); err != nil {
			return err
		}
	}
	for name, c := range d.Subsystems {
		at := "/subsystems/" + name
		if err := status(at, c.Status); err != nil {
			return err
		}
		for n, a := range c.Applied {
			if a.ID == "" || !a.Want.Known() || !a.Have.Known() {
				return fmt.Errorf("%s/applied/%d: needs id, want and have", at, n)
			}
		}
	}
	return nil
}

func (d *Changes) check() error {
	if d.Host.Hostname == "" {
		return errors.New("/host/hostname: missing")
	}
	for name, s := range d.Subsystems {
		if err := status("/subsystems/"+name, s.Status); err != nil {
			return err
		}
	}
	return checkChanges(d.Changes)
}

func (d *Files) check() error {
	if err := checkChanges(d.Changes); err != nil {
		return err
	}
	seen := map[string]bool{}
	for n, f := range d.Files {
		at := fmt.Sprintf("/files/%d", n)
		if err := Path(f.Path); err != nil {
			return fmt.Errorf("%s/path: %w", at, err)
		}
		if seen[f.Path] {
			return fmt.Errorf("%s: '%s' stands twice", at, f.Path)
		}
		seen[f.Path] = true
		if f.Mode != "100644" && f.Mode != "100755" {
			return fmt.Errorf("%s/mode: '%s' is not 100644 or 100755", at, printable(f.Mode))
		}
		if f.Content != nil && (!utf8.ValidString(*f.Content) || strings.ContainsRune(*f.Content, 0)) {
			return fmt.Errorf("%s/content: '%s' is not text", at, f.Path)
		}
	}
	return nil
}

func (d *PR) check() error {
	if !slices.Contains([]string{Created, Updated, Unchanged, Pushed}, d.State) {
		return fmt.Errorf("/state: '%s' is not created, updated, unchanged or pushed", printable(d.State))
	}
	return checkChanges(d.Changes)
}

func checkChanges(l []Change) error {
	for n, c := range l {
		at := fmt.Sprintf("/changes/%d", n)
		if err := named(at, c.Subsystem, c.ID); err != nil {
			return err
		}
		if !slices.Contains([]string{Add, Remove, Update}, c.Action) {
			return fmt.Errorf("%s/action: '%s' is not add, remove or update", at, printable(c.Action))
		}
		if !c.Have.Known() {
			return fmt.Errorf("%s/have: missing", at)
		}
		if (c.Action == Remove) == c.Have.There() {
			return fmt.Errorf("%s/have: does not fit the action %s", at, c.Action)
		}
	}
	return nil
}

func named(at, subsystem, id string) error {
	switch {
	case subsystem == "":
		return fmt.Errorf("%s/subsystem: missing", at)
	case id == "":
		return fmt.Errorf("%s/id: missing", at)
	}
	return nil
}

func status(at, s string) error {
	if s != OK && s != Unavailable && s != Failed {
		return fmt.Errorf("%s/status: '%s' is not ok, unavailable or failed", at, printable(s))
	}
	return nil
}

// Path says whether bkt may write p in a distribution: only the Containerfile and what lies
// below manifests/, generated/ and changelog/.
func Path(p string) error {
	bad := func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }
	dir, _, below := strings.Cut(p, "/")
	switch {
	case p == "Containerfile":
		return nil
	case !utf8.ValidString(p) || strings.ContainsFunc(p, bad) || path.Clean(p) != p:
		return fmt.Errorf("'%s' is not a clean path", printable(p))
	case !below || !slices.Contains([]string{"manifests", "generated", "changelog"}, dir):
		return fmt.Errorf("'%s' is not a file that bkt writes", printable(p))
	case slices.ContainsFunc(strings.Split(p, "/"), func(s string) bool { return strings.EqualFold(s, ".git") }):
		return fmt.Errorf("'%s' is git's own", printable(p))
	}
	return nil
}
