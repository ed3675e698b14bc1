// Package karg is the subsystem of kernel arguments: those of an image come from its kargs.d,
// and those of a machine from its boot loader.
package karg

import (
	"fmt"
	"strings"
	"unicode"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// Name is the subsystem's name in documents.
const Name = "karg"

// The modes of an item: the kernel boots with the argument, or without it though something
// else than bkt brings it.
const (
	Append = "append"
	Remove = "remove"
)

// Subsystem implements the interfaces of package subsystem.
type Subsystem struct{}

// Info names the subsystem.
func (Subsystem) Info() subsystem.Info {
	return subsystem.Info{Name: Name, Noun: "kernel argument", Plural: "kernel arguments", Tier: subsystem.Baked}
}

// Validate takes one argument, printable and with its quotes closed, that means the same on
// every machine, and the two modes.
func (Subsystem) Validate(i doc.Item) error {
	if err := valid(i.ID); err != nil {
		return err
	}
	if i.Scope != "" {
		return fmt.Errorf("kernel argument '%s' has the scope %q, but kernel arguments have none", i.ID, i.Scope)
	}
	if v, ok := i.Attrs["mode"]; ok && mode(i.Attrs) == "" {
		return fmt.Errorf("kernel argument '%s' has the mode %s, not append or remove", i.ID, v)
	}
	if why := local(i.ID); why != "" {
		return fmt.Errorf("kernel argument '%s' cannot be in a manifest: %s", i.ID, why)
	}
	return nil
}

// valid checks the text of one argument.
func valid(id string) error {
	for _, r := range id {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return fmt.Errorf("%q is not a kernel argument: it has a character that is not printable", id)
		}
	}
	switch words := split(id); {
	case strings.Count(id, `"`)%2 != 0:
		return fmt.Errorf("%q is not a kernel argument: a quote is not closed", id)
	case id == inits:
		return fmt.Errorf("'%s' is not a kernel argument: what follows it is not the kernel's", id)
	case len(words) != 1 || words[0] != id:
		return fmt.Errorf("%q is not one kernel argument", id)
	}
	return nil
}

// mode is an item's mode: Append where it names none, "" where it is unknown.
func mode(a doc.Attrs) string {
	if _, ok := a["mode"]; !ok {
		return Append
	}
	if m := a.String("mode"); m == Append || m == Remove {
		return m
	}
	return ""
}

// attrs are the attributes of a mode.
func attrs(mode string) doc.Attrs { return doc.Attrs{}.Set("mode", mode) }

// Describe words the mode.
func (Subsystem) Describe(i doc.Item) string {
	if mode(i.Attrs) == Remove {
		return "taken away"
	}
	return ""
}

// Attributes are what a person may say of an argument.
func (Subsystem) Attributes() []subsystem.Attribute {
	return []subsystem.Attribute{{Name: "mode", Values: []string{Append, Remove}, Default: Append}}
}

// Denied is an entry for an argument that is taken away.
func (Subsystem) Denied() doc.Attrs { return attrs(Remove) }

// Denies knows those.
func (Subsystem) Denies(a doc.Attrs) bool { return mode(a) == Remove }

// Warn says what no image does.
func (Subsystem) Warn(i doc.Item, _ subsystem.Manifests) string {
	if mode(i.Attrs) != Remove {
		return ""
	}
	return fmt.Sprintf("kernel argument %s: no image takes it away; on each machine `bkt apply` does, and a reboot", i.ID)
}

// Undoes says that taking an argument away is bkt-apply's, whatever the image brings.
func (Subsystem) Undoes(want doc.Item) bool { return mode(want.Attrs) == Remove }
