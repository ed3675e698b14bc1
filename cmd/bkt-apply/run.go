package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"bkt/internal/applied"
	"bkt/internal/apply"
	"bkt/internal/capture"
	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/generate"
	"bkt/internal/host"
	"bkt/internal/registry"
	"bkt/internal/render"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// lock takes the lock of each scope, in one order for all.
func (j *job) lock(ctx context.Context) (release func(), err error) {
	var held []func()
	release = func() {
		for _, f := range held {
			f()
		}
	}
	if j.h.DryRun != nil {
		return release, nil // it writes nothing, so it may look while somebody else writes
	}
	for _, scope := range j.scopes {
		err := applied.MakeDir(j.h, scope)
		var unlock func()
		if err == nil {
			unlock, err = host.Lock(ctx, j.h.Path(filepath.Join(applied.Dir(j.h, scope), "lock")), 0)
		}
		if err != nil {
			release()
			return nil, j.admin(scope, err)
		}
		held = append(held, unlock)
	}
	return release, nil
}

// admin adds the way out to an error of who may not write the system's record.
func (j *job) admin(scope string, err error) error {
	if scope == doc.System && errors.Is(err, fs.ErrPermission) {
		return cli.Hint(fmt.Errorf("the system's items are the administrator's to bring: %w", err), run.Quote(asRoot(j.argv)))
	}
	return err
}

// asRoot is the administrator's part of a command line, with more flags: with sudo, the user's items would be root's.
func asRoot(argv []string, more ...string) []string {
	out := slices.Concat([]string{"sudo", argv[0]}, more, argv[1:])
	for n, a := range out {
		name, value, joined := strings.Cut(strings.TrimLeft(a, "-"), "=")
		switch {
		case joined && name == "scope" && value == "all" && a[0] == '-':
			out[n] = "--scope=" + doc.System
		case a == "all" && (out[n-1] == "--scope" || out[n-1] == "-scope"):
			out[n] = doc.System
		}
	}
	return out
}

func (j *job) run(ctx context.Context) error {
	list := registry.All()
	d, err := forge.Find(ctx, j.h, forge.Where{Manifests: j.c.Manifests, Repo: j.c.Repo, Ref: j.c.Ref, Dir: j.h.Dir,
		Roots: j.h.UID == 0 && *j.once})
	if err != nil {
		return err
	}
	if err := generate.Whole(d.Root); err != nil {
		return cli.Hint(err, "bkt-cfgen --sync --write")
	}
	src := generate.Open(ctx, d)
	m, err := compare.Load(src.FS, src.Head, list)
	if err != nil {
		return err
	}
	book, scope, err := apply.OpenBook(j.h, j.scopes, list) // before anything is looked at: without it nothing may be done
	if err != nil {
		return cli.Hint(fmt.Errorf("%w: nothing is done while nobody knows what bkt brought here", err),
			run.Quote([]string{"mv", applied.RecordPath(j.h, scope), applied.RecordPath(j.h, scope) + ".broken"}))
	}
	look := func(ctx context.Context, l []subsystem.Subsystem) (*doc.State, error) {
		j.h.Forget()
		return capture.State(ctx, j.h, l, capture.Timeout)
	}
	state, unseen := look(ctx, j.managed(m, list))
	if state == nil {
		return unseen
	}
	in := compare.Input{Manifests: m, State: state, Selection: j.sel, List: list, Now: j.early(m)}
	if in.Older, err = j.older(ctx, d, state); err != nil {
		return err
	}
	if slices.Contains(j.scopes, doc.User) || j.h.UID != 0 { // root does not ask a home folder what to do to the system
		local, err := compare.LoadLocal(ctx, j.h, d.Repo.URL, list)
		if err != nil {
			return err
		}
		in.Published, in.Held, in.Ignore = local.Published, local.Held, local.Ignore.Ignored
	}
	from, err := d.Origin(ctx)
	if err != nil {
		return err
	}
	book.Of(from, in.Older)
	j.about, j.unknown = state.Host, sessionless(state, list)
	plan := j.plan(in, m)
	if *j.list {
		if err := render.WriteSteps(j.c.Stdout(), changes(plan), registry.Names(list)); err != nil || unseen == nil {
			return err
		}
		return cli.With(cli.Partial, unseen)
	}
	if err := j.show(plan, state.Host, d); err != nil {
		return err
	}
	mach := apply.Machine{Host: j.h, Input: in, Book: book, Capture: look, Tell: j.tell}
	return j.carryOut(ctx, plan, mach, unseen)
}

