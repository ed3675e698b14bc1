package apply

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// Wish is somebody's explicit word about items of one subsystem, to be carried out here
// whatever the manifests say.
type Wish struct {
	Subsystem subsystem.Subsystem
	Remove    bool
	Items     []doc.Item // with Remove only the identity counts
}

// Fate is what became of one item of a wish.
type Fate struct {
	Item  doc.Item
	True  bool   // it was so before
	Waits string // why it cannot be done here and now; it is for the image, or for another day
	Err   error  // it was tried, and failed
}

// Grant carries a wish out, through the same planners as everything else; in notes nothing of it.
// say gets one line on how, before it begins. The error is that nothing is known of the subsystem.
func Grant(ctx context.Context, h *host.Host, in compare.Input, w Wish, say func(string)) ([]Fate, error) {
	fates := make([]Fate, len(w.Items))
	switch got := in.State.Subsystems[w.Subsystem.Info().Name]; got.Status {
	case doc.OK:
	case doc.Failed:
		return nil, fmt.Errorf("nothing is known of the %s here: %s", w.Subsystem.Info().Plural, got.Reason)
	default: // this machine has no such thing, now or ever
		for n, i := range w.Items {
			fates[n] = Fate{Item: i, Waits: cmp.Or(got.Reason, "this machine has no "+w.Subsystem.Info().Plural)}
		}
		return fates, nil
	}
	view, met := in.Around(), in.Met(w.Items)
	var steps []Step
	for n, i := range w.Items {
		fates[n].Item = i
		step, need := w.step(in, view, met, i)
		if !need {
			fates[n].True = true
		} else if fates[n].Waits = w.waits(view, step); fates[n].Waits == "" {
			steps = append(steps, step)
		}
	}
	steps, err := w.foresee(ctx, h, view, steps, fates, say)
	if err != nil {
		return nil, err
	}
	failed := map[doc.Key]error{}
	for _, b := range batches(steps) {
		for k, err := range b.run(ctx, h, view) {
			failed[k] = err
		}
		if after := b.after(b.steps); after != "" && len(failed) == 0 {
			say(after)
		}
	}
	for n := range fates {
		fates[n].Err = failed[fates[n].Item.Key()]
	}
	return fates, nil
}

// step is what there is to do for one item; false: it is so already.
func (w Wish) step(in compare.Input, view subsystem.View, met func(doc.Key) bool, i doc.Item) (Step, bool) {
	have := doc.Absent()
	a, there := view.Has(i.Subsystem, i.Scope, i.ID)
	if there {
		have = doc.Has(a)
	}
	c := doc.Change{Action: doc.Add, Subsystem: i.Subsystem, ID: i.ID, Scope: i.Scope, Want: doc.Has(i.Attrs), Have: have}
	verb := subsystem.Install
	switch {
	case w.Remove && !there:
		return Step{}, false
	case w.Remove:
		c.Action, c.Want, verb = doc.Remove, doc.Absent(), subsystem.Remove
		if !slices.ContainsFunc(in.State.Items, func(o doc.Item) bool { return o.Key() == i.Key() }) {
			c.Blocked = w.brought(view)
		}
	case met(i.Key()):
		return Step{}, false
	case there:
		c.Action, verb = doc.Update, subsystem.Set
	}
	return Step{Change: c, Task: task(verb, c), sub: w.Subsystem}, true
}

// brought is why what the user has not brought stays. Without an image it can only be tried: a
// package is here for another one, or since the system was installed, and its manager knows.
func (w Wish) brought(view subsystem.View) string {
	switch {
	case view.Host.Image != nil:
		return "the image brings it"
	case w.Subsystem.Info().Tier == subsystem.Baked:
		return ""
	}
	return "the system brings it"
}

// waits is why a step cannot be done here and now, "" where it can.
func (w Wish) waits(view subsystem.View, s Step) string {
	_, can := w.Subsystem.(subsystem.Planner)
	_, early := w.Subsystem.(subsystem.Early)
	_, undoes := w.Subsystem.(subsystem.Undoer)
	if s.Change.Blocked != "" {
		return s.Change.Blocked
	}
	if !can || w.Subsystem.Info().Tier == subsystem.Baked && view.Host.Image != nil && !early && !undoes {
		return "it comes with the image"
	}
	if b, ok := w.Subsystem.(subsystem.Blocker); ok {
		return b.Blocked(s.Change, view)
	}
	return ""
}

// foresee leaves the steps that can come before their image.
func (w Wish) foresee(ctx context.Context, h *host.Host, view subsystem.View, steps []Step, fates []Fate, say func(string)) ([]Step, error) {
	f, ok := w.Subsystem.(subsystem.Foreseer)
	if !ok || len(steps) == 0 {
		return steps, nil
	}
	how, waits, err := f.Foresee(ctx, h, view, tasks(steps))
	if err != nil {
		return nil, err
	}
	var out []Step
	for _, s := range steps {
		if waits[s.Change.Key()] == "" {
			out = append(out, s)
		}
	}
	for n := range fates {
		if why := waits[fates[n].Item.Key()]; why != "" {
			fates[n].Waits = why
		}
	}
	if how != "" && len(out) > 0 {
		say(how)
	}
	return out, nil
}

// Fated is the error of a wish of which something failed: all of them, joined.
func Fated(l []Fate) error {
	var errs []error
	for _, f := range l {
		if f.Err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", f.Item.ID, f.Err))
		}
	}
	return errors.Join(errs...)
}
