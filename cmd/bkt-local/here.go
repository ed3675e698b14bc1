package main

import (
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

// here carries a change out on this machine, through the planners of bkt-apply; the manifests
// and the journal are others' business. args are those of `change`.
func here(ctx context.Context, c *cli.Command, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) < 3 {
		return cli.Hint(cli.Usage("not whole: here add|remove|update SUBSYSTEM ID"), "bkt-local --help")
	}
	list := registry.All()
	root := &rooted{}
	h := host.System(stdin, stdout, stderr, func(r run.Runner) run.Runner {
		root.Runner = shown{c.Wrap(r), stderr}
		return root
	})
	h.Fetch = fetch.Getter(h.Runner)
	if err := cli.OnHost(h, c.Name, append([]string{"here"}, args...)); err != nil {
		return err
	}
	d, err := change(h, list, args[0], args[1], args[2], args[3:])
	if err != nil {
		return err
	}
	s, err := find(list, args[1])
	if err != nil {
		return err
	}
	w := apply.Wish{Subsystem: s, Remove: args[0] == doc.Remove}
	for _, c := range d.Changes {
		w.Items = append(w.Items, doc.Item{Subsystem: c.Subsystem, ID: c.ID, Scope: c.Scope, Attrs: c.Have.Attrs()})
	}
	in := compare.Input{List: list}
	if in.Manifests, err = wanted(ctx, h, list); err != nil {
		return err
	}
	if in.State, err = capture.State(ctx, h, around(list, s), capture.Timeout); in.State == nil {
		return err
	}
	root.needed = h.UID != 0 && !h.Alternate() && s.Info().Actor(w.Items[0].Scope) == doc.System
	fates, err := apply.Grant(ctx, h, in, w, func(line string) { fmt.Fprintf(stderr, "%s: %s\n", c.Name, line) })
	if err != nil {
		return err
	}
	return told(c.Name, stderr, fates, w.Remove)
}

// around are the subsystems that a planner may ask about: its own, and those that it builds on.
func around(list []subsystem.Subsystem, s subsystem.Subsystem) []subsystem.Subsystem {
	names := []string{s.Info().Name}
	switch names[0] {
	case "flatpak":
		names = append(names, "flatpak-remote")
	case "gsetting":
		names = append(names, "extension")
	}
	return slices.DeleteFunc(slices.Clone(list), func(o subsystem.Subsystem) bool { return !slices.Contains(names, o.Info().Name) })
}

// wanted are the manifests, where there are any: what they say of remotes and exclusions counts.
func wanted(ctx context.Context, h *host.Host, list []subsystem.Subsystem) (*compare.Manifests, error) {
	d, err := forge.Find(ctx, h, forge.Where{Dir: h.Dir, Roots: h.UID == 0})
	if errors.Is(err, forge.ErrNone) || err != nil && h.UID == 0 {
		return compare.Of(map[string][]doc.Item{}, &manifest.Policy{}), nil
	}
	if err != nil {
		return nil, err
	}
	return compare.Load(d.FS, nil, list)
}

// told says what became of it. What has to wait makes the answer a no, unless something failed.
func told(name string, stderr io.Writer, fates []apply.Fate, remove bool) error {
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
	waits := false
	for _, f := range fates {
		switch {
		case f.Waits != "":
			waits = true
			fmt.Fprintf(stderr, "%s: %s: not here and now: %s\n", name, f.Item.ID, strings.TrimSpace(f.Waits))
		case f.True && remove:
			fmt.Fprintf(stderr, "%s: %s is not here\n", name, f.Item.ID)
		case f.True:
			fmt.Fprintf(stderr, "%s: %s is here already\n", name, f.Item.ID)
		}
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
