// Package systemd is the subsystem of units: which of them the system's manager and the users'
// managers start, and which they never do.
package systemd

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/pattern"
	"bkt/internal/subsystem"
)

// Name is the subsystem's name in documents.
const Name = "systemd"

// The states of a unit. An item has the state in which the user's machine differs from the
// image; a unit that nobody has touched is none.
const (
	Enabled  = "enabled"
	Disabled = "disabled"
	Masked   = "masked"
)

// Subsystem implements the interfaces of package subsystem.
//
// A unit of scope user is one of the users' managers. An image enables it for every account
// (systemctl --global); on a machine each account has its own say (systemctl --user) on top
// of that.
type Subsystem struct{}

// Info names the subsystem.
func (Subsystem) Info() subsystem.Info {
	return subsystem.Info{Name: Name, Noun: "unit", Plural: "units", Tier: subsystem.Both,
		Scopes: []string{doc.System, doc.User}}
}

var nameForm = pattern.Lazy{Expr: `^[A-Za-z0-9:_.\\][A-Za-z0-9:_.\\@-]*$`}

// types are the kinds of units that have a file, systemd.unit(5); scopes and devices have none.
func types() []string {
	return []string{".service", ".socket", ".target", ".mount", ".automount", ".swap", ".timer", ".path", ".slice"}
}

// longest is how long systemd lets a name be, its type included.
const longest = 255

// Validate takes the names of systemd.unit(5), templates but by their instances, the two
// scopes, and the three states. A name that begins with a dash would be an option.
func (Subsystem) Validate(i doc.Item) error {
	if err := validName(i.ID); err != nil {
		return err
	}
	if i.Scope != doc.System && i.Scope != doc.User {
		return fmt.Errorf("unit '%s' has the scope %q, not system or user", i.ID, i.Scope)
	}
	if v, ok := i.Attrs["state"]; ok && !slices.Contains(states(), i.Attrs.String("state")) {
		return fmt.Errorf("unit '%s' has the state %s, not enabled, disabled or masked", i.ID, v)
	}
	return nil
}

func states() []string { return []string{Enabled, Disabled, Masked} }

func validName(id string) error {
	base := strings.TrimSuffix(id, path.Ext(id))
	switch {
	case !nameForm.Re().MatchString(id) || len(id) > longest || strings.Contains(id, ".."):
		return fmt.Errorf("%q is not the name of a unit", id)
	case !slices.Contains(types(), path.Ext(id)) || base == "":
		return fmt.Errorf("%q is not the name of a unit: it has no type, such as in %s.service", id, id)
	case strings.Count(base, "@") > 0 && strings.HasPrefix(base, "@"):
		return fmt.Errorf("%q is not the name of a unit", id)
	}
	return nil
}

// template is the unit whose file an instance has: getty@.service of getty@tty1.service; of
// all others it is the unit itself.
func template(id string) string {
	name, _, ok := strings.Cut(id, "@")
	if !ok {
		return id
	}
	return name + "@" + path.Ext(id)
}

// isInstance says whether a unit is one of a template's.
func isInstance(id string) bool { return template(id) != id }

// instance is what stands behind the @ of an instance's name.
func instance(id string) string {
	_, i, _ := strings.Cut(strings.TrimSuffix(id, path.Ext(id)), "@")
	return i
}

// isTemplate says whether a name stands for units that are named beyond it.
func isTemplate(id string) bool { return strings.HasSuffix(strings.TrimSuffix(id, path.Ext(id)), "@") }

// state is an item's state: Enabled where it names none.
func state(a doc.Attrs) string {
	if s := a.String("state"); s != "" {
		return s
	}
	return Enabled
}

// attrs are the attributes of a state.
func attrs(state string) doc.Attrs { return doc.Attrs{}.Set("state", state) }

func item(scope, id, state string) doc.Item {
	return doc.Item{Subsystem: Name, Scope: scope, ID: id, Attrs: attrs(state)}
}

// Describe words the attributes: `user, masked`.
func (Subsystem) Describe(i doc.Item) string {
	return scoped(i, state(i.Attrs))
}

// Rest words what a unit is that nobody has touched: `user, as its preset says`.
func (Subsystem) Rest(i doc.Item) string { return scoped(i, "as its preset says") }

// scoped names the scope that is not everybody's.
func scoped(i doc.Item, words string) string {
	if i.Scope == doc.User {
		return "user, " + words
	}
	return words
}

// Attributes are what a person may say of a unit. Without a word it is the system's.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{
		{Name: "state", Values: states(), Default: Enabled},
		{Name: "scope", Default: doc.System},
	}
}

// InImage says whether a machine that the user has not touched is as an entry wants it: what
// the image neither enables nor masks is disabled.
func (Subsystem) InImage(want doc.Item, present func(scope, id string) (doc.Attrs, bool)) subsystem.Answer {
	brought, ok := present(want.Scope, want.ID)
	if ok && state(brought) == state(want.Attrs) || !ok && state(want.Attrs) == Disabled {
		return subsystem.Yes
	}
	return subsystem.No
}