// sessionless are the things of the user's of which nothing is known here and now, since there is
// no session: another time there may be one.
func sessionless(s *doc.State, list []subsystem.Subsystem) []string {
	var out []string
	for _, sub := range list {
		if i := sub.Info(); i.Home && s.Subsystems[i.Name].Status == doc.Unavailable {
			out = append(out, i.Plural)
		}
	}
	return out
}

// managed are the subsystems to look at: those that the distribution manages, and whose items
// this account may act on.
func (j *job) managed(m *compare.Manifests, list []subsystem.Subsystem) []subsystem.Subsystem {
	var out []subsystem.Subsystem
	for _, s := range j.sel.Subsystems(list) {
		i := s.Info()
		acts := len(i.Scopes) > 0 || slices.Contains(j.scopes, i.Actor("")) || j.h.UID != 0
		if m.Managed(i.Name) && acts {
			out = append(out, s)
		}
	}
	return out
}

// early says whether what waits for the image comes at once: --now, or at the boot by policy.
func (j *job) early(m *compare.Manifests) bool { return *j.now || *j.once && m.Policy.LayersAtBoot() }

// older says for which scopes the manifests are older than what was applied last.
func (j *job) older(ctx context.Context, d *forge.Distribution, s *doc.State) (map[string]bool, error) {
	if *j.force {
		return nil, nil
	}
	out, err := compare.Older(ctx, d, s.Recorded)
	for _, scope := range j.scopes {
		if out[scope] {
			cli.Warn(j.stderr, j.c.Name, "%s is older than what was applied here last, or that cannot be told: nothing is removed or set back (--force)", d.Source())
			break
		}
	}
	return out, err
}

// plan is what is to be done, as far as it was asked for.
func (j *job) plan(in compare.Input, m *compare.Manifests) *apply.Plan {
	changes := compare.Changes(in).Changes
	changes = slices.DeleteFunc(changes, func(c doc.Change) bool {
		return j.selected != nil && !j.selected[c.Key()] || c.Class == doc.Dropped && !m.Policy.Removes(c.Subsystem)
	})
	p := apply.Make(changes, apply.Options{List: in.List, Scopes: j.scopes, Resolve: j.resolve, Now: in.Now,
		Unattended: *j.once, Force: *j.force, Owned: apply.Owned(in.State, in.List, j.scopes), Older: in.Older, View: in.Around()})
	p.Left = slices.DeleteFunc(p.Left, func(l apply.Left) bool {
		if l.Reason != apply.OtherScope {
			return false
		}
		return *j.scope != "" || j.h.UID == 0 && l.Why == doc.User // not asked for; a user's own items are nothing to tell root
	})
	return p
}

// changes are what a plan does.
func changes(p *apply.Plan) []doc.Change {
	var out []doc.Change
	for _, s := range p.Steps {
		out = append(out, s.Change)
	}
	return out
}

// show writes the plan for people, and how to do what this account may not.
func (j *job) show(p *apply.Plan, h doc.Host, d *forge.Distribution) error {
	out := render.Plan{Host: h, Source: d.Source(), Names: registry.Names(registry.All()), Colour: j.c.Colored(j.h.Getenv)}
	others := 0
	if !*j.yes || !cli.Terminal(j.stderr) { // who has said yes at a terminal knows it, and sees each step
		out.Do = changes(p)
	}
	for _, l := range p.Left {
		why := l.Why
		if l.Reason == apply.OtherScope {
			why, others = l.Why+"'s", others+1
		}
		out.Left = append(out.Left, render.LeftChange{Change: l.Change, Why: why})
	}
	if len(out.Do)+len(out.Left) == 0 {
		return nil
	}
	err := render.WritePlan(j.stderr, out)
	if others > 0 && j.h.UID != 0 {
		more := []string{"--scope", doc.System}
		if d.Root != "" && j.c.Manifests+j.c.Repo == "" {
			more = append(more, "--repo", d.Root) // root finds no other's
		}
		fmt.Fprintf(j.stderr, "hint: %s\n", run.Quote(asRoot(j.argv, more...)))
	}
	return err
}

// tell shows each batch before it runs, to a person.
func (j *job) tell(e doc.Effect, name, scope, batch string, n int) {
	if !cli.Terminal(j.stderr) {
		return
	}
	text := progress(e, registry.Names(registry.All()).Count(name, n), scope, batch)
	fmt.Fprintln(j.stderr, render.Printable(text)+" …")
}

