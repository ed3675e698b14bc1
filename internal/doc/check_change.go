package doc

import (
	"fmt"
	"slices"
)

func checkChanges(l []Change) error {
	seen := map[Key]bool{}
	for n, c := range l {
		at := fmt.Sprintf("/changes/%d", n)
		if err := c.check(at); err != nil {
			return err
		}
		if seen[c.Key()] {
			return fmt.Errorf("%s: %s %s stands twice", at, printable(c.Subsystem), printable(c.ID))
		}
		seen[c.Key()] = true
	}
	return nil
}

func (c Change) check(at string) error {
	if err := named(at, c.Subsystem, c.ID); err != nil {
		return err
	}
	switch {
	case !slices.Contains([]string{Add, Remove, Update}, c.Action):
		return fmt.Errorf("%s/action: '%s' is not add, remove or update", at, printable(c.Action))
	case !c.Have.Known():
		return fmt.Errorf("%s/have: missing", at)
	case (c.Action == Remove) == c.Have.There():
		return fmt.Errorf("%s/have: does not fit the action %s", at, c.Action)
	case c.Action != Add && c.Want.Known() && !c.Want.There():
		return fmt.Errorf("%s/want: does not fit the action %s", at, c.Action)
	case !slices.Contains([]string{"", Proposed, Declined, Merged}, c.Stage):
		return fmt.Errorf("%s/stage: '%s' is not proposed, declined or merged", at, printable(c.Stage))
	}
	fits, known := c.fits()
	switch {
	case !known:
		return fmt.Errorf("%s/class: '%s' is not a class", at, printable(c.Class))
	case !fits:
		return fmt.Errorf("%s/class: %s does not fit want and have", at, c.Class)
	}
	return nil
}

// fits says whether the sides are such as the class speaks of; a class comes from comparing,
// so that both sides are known.
func (c Change) fits() (fits, known bool) {
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
