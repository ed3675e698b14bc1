package doc

import (
	"errors"
	"fmt"
	"slices"
)

func checkChanges(l []Change) error {
	twice := duplicates(l, Change.Key)
	for n := range l {
		c := &l[n]
		if err := c.check(); err != nil {
			return fmt.Errorf("/changes/%d%w", n, err)
		}
		if twice[n] {
			return fmt.Errorf("/changes/%d: %s %s stands twice", n, printable(c.Subsystem), printable(c.ID))
		}
	}
	return nil
}

// check finds what is wrong with a change; the error begins with the field, /have: …
func (c *Change) check() error {
	if err := named("", c.Subsystem, c.ID); err != nil {
		return err
	}
	switch {
	case !slices.Contains([]string{Add, Remove, Update}, c.Action):
		return fmt.Errorf("/action: '%s' is not add, remove or update", printable(c.Action))
	case !c.Have.Known():
		return errors.New("/have: missing")
	case (c.Action == Remove) == c.Have.There():
		return fmt.Errorf("/have: does not fit the action %s", c.Action)
	case c.Action != Add && c.Want.Known() && !c.Want.There():
		return fmt.Errorf("/want: does not fit the action %s", c.Action)
	case !slices.Contains([]string{"", Done, Already}, c.Here):
		return fmt.Errorf("/here: '%s' is not done or already", printable(c.Here))
	case !slices.Contains([]string{"", Proposed, Declined, Merged}, c.Stage):
		return fmt.Errorf("/stage: '%s' is not proposed, declined or merged", printable(c.Stage))
	}
	fits, known := c.fits()
	switch {
	case !known:
		return fmt.Errorf("/class: '%s' is not a class", printable(c.Class))
	case !fits:
		return fmt.Errorf("/class: %s does not fit want and have", c.Class)
	}
	return nil
}

// fits says whether the sides are such as the class speaks of; a class comes from comparing,
// so that both sides are known.
func (c *Change) fits() (fits, known bool) {
	want, have := c.Want.There(), c.Have.There()
	switch c.Class {
	case "":
		return true, true
	case Uncaptured, Dropped, Released:
		fits = !want && have
	case ChangedHere, ChangedThere:
		fits = want && have
	case Missing:
		fits = want && !have
	case RemovedHere, PendingImage:
		fits = want
	case Redundant:
		fits = have
	case Conflict:
		fits = want || have
	default:
		return false, false
	}
	return fits && c.Want.Known(), true
}
