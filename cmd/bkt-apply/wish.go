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
	list, from := registry.All(), j.c.Operand(0)
	w, err := wished(d.(*doc.Changes).Changes, list)
	if err != nil {
		return fmt.Errorf("%s: %w", cmp.Or(strings.TrimPrefix(from, "-"), "stdin"), err)
	}
	if len(w.Items) == 0 {
		return nil
	}
	root := &rooted{}
	h := host.System(stdin, j.c.Stdout(), j.stderr, func(r run.Runner) run.Runner {
		root.Runner = shown{j.c.Wrap(r), j.stderr}
		return root
	})
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
	fates, err := apply.Grant(ctx, h, in, w, func(line string) { fmt.Fprintf(j.stderr, "%s: %s\n", j.c.Name, line) })
	if err != nil {
		return err
	}
	return j.told(fates, w.Remove)
}

// wished is what a document asks for: changes of one subsystem and scope, in one direction, and
// without a class, which would be a comparison's finding and nobody's word.
func wished(changes []doc.Change, list []subsystem.Subsystem) (w apply.Wish, err error) {
	for _, c := range changes {
		at := slices.IndexFunc(list, func(s subsystem.Subsystem) bool { return s.Info().Name == c.Subsystem })
		switch first := changes[0]; {
		case c.Class != "":
			return w, fmt.Errorf("/changes/%d: %s %q has a class: it was found by bkt-drift, and without --wish it selects", c.At, c.Subsystem, c.ID)
		case at < 0:
			return w, fmt.Errorf("/changes/%d: unknown subsystem %q", c.At, c.Subsystem)
		case c.Subsystem != first.Subsystem || c.Scope != first.Scope || (c.Action == doc.Remove) != (first.Action == doc.Remove):
			return w, fmt.Errorf("/changes/%d: %s %q beside %s %q: a wish is of one subsystem and scope, and adds or removes",
				c.At, c.Subsystem, c.ID, first.Subsystem, first.ID)
		}
		w.Subsystem, w.Remove = list[at], c.Action == doc.Remove
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

// told says what became of it, and names on stdout what has to wait, an id a line; that makes the
// answer a no, unless something failed.
func (j *job) told(fates []apply.Fate, remove bool) error {
	name, stderr := j.c.Name, j.stderr
	waits := false
	for _, f := range fates {
		switch {
		case f.Waits != "":
			waits = true
			if _, err := fmt.Fprintln(j.c.Stdout(), f.Item.ID); err != nil {
				return err
			}
			fmt.Fprintf(stderr, "%s: %s: not here and now: %s\n", name, f.Item.ID, strings.TrimSpace(f.Waits))
		case f.True && remove:
			fmt.Fprintf(stderr, "%s: %s is not here\n", name, f.Item.ID)
		case f.True:
			fmt.Fprintf(stderr, "%s: %s is here already\n", name, f.Item.ID)
		}
	}
	if err := apply.Fated(fates); err != nil {
		code := cli.Trouble
		if errors.Is(err, subsystem.ErrTryAgain) {
			code = cli.TryAgain
		}
		if slices.ContainsFunc(fates, func(f apply.Fate) bool { return f.Err == nil && !f.True && f.Waits == "" }) {
			code = cli.Partial
		}
		return cli.With(code, err)
	}
	if waits {
		return cli.Silent(cli.No)
	}
	return nil
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
