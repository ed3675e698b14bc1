package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bkt/internal/applied"
	"bkt/internal/capture"
	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/journal"
	"bkt/internal/registry"
	"bkt/internal/render"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// commit writes what the journal comes to, against the manifests as they are now.
func (j *job) commit(ctx context.Context, _ []string) error {
	store, err := j.journal(ctx)
	if err != nil {
		return err
	}
	asked, err := j.asked()
	if err != nil {
		return err
	}
	var entries []journal.Entry
	if asked == nil || asked.done() {
		if entries, err = j.entries(store); err != nil {
			return err
		}
	}
	facts, err := j.facts(ctx)
	if err != nil {
		return err
	}
	nets, rest, unseen := journal.Fold(entries), []word(nil), error(nil)
	if asked != nil {
		nets, rest = asked.beside(nets, facts)
	}
	if *j.archived {
		if nets, unseen = j.survivors(ctx, nets); ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	if *j.choose && len(nets) > 0 {
		if nets, err = j.pick(ctx, nets); err != nil {
			return err
		}
	}
	out := journal.Make(nets, facts)
	if len(out.Conflicts) > 0 {
		if unseen = errors.Join(unseen, j.conflict(out.Conflicts)); !*j.leave {
			return j.conflict(out.Conflicts)
		}
	}
	for _, w := range rest {
		w.say(&out, j.list, facts)
	}
	if err := j.tell(out, store.Boot.ID); err != nil || unseen == nil {
		return err
	}
	return cli.With(cli.Partial, unseen)
}

// tell writes what a commit comes to.
func (j *job) tell(out journal.Commit, boot string) error {
	if j.c.Text() {
		return j.preview(out)
	}
	slices.Sort(out.Settled)
	return j.c.WriteDocument(&doc.Changes{Host: doc.Host{Hostname: j.h.Hostname(), OS: j.h.OS(), BootID: boot},
		Subsystems: map[string]doc.Status{}, Changes: out.Changes, Settled: slices.Compact(out.Settled)})
}

// facts are the manifests, and what this machine has published.
func (j *job) facts(ctx context.Context) (journal.Facts, error) {
	m, repo, err := j.manifests(ctx)
	if err != nil {
		return journal.Facts{}, err
	}
	p, err := applied.LoadPublished(j.h, repo)
	if err != nil {
		return journal.Facts{}, err
	}
	published := map[doc.Key]doc.Side{}
	if p != nil {
		for _, c := range append(p.Asked, p.Changes...) {
			published[c.Key()] = c.Have
		}
	}
	return journal.Facts{Want: m.Want, Published: func(k doc.Key) doc.Side { return published[k] },
		Reaches: j.reaches, Resolve: j.resolve.Side}, nil
}

// reaches says whether a machine that has the one has what the manifests ask for, however they
// spell it.
func (j *job) reaches(name string, want, have doc.Side) bool {
	if !want.There() || !have.There() {
		return want.There() == have.There()
	}
	s, _ := subsystem.Find(j.list, name)
	return have.Attrs().Satisfies(subsystem.Spelled(s, want.Attrs(), have.Attrs()))
}

// survivors are those of earlier boots that are still as they were left. What could not be seen
// is an error beside them.
func (j *job) survivors(ctx context.Context, nets []journal.Net) ([]journal.Net, error) {
	touched := slices.DeleteFunc(slices.Clone(j.list), func(s subsystem.Subsystem) bool {
		return !slices.ContainsFunc(nets, func(n journal.Net) bool { return n.Key.Subsystem == s.Info().Name })
	})
	state, failed := capture.State(ctx, j.h, touched, capture.Timeout)
	if state == nil {
		return nil, failed
	}
	here := map[doc.Key]doc.Side{}
	for _, i := range state.Items {
		here[i.Key()] = doc.Has(i.Attrs)
	}
	gone := 0
	nets = slices.DeleteFunc(nets, func(n journal.Net) bool {
		got := state.Subsystems[n.Key.Subsystem]
		now, there := here[n.Key]
		if there && j.reaches(n.Key.Subsystem, n.After, now) || !there && !n.After.There() && got.Status == doc.OK && got.Count != nil {
			return false
		}
		gone++
		return true
	})
	if gone > 0 {
		cli.Warn(j.stderr, j.c.Name, "%d of earlier boots are not as they were left, or not seen: left out", gone)
	}
	return nets, failed
}

// done words what a net effect is: from what was before, or from what the manifests said meanwhile
// where it is as it was.
func done(n journal.Net) doc.Change {
	was := n.Before
	if was.Equal(n.After) {
		was = n.Want
	}
	return doc.Change{Action: journal.Action(was, n.After), Subsystem: n.Key.Subsystem, Scope: n.Key.Scope, ID: n.Key.ID,
		Want: was, Have: n.After}
}

// pick lets a person choose on the terminal. What comes to nothing is not asked about.
func (j *job) pick(ctx context.Context, nets []journal.Net) ([]journal.Net, error) {
	nets = slices.DeleteFunc(nets, journal.Net.Nothing)
	if len(nets) == 0 {
		return nil, nil
	}
	var lines []string
	for _, n := range nets {
		lines = append(lines, render.Does(done(n), registry.Names(j.list)))
	}
	taken, err := cli.Choose(ctx, lines, "bkt-local commit --only LIST")
	if err != nil {
		return nil, err
	}
	var out []journal.Net
	for n, take := range taken {
		if take {
			out = append(out, nets[n])
		}
	}
	return out, nil
}

// conflict names what both sides changed, and the way out.
func (j *job) conflict(l []doc.Change) error {
	var errs []error
	for _, c := range l {
		errs = append(errs, fmt.Errorf("conflict: %s %q: here %s, in the distribution %s", c.Subsystem, c.ID, render.Side(c.Have), render.Side(c.Want)))
	}
	hint := run.Quote([]string{"bkt", "local", "commit", "--resolve", compare.Decide(compare.SideLocal, l)})
	return cli.Hint(cli.With(cli.No, errors.Join(errs...)), hint)
}

// preview shows a person what would be committed.
func (j *job) preview(out journal.Commit) error {
	var b strings.Builder
	for _, c := range out.Changes {
		b.WriteString(render.Does(c, registry.Names(j.list)) + "\n")
	}
	if len(out.Changes) == 0 {
		b.WriteString("Nothing to commit.\n")
	}
	_, err := fmt.Fprint(j.stdout, b.String())
	return err
}
