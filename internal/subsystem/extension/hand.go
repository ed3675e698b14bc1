package extension

import (
	"fmt"

	"bkt/internal/doc"
)

// Hand says that a Shell that runs does not see what is installed meanwhile.
func (Subsystem) Hand(c doc.Change) (summary string, steps []string) {
	runs := func(side doc.Side) bool { return side.There() && on(side.Attrs()) }
	if !runs(c.Have) || runs(c.Want) {
		return "", nil
	}
	return fmt.Sprintf("extension %s: a GNOME Shell that runs does not see it; once it is installed, log out and in again", c.ID),
		[]string{fmt.Sprintf("extension %s: once it is installed, log out and in again", c.ID)}
}
