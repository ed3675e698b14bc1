package apply

import (
	"context"
	"errors"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// batch are steps that one call of a planner carries out.
type batch struct {
	planner subsystem.Planner
	name    string // what they have in common, for a person; "" for one that goes alone
	steps   []Step
}

// batches puts steps together, in the order of the first of each.
func batches(steps []Step) []*batch {
	var out []*batch
	for _, s := range steps {
		planner := s.sub.(subsystem.Planner)
		name := planner.Batch(s.Task)
		if b := fitting(out, s, name); b != nil {
			b.steps = append(b.steps, s)
			continue
		}
		out = append(out, &batch{planner, name, []Step{s}})
	}
	return out
}

// fitting is the batch that a step belongs to, nil where it begins one.
func fitting(l []*batch, s Step, name string) *batch {
	if name == "" {
		return nil
	}
	for _, b := range l {
		first := b.steps[0]
		if b.name == name && first.Change.Subsystem == s.Change.Subsystem &&
			first.Change.Scope == s.Change.Scope && first.Task.Verb == s.Task.Verb {
			return b
		}
	}
	return nil
}

func tasks(steps []Step) []subsystem.Task {
	out := make([]subsystem.Task, len(steps))
	for n, s := range steps {
		out[n] = s.Task
	}
	return out
}

// run carries a batch out and gives the error of each step that failed. Where the batch fails
// as a whole, the planner is asked once which of its tasks cannot succeed, the others are run
// again, and what fails then is tried alone.
func (b *batch) run(ctx context.Context, h *host.Host, v subsystem.View) map[doc.Key]error {
	failed := map[doc.Key]error{}
	err := b.planner.Do(ctx, h, v, tasks(b.steps))
	if err == nil {
		return failed
	}
	if len(b.steps) == 1 || ctx.Err() != nil || errors.Is(err, subsystem.ErrTryAgain) {
		b.all(b.steps, err, failed)
		return failed
	}
	rest := b.steps
	if sifter, ok := b.planner.(subsystem.Sifter); ok {
		reasons, serr := sifter.Sift(ctx, h, v, tasks(b.steps))
		if serr != nil {
			b.all(b.steps, serr, failed)
			return failed
		}
		rest = nil
		for _, s := range b.steps {
			if why, no := reasons[s.Change.Key()]; no {
				failed[s.Change.Key()] = errors.New(why)
			} else {
				rest = append(rest, s)
			}
		}
		if len(rest) == 0 || len(rest) < len(b.steps) && b.planner.Do(ctx, h, v, tasks(rest)) == nil {
			return failed
		}
	}
	for _, s := range rest {
		if err := ctx.Err(); err != nil {
			failed[s.Change.Key()] = err
		} else if err := b.planner.Do(ctx, h, v, tasks([]Step{s})); err != nil {
			failed[s.Change.Key()] = err
		}
	}
	return failed
}

func (*batch) all(steps []Step, err error, failed map[doc.Key]error) {
	for _, s := range steps {
		failed[s.Change.Key()] = err
	}
}

// after is what a person has to do before a step shows; "" where it does already.
func (b *batch) after(steps []Step) string {
	if f, ok := b.planner.(subsystem.Follower); ok && len(steps) > 0 {
		return f.After(tasks(steps))
	}
	return ""
}

// oneLine is an error as one line.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
