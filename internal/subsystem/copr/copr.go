// Package copr is the subsystem of COPR projects: extra repositories that the build or the
// machine takes packages from.
package copr

import (
	"fmt"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/pattern"
	"bkt/internal/subsystem"
)

// Name is the subsystem's name in documents.
const Name = "copr"

// Hub is the only COPR server that `dnf copr enable owner/project` asks without being told.
const Hub = "copr.fedorainfracloud.org"

// Subsystem implements the interfaces of package subsystem.
type Subsystem struct{}

// Info names the subsystem.
func (Subsystem) Info() subsystem.Info {
	return subsystem.Info{Name: Name, Noun: "COPR", Plural: "COPRs", Tier: subsystem.Baked}
}

var idForm = pattern.Lazy{Expr: `^@?[A-Za-z0-9_.-]+/[A-Za-z0-9_.+-]+(:[a-z0-9:]+)?$`}

// Validate takes owner/project and @group/project.
func (Subsystem) Validate(i doc.Item) error {
	if err := validID(i.ID); err != nil {
		return err
	}
	if i.Scope != "" {
		return fmt.Errorf("COPR '%s' has the scope %q, but COPRs have none", i.ID, i.Scope)
	}
	for _, n := range []string{"enabled", "gpg_check"} {
		if v, ok := i.Attrs[n]; ok && string(v) != "true" && string(v) != "false" {
			return fmt.Errorf("COPR '%s' has the %s %s, not true or false", i.ID, n, v)
		}
	}
	return nil
}

// validID refuses what would be an option or a way out of a folder, too.
func validID(id string) error {
	owner, project, _ := strings.Cut(strings.TrimPrefix(id, "@"), "/")
	if idForm.Re().MatchString(id) && plain(owner) && plain(project) {
		return nil
	}
	return fmt.Errorf("%q is not a COPR, which is owner/project", id)
}

func plain(s string) bool { return s != "." && s != ".." && !strings.HasPrefix(s, "-") }

// enabled says whether the build uses an entry, checked whether packages must be signed.
func enabled(a doc.Attrs) bool { return a.Bool("enabled", true) }
func checked(a doc.Attrs) bool { return a.Bool("gpg_check", true) }

// attrs are an item's attributes.
func attrs(enabled, gpgCheck bool) doc.Attrs {
	return doc.Attrs{}.Set("enabled", enabled).Set("gpg_check", gpgCheck)
}

// Describe words the attributes: `disabled, unsigned`.
func (Subsystem) Describe(i doc.Item) string {
	var out []string
	if !enabled(i.Attrs) {
		out = append(out, "disabled")
	}
	if !checked(i.Attrs) {
		out = append(out, "unsigned")
	}
	return strings.Join(out, ", ")
}

// InImage tells whether the image carries an entry out. The build leaves a project that it
// used behind, disabled; one that it is not to use leaves nothing.
func (Subsystem) InImage(want doc.Item, present func(scope, id string) (doc.Attrs, bool)) subsystem.Answer {
	if !enabled(want.Attrs) {
		return subsystem.Yes
	}
	if _, ok := present("", want.ID); ok {
		return subsystem.Yes
	}
	return subsystem.No
}