// progress words a batch: `removing 2 packages out of the base`.
func progress(e doc.Effect, count, scope, batch string) string {
	verb := map[doc.Effect]string{doc.Comes: "installing", doc.Returns: "putting back", doc.Alters: "setting", doc.Goes: "removing"}[e]
	words := []string{verb, count, batch}
	if scope != "" {
		words = append(words, "("+scope+")")
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// carryOut asks, does it, and reports.
func (j *job) carryOut(ctx context.Context, p *apply.Plan, m apply.Machine, unseen error) error {
	res, rec := &apply.Result{}, error(nil)
	switch {
	case *j.dry:
		res = apply.Rehearse(ctx, p.Steps, m)
	default:
		if !*j.yes && len(p.Steps) > 0 {
			what := "this change"
			if n := len(p.Steps); n > 1 {
				what = fmt.Sprintf("these %d changes", n)
			}
			ok, err := cli.Ask(ctx, "Make "+what+" here?", run.Quote(append(slices.Clone(j.argv), "--yes")))
			if err != nil || !ok {
				return errors.Join(err, cli.Silent(cli.No))
			}
		}
		res, rec = apply.Run(ctx, p.Steps, m)
	}
	for _, line := range res.After {
		fmt.Fprintf(j.stderr, "%s: %s\n", j.c.Name, line)
	}
	if err := j.write(res, p.Left); err != nil && len(res.Steps) > 0 && !*j.dry {
		return cli.With(cli.Partial, fmt.Errorf("done, but not reported: %w", errors.Join(err, rec)))
	} else if err != nil {
		return err
	}
	return j.end(ctx, res, p, rec, errors.Join(unseen, res.Unseen))
}

// write writes the report.
func (j *job) write(res *apply.Result, left []apply.Left) error {
	if j.about.Hostname == "" { // nothing was looked at
		j.about = doc.Host{Hostname: j.h.Hostname(), BootID: j.h.BootID()}
	}
	report := apply.Report(j.about, res, left)
	switch {
	case !j.c.Text():
		return j.c.WriteDocument(report)
	case *j.dry && len(res.Steps) > 0:
		_, err := fmt.Fprintln(j.c.Stdout(), "That was a dry run: nothing was changed.")
		return err
	}
	if err := render.WriteReport(j.c.Stdout(), report, registry.Names(registry.All()), j.c.Colored(j.h.Getenv)); err != nil || len(j.unknown) == 0 {
		return err
	}
	_, err := fmt.Fprintf(j.c.Stdout(), "Not checked here and now: %s.\n", strings.Join(j.unknown, ", "))
	return err
}

// end is the exit code, and the marker where everything succeeded.
func (j *job) end(ctx context.Context, res *apply.Result, p *apply.Plan, rec, unseen error) error {
	held := slices.ContainsFunc(p.Left, func(l apply.Left) bool { return l.Reason == apply.TooMany })
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case rec != nil:
		return cli.With(cli.Partial, unnoted(res, rec))
	case res.TryAgain && unseen == nil && !held:
		return cli.With(cli.TryAgain, errors.New("some could not be reached: try again later"))
	case held:
		return cli.Hint(cli.With(cli.Partial, errors.New("so many removals at once look like an accident: none of them was done")),
			run.Quote(append(slices.Clone(j.argv), "--force")))
	case res.Failed() > 0 && unseen == nil && j.c.Text():
		return cli.Silent(cli.Partial) // the page has said it
	case res.Failed() > 0 || unseen != nil:
		return cli.With(cli.Partial, errors.Join(unseen, failures(res)))
	case j.deployment == "":
		return nil
	case len(j.unknown) > 0 && slices.Contains(j.scopes, doc.User):
		cli.Warn(j.stderr, j.c.Name, "nothing is known of the %s here and now: they are looked at again at the next login", strings.Join(j.unknown, ", "))
		return nil
	}
	for _, s := range j.scopes {
		if err := applied.Mark(j.h, s, j.deployment); err != nil {
			return cli.With(cli.Partial, fmt.Errorf("done, but not noted: %w", err))
		}
	}
	return nil
}

// unnoted is the error of a record that could not be written, before or after something was done.
func unnoted(res *apply.Result, rec error) error {
	if slices.ContainsFunc(res.Steps, func(s doc.ReportStep) bool { return s.Result == doc.Done }) {
		return fmt.Errorf("done, but not noted: %w", rec)
	}
	return fmt.Errorf("nothing was done, since it could not be noted: %w", rec)
}

// failures is an error of each step that failed.
func failures(res *apply.Result) error {
	var errs []error
	for _, s := range res.Steps {
		if s.Result == doc.Undone {
			errs = append(errs, fmt.Errorf("%s %s: %s", s.Subsystem, s.ID, s.Message))
		}
	}
	return errors.Join(errs...)
}
