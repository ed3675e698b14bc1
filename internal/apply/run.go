package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// grace is how long an interrupted run may take to look what became of its last batch.
const grace = 1500 * time.Millisecond

// Machine is what a plan is carried out on.
type Machine struct {
	Host *host.Host
	// Input is what was compared: manifests, selection, older. Its state is replaced.
	Input compare.Input
	Book  *Book
	// Capture looks at some subsystems of the machine.
	Capture func(ctx context.Context, list []subsystem.Subsystem) (*doc.State, error)
	// Tell is told of each batch before it runs, by what it does to the things; nil: nobody is
	// there to see it.
	Tell func(e doc.Effect, name, scope, batch string, n int)
}

// Result is what became of a plan.
type Result struct {
	Steps []doc.ReportStep // in the order in which they ran
	After []string         // what is left to do for a person
	// TryAgain says that steps failed, and none for a reason of its own: it was the network,
	// or somebody else's lock.
	TryAgain bool
	// Unseen is why not all of what was done could be looked at; nil: all was.
	Unseen error
}

// Failed counts the steps that did not succeed.
func (r *Result) Failed() int {
	n := 0
	for _, s := range r.Steps {
		if s.Result == doc.Undone {
			n++
		}
	}
	return n
}

// Run carries steps out, batch by batch. Each success is noted at once; afterwards the machine
// is looked at again, and what is not as it should be has failed whatever its tool said. The
// error is that of the record: nothing more is done once it cannot be written.
func Run(ctx context.Context, steps []Step, m Machine) (*Result, error) {
	r := &runner{m: m, view: m.Input.Around(), errs: map[doc.Key]error{}, notes: map[doc.Key]string{}}
	rec := m.Book.Observe(compare.Observe(m.Input))
	all := batches(steps)
	for _, b := range all {
		if ctx.Err() != nil || rec != nil {
			break
		}
		rec = r.batch(ctx, b)
	}
	rec = errors.Join(rec, r.verify(ctx))
	return r.result(all, rec), rec
}

// Rehearse goes through a plan on a host on which nothing changes.
func Rehearse(ctx context.Context, steps []Step, m Machine) *Result {
	r := &runner{m: m, view: m.Input.Around(), errs: map[doc.Key]error{}, notes: map[doc.Key]string{}}
	all := batches(steps)
	for _, b := range all {
		for k, err := range b.run(ctx, m.Host, r.view) {
			r.notes[k] = "would fail: " + oneLine(err)
		}
	}
	return r.result(all, nil)
}

// runner is one run.
type runner struct {
	m      Machine
	view   subsystem.View
	tried  []*batch
	errs   map[doc.Key]error  // of the steps that were tried; nil: done
	notes  map[doc.Key]string // beside a result
	after  []string
	unseen error // of the look afterwards
}

// batch runs one batch and notes what succeeded.
func (r *runner) batch(ctx context.Context, b *batch) error {
	first := b.steps[0]
	if r.m.Tell != nil {
		r.m.Tell(first.effect(), first.Change.Subsystem, first.Change.Scope, b.name, len(b.steps))
	}
	failed := b.run(ctx, r.m.Host, r.view)
	r.tried = append(r.tried, b)
	var done []Step
	for _, s := range b.steps {
		r.errs[s.Change.Key()] = failed[s.Change.Key()]
		if failed[s.Change.Key()] == nil {
			done = append(done, s)
		}
	}
	if len(done) == 0 {
		return nil
	}
	return r.m.Book.Done(done)
}

