package karg

import (
	"fmt"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// Hand says that what is taken away, and what is no longer, is bkt-apply's, where somebody is there
// to say yes: an unattended run takes nothing away and sets nothing back. What is appended comes
// and goes with the image.
func (s Subsystem) Hand(c doc.Change) (summary string, steps []string) {
	gone := func(side doc.Side) bool { return side.There() && mode(side.Attrs()) == Remove }
	switch {
	case gone(c.Have) && !gone(c.Want):
		return s.Warn(doc.Item{ID: c.ID, Attrs: c.Have.Attrs()}, subsystem.Manifests{}), []string{fmt.Sprintf("kernel argument %s: `bkt apply` takes it away; then reboot", c.ID)}
	case gone(c.Want) && !c.Have.There():
		return fmt.Sprintf("kernel argument %s: no longer taken away; where it was, `bkt apply` gives it back, and a reboot", c.ID),
			[]string{fmt.Sprintf("kernel argument %s: `bkt apply` gives it back where it was taken away; then reboot", c.ID)}
	}
	return "", nil
}
