package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"bkt/internal/apply"
	"bkt/internal/capture"
	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/fetch"
	"bkt/internal/forge"
	"bkt/internal/host"
	"bkt/internal/manifest"
	"bkt/internal/registry"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// wish carries out somebody's explicit word, a document of `bkt-local change`, on this machine;
// the manifests, the record and the journal are others' business.
func (j *job) wish(ctx context.Context, stdin io.Reader, args []string) error {
	d, err := j.c.ReadDocument(stdin, j.c.Operand(0), "bkt-local change add flatpak org.gnome.Boxes | bkt-apply --wish -", &doc.Changes{})
	if err != nil {
		return err
	}
	list, from, asked := registry.All(), j.c.Operand(0), d.(*doc.Changes)
	w, err := wished(asked.Changes, list)
	if err != nil {
		return fmt.Errorf("%s: %w", cmp.Or(strings.TrimPrefix(from, "-"), "stdin"), err)
	}
	if len(w.Items) == 0 {
		return j.answer(asked, nil)
	}
	root := &rooted{}
	h := host.System(stdin, j.c.Stdout(), j.stderr, func(r run.Runner) run.Runner {
		if *j.dry {
			return run.DryRun{Runner: j.c.Wrap(r), Out: j.stderr}
		}
		root.Runner = shown{j.c.Wrap(r), j.stderr}
		return root
	})
	if *j.dry {
		h.DryRun = j.stderr
	}
	fetch.Allow(h)
	if err := cli.OnHost(h, j.c.Name, args); err != nil {
		return err
	}
	in := compare.Input{List: list}
	if in.Manifests, err = j.wanted(ctx, h, list); err != nil {
		return err
	}
	if in.State, err = capture.State(ctx, h, around(list, w.Subsystem), capture.Timeout); in.State == nil {
		return err
	}
	root.needed = h.UID != 0 && !h.Alternate() && w.Subsystem.Info().Actor(w.Items[0].Scope) == doc.System
	fates, err := apply.Grant(ctx, h, in, w, func(line string) { j.say("%s", line) })
	if err != nil {
		return err
	}
	return j.answer(asked, fates)
}

// wished is what a document asks for: changes of one subsystem and scope, in one direction, and
// without a class, which would be a comparison's finding and nobody's word.
func wished(changes []doc.Change, list []subsystem.Subsystem) (w apply.Wish, err error) {
	for _, c := range changes {
		s, known := subsystem.Find(list, c.Subsystem)
		switch first := changes[0]; {
		case c.Class != "":
			return w, fmt.Errorf("/changes/%d: %s %q has a class: it was found by bkt-drift, and without --wish it selects", c.At, c.Subsystem, c.ID)
		case !known:
			return w, fmt.Errorf("/changes/%d: unknown subsystem %q", c.At, c.Subsystem)
		case c.Subsystem != first.Subsystem || c.Scope != first.Scope || (c.Action == doc.Remove) != (first.Action == doc.Remove):
			return w, fmt.Errorf("/changes/%d: %s %q beside %s %q: a wish is of one subsystem and scope, and adds or removes",
				c.At, c.Subsystem, c.ID, first.Subsystem, first.ID)
		}
		w.Subsystem, w.Remove = s, c.Action == doc.Remove
		i := doc.Item{Subsystem: c.Subsystem, ID: c.ID, Scope: c.Scope, Attrs: c.Have.Attrs()}
		if err := w.Subsystem.Validate(i); err != nil {
			return w, fmt.Errorf("/changes/%d: %w", c.At, err)
		}
		w.Items = append(w.Items, i)
	}
	return w, nil
}

// around are the subsystems that a planner may ask about: its own, and those that it builds on.
func around(list []subsystem.Subsystem, s subsystem.Subsystem) []subsystem.Subsystem {
	names := []string{s.Info().Name}
	if r, ok := s.(subsystem.Reliant); ok {
		names = append(names, r.On()...)
	}
	return slices.DeleteFunc(slices.Clone(list), func(o subsystem.Subsystem) bool { return !slices.Contains(names, o.Info().Name) })
}

