// Package extension is the subsystem of GNOME Shell's extensions: what is installed in the user's home, and which of
// these and of the image's extensions are enabled.
package extension

import (
	"fmt"

	"bkt/internal/doc"
	"bkt/internal/pattern"
	"bkt/internal/subsystem"
)

// Name is the subsystem's name in documents.
const Name = "extension"

// enabled is the attribute of an item: the user wants it to run. Whether extensions run at all is a setting of its
// own, org.gnome.shell disable-user-extensions, and changes it for none.
const enabled = "enabled"

// Subsystem implements the interfaces of package subsystem.
type Subsystem struct{}

// Info names the subsystem.
func (Subsystem) Info() subsystem.Info {
	return subsystem.Info{Name: Name, Noun: "extension", Plural: "extensions", Tier: subsystem.Applied, Home: true}
}

// uuidForm keeps ids off hidden folders and options.
var uuidForm = pattern.Lazy{Expr: `^[A-Za-z0-9_@+][A-Za-z0-9._@+-]*$`}

// Validate takes uuids, which are names of folders, and a truth value.
func (Subsystem) Validate(i doc.Item) error {
	if !uuidForm.Re().MatchString(i.ID) || len(i.ID) > 255 {
		return fmt.Errorf("%q is not the uuid of an extension", i.ID)
	}
	if i.Scope != "" {
		return fmt.Errorf("extension '%s' has the scope %q, but extensions have none", i.ID, i.Scope)
	}
	if v, ok := i.Attrs[enabled]; ok && string(v) != "true" && string(v) != "false" {
		return fmt.Errorf("extension '%s': enabled is %s, not true or false", i.ID, v)
	}
	return nil
}

// item is an extension.
func item(uuid string, on bool) doc.Item {
	return doc.Item{Subsystem: Name, ID: uuid, Attrs: doc.Attrs{}.Set(enabled, on)}
}

// on says whether an item is to run; it is unless it says otherwise.
func on(a doc.Attrs) bool { return a.Bool(enabled, true) }

// Describe words the attributes: `disabled`.
func (Subsystem) Describe(i doc.Item) string {
	if on(i.Attrs) {
		return ""
	}
	return "disabled"
}

// InImage says that an extension that is wanted disabled is so where it is absent. Where the image brings it, the
// image's own choice counts.
func (Subsystem) InImage(want doc.Item, present func(scope, id string) (doc.Attrs, bool)) subsystem.Answer {
	a, there := present("", want.ID)
	if there && on(a) == on(want.Attrs) || !there && !on(want.Attrs) {
		return subsystem.Yes
	}
	return subsystem.No
}
