package doc

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

func (*State) kind() string   { return StateKind }
func (*Changes) kind() string { return ChangesKind }
func (*Files) kind() string   { return FilesKind }
func (*PR) kind() string      { return PRKind }
func (*Report) kind() string  { return ReportKind }

func (d *State) check() error {
	if d.Host.Hostname == "" {
		return errors.New("/host/hostname: missing")
	}
	for name, c := range d.Subsystems {
		if err := c.check("/subsystems/" + printable(name)); err != nil {
			return err
		}
	}
	twice := duplicates(d.Items, Item.Key)
	for n := range d.Items {
		i := &d.Items[n]
		if err := named("", i.Subsystem, i.ID); err != nil {
			return fmt.Errorf("/items/%d%w", n, err)
		}
		if i.Attrs == nil {
			return fmt.Errorf("/items/%d/attrs: missing", n)
		}
		if twice[n] {
			return fmt.Errorf("/items/%d: %s %s stands twice", n, printable(i.Subsystem), printable(i.ID))
		}
		if c, ok := d.Subsystems[i.Subsystem]; ok && c.Status != OK {
			return fmt.Errorf("/items/%d: nothing is known of %s, its status is %s", n, printable(i.Subsystem), printable(c.Status))
		}
	}
	for n, u := range d.Unmanaged {
		if err := named(fmt.Sprintf("/unmanaged/%d", n), u.Subsystem, u.ID); err != nil {
			return err
		}
	}
	return nil
}

func (c Collected) check(at string) error {
	if err := status(at, c.Status); err != nil {
		return err
	}
	switch {
	case c.Count == nil:
	case *c.Count < 0:
		return fmt.Errorf("%s/count: %d is below nothing", at, *c.Count)
	case c.Status != OK:
		return fmt.Errorf("%s/count: nothing was counted, its status is %s", at, c.Status)
	}
	for n, p := range c.Present {
		if p.ID == "" {
			return fmt.Errorf("%s/present/%d/id: missing", at, n)
		}
	}
	for n, a := range c.Applied {
		if a.ID == "" || !a.Want.Known() || !a.Have.Known() {
			return fmt.Errorf("%s/applied/%d: needs id, want and have", at, n)
		}
	}
	return nil
}

func (d *Changes) check() error {
	if d.Host.Hostname == "" {
		return errors.New("/host/hostname: missing")
	}
	for name, s := range d.Subsystems {
		if err := status("/subsystems/"+printable(name), s.Status); err != nil {
			return err
		}
	}
	return checkChanges(d.Changes)
}

func (d *Files) check() error {
	if err := checkChanges(d.Changes); err != nil {
		return err
	}
	if d.Base != nil && !objectID(*d.Base) {
		return fmt.Errorf("/base: '%s' is not a commit id", printable(*d.Base))
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
		if f.Base != nil && !objectID(*f.Base) {
			return fmt.Errorf("%s/base: '%s' is not a blob id", at, printable(*f.Base))
		}
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

func (d *Report) check() error {
	if d.Host.Hostname == "" {
		return errors.New("/host/hostname: missing")
	}
	for n, s := range d.Steps {
		at := fmt.Sprintf("/steps/%d", n)
		if err := named(at, s.Subsystem, s.ID); err != nil {
			return err
		}
		if !slices.Contains([]string{Add, Remove, Update}, s.Action) {
			return fmt.Errorf("%s/action: '%s' is not add, remove or update", at, printable(s.Action))
		}
		if !slices.Contains([]string{Done, Undone, Skipped}, s.Result) {
			return fmt.Errorf("%s/result: '%s' is not done, failed or skipped", at, printable(s.Result))
		}
	}
	return nil
}

// duplicates gives the places of entries whose key an earlier one has. A list in order, as bkt
// writes it, needs no more than a look at each neighbour.
func duplicates[T any](l []T, key func(T) Key) map[int]bool {
	inOrder := true
	for n := 1; n < len(l) && inOrder; n++ {
		inOrder = key(l[n-1]).compare(key(l[n])) < 0
	}
	if inOrder {
		return nil
	}
	twice, seen := map[int]bool{}, make(map[Key]bool, len(l))
	for n, e := range l {
		if k := key(e); seen[k] {
			twice[n] = true
		} else {
			seen[k] = true
		}
	}
	return twice
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