// wanted are the manifests, where there are any that can be read: what they say of remotes and
// exclusions counts, and a distribution that is broken is no reason to refuse.
func (j *job) wanted(ctx context.Context, h *host.Host, list []subsystem.Subsystem) (*compare.Manifests, error) {
	d, err := forge.Find(ctx, h, forge.Where{Manifests: j.c.Manifests, Repo: j.c.Repo, Ref: j.c.Ref, Dir: h.Dir, Roots: h.UID == 0})
	if err == nil {
		var m *compare.Manifests
		if m, err = compare.Load(d.FS, nil, list); err == nil {
			return m, nil
		}
	}
	if j.c.Manifests+j.c.Repo+j.c.Ref != "" {
		return nil, err
	}
	if !errors.Is(err, forge.ErrNone) && h.UID != 0 {
		cli.Warn(j.stderr, j.c.Name, "the manifests do not count here: %v", err)
	}
	return compare.Of(map[string][]doc.Item{}, &manifest.Policy{}), nil
}

// answer says what became of it, and writes what was asked for again, without what failed: what
// has to wait is blocked there, and makes the answer a no, unless something failed.
func (j *job) answer(asked *doc.Changes, fates []apply.Fate) error {
	rest := asked.Changes[:0:0]
	waits, done := false, false
	for n, f := range fates {
		c := asked.Changes[n]
		c.Blocked = strings.TrimSpace(f.Waits)
		switch {
		case f.Err != nil:
			continue
		case c.Blocked != "":
			waits = true
			j.say("%s: not here and now: %s", c.ID, c.Blocked)
		case f.True && c.Action == doc.Remove:
			c.Here = doc.Already
			j.say("%s is not here", c.ID)
		case f.True:
			c.Here = doc.Already
			j.say("%s is here already", c.ID)
		case *j.dry:
		default:
			c.Here, done = doc.Done, true
		}
		rest = append(rest, c)
	}
	asked.Changes = rest
	err := apply.Fated(fates)
	switch {
	case err != nil && done:
		err = cli.With(cli.Partial, err)
	case errors.Is(err, subsystem.ErrTryAgain):
		return cli.With(cli.TryAgain, err)
	case err != nil:
		return cli.With(cli.Trouble, err)
	case waits:
		err = cli.Silent(cli.No)
	}
	if j.c.Text() {
		return err
	}
	if unwritten := j.c.WriteDocument(asked); unwritten != nil {
		return unwritten
	}
	return err
}

// say tells one line of what became of a wish.
func (j *job) say(format string, args ...any) {
	fmt.Fprintf(j.stderr, "%s: %s\n", j.c.Name, fmt.Sprintf(format, args...))
}

// rooted puts sudo before what only root can do. rpm-ostree and flatpak ask polkit themselves.
type rooted struct {
	run.Runner
	needed bool
	asked  bool
}

// Run asks for the password first, once, while the terminal is sudo's alone.
func (r *rooted) Run(ctx context.Context, c run.Cmd) (run.Result, error) {
	if !r.needed || c.Effect == run.Reads || c.Argv[0] == "rpm-ostree" || c.Argv[0] == "flatpak" {
		return r.Runner.Run(ctx, c)
	}
	if _, err := r.Look("sudo"); err != nil {
		return r.Runner.Run(ctx, c)
	}
	if !r.asked {
		if res, err := r.Runner.Run(ctx, run.Cmd{Argv: []string{"sudo", "-v"}, Interactive: true}); err != nil {
			return res, err
		}
		r.asked = true
	}
	c.Argv = append([]string{"sudo", "-n", "--"}, c.Argv...)
	return r.Runner.Run(ctx, c)
}

// shown shows each command that changes something, and what it prints.
type shown struct {
	run.Runner
	out io.Writer
}

// Run lets a command write to the person's terminal.
func (s shown) Run(ctx context.Context, c run.Cmd) (run.Result, error) {
	if c.Effect != run.Reads && !c.Interactive && c.Stdout == nil {
		fmt.Fprintf(s.out, "+ %s\n", run.Quote(c.Argv))
		c.Stdout = s.out
	}
	return s.Runner.Run(ctx, c)
}