// verify looks at the subsystems that were touched, corrects what the tools said, and brings
// the record up to date in reality's own spelling.
func (r *runner) verify(ctx context.Context) error {
	var names []string
	for _, b := range r.tried {
		names = append(names, b.steps[0].Change.Subsystem)
	}
	var list []subsystem.Subsystem
	for _, s := range r.m.Input.List {
		if slices.Contains(names, s.Info().Name) {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return nil
	}
	if ctx.Err() != nil {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer stop()
	}
	state, err := r.m.Capture(ctx, list)
	r.unseen = err
	if state == nil {
		return nil
	}
	in := r.m.Input
	in.State = state
	left := map[doc.Key]bool{}
	for _, c := range compare.Changes(in).Changes {
		// What apply brought before its image stays pending, and is here. What neither side has is
		// the pull request's alone.
		left[c.Key()] = (c.Class != doc.PendingImage || !c.Have.There()) && (c.Have.There() || in.Manifests.Want(c.Key()).There())
	}
	var found, lost []Step
	for _, b := range r.tried {
		if state.Subsystems[b.steps[0].Change.Subsystem].Count == nil {
			continue // absence proves nothing: its tool's word has to do
		}
		f, l := r.check(b, left)
		found, lost = append(found, f...), append(lost, l...)
	}
	if len(found)+len(lost) > 0 {
		if err := errors.Join(r.m.Book.Done(found), r.m.Book.Undone(lost)); err != nil {
			return err
		}
		for name, got := range state.Subsystems { // what was captured is as before: only S is not
			got.Applied = r.m.Book.Lines(name)
			state.Subsystems[name] = got
		}
	}
	return r.m.Book.Observe(compare.Observe(in))
}

// check compares what was said of a batch with what is there. It gives the steps that an
// interrupted or failing tool had carried out all the same, and those that a tool had not
// though it said so.
func (r *runner) check(b *batch, left map[doc.Key]bool) (found, lost []Step) {
	var done []Step
	for _, s := range b.steps {
		k := s.Change.Key()
		switch err, still := r.errs[k], left[k]; {
		case err != nil && !still:
			r.errs[k] = nil
			found = append(found, s)
		case err == nil && !still:
			done = append(done, s)
		case err == nil:
			if b.after([]Step{s}) == "" {
				r.errs[k] = errors.New("its tool reported success, and nothing has changed")
				lost = append(lost, s)
			} else {
				done = append(done, s)
			}
		}
	}
	if text := b.after(append(done, found...)); text != "" && !slices.Contains(r.after, text) {
		r.after = append(r.after, text)
	}
	return found, lost
}

// result words what became of all steps.
func (r *runner) result(all []*batch, rec error) *Result {
	out := &Result{After: r.after, Unseen: r.unseen}
	own := 0
	for _, b := range all {
		for _, s := range b.steps {
			k := s.Change.Key()
			step := doc.ReportStep{Subsystem: k.Subsystem, ID: k.ID, Scope: k.Scope, Action: action(s), Message: r.notes[k]}
			err, tried := r.errs[k]
			switch {
			case !tried:
				step.Result = doc.Skipped
				if step.Message == "" && rec != nil {
					step.Message = "not tried: the record cannot be written"
				}
			case err == nil:
				step.Result = doc.Done
			default:
				step.Result, step.Message = doc.Undone, oneLine(err)
				if errors.Is(err, subsystem.ErrTryAgain) {
					out.TryAgain = true
				} else {
					own++
				}
			}
			out.Steps = append(out.Steps, step)
		}
	}
	out.TryAgain = out.TryAgain && own == 0
	return out
}

// action is what a step does to the machine.
func action(s Step) string {
	switch s.Task.Verb {
	case subsystem.Install:
		return doc.Add
	case subsystem.Remove:
		return doc.Remove
	}
	return doc.Update
}

// Report makes the document of a result and of what was left.
func Report(h doc.Host, r *Result, left []Left) *doc.Report {
	out := &doc.Report{Host: h, Steps: append([]doc.ReportStep{}, r.Steps...)}
	for _, l := range left {
		s := Step{Change: l.Change}
		if verb, ok := (Options{Now: true}).verb(l.Change); ok {
			s.Task.Verb = verb
		}
		out.Steps = append(out.Steps, doc.ReportStep{Subsystem: l.Change.Subsystem, ID: l.Change.ID, Scope: l.Change.Scope,
			Action: action(s), Result: doc.Skipped, Message: fmt.Sprintf("%s: %s", l.Reason, l.Why)})
	}
	for _, s := range out.Steps {
		switch s.Result {
		case doc.Done:
			out.Counts.Done++
		case doc.Undone:
			out.Counts.Failed++
		default:
			out.Counts.Skipped++
		}
	}
	return out
}
