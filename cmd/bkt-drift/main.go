// Command bkt-drift says what is out of sync between a machine and its distribution.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"bkt/internal/capture"
	"bkt/internal/changelog"
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

const usage = `usage: bkt-drift [flags] [- | FILE]

Compares this machine, or the bkt.state/v1 on stdin or in FILE, with the
manifests of its distribution. On a terminal it shows the status page,
elsewhere it writes bkt.changes/v1. It changes nothing.

  --repo DIR, --manifests DIR, --ref REV   where the manifests are
  --only LIST, --exclude LIST   these subsystems: flatpak, dnf:vim*
  --exit-code          exit 1 when there is drift
  --short              one line
  --no-changelog       leave out the manual steps that are not done here
  --root DIR           look at the system below DIR, and at no document
  --format FORMAT      auto, json or text     --color WHEN
  --verbose            show each command that runs, on stderr
  --help, --version

example: another machine's drift, from here
  ssh laptop bkt-capture | bkt-drift -

exit status: 0 done, drift or not · 1 drift, with --exit-code · 2 trouble ·
3 some subsystems could not be checked · 130 interrupted
`

func main() { cli.Main("bkt-drift", program) }

func program(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	c := cli.New("bkt-drift", usage, stdout, stderr,
		"repo", "manifests", "ref", "only", "exclude", "root", "format", "color", "verbose")
	exitCode, short := c.Bool("exit-code"), c.Bool("short")
	noSteps := c.Bool("no-changelog")
	if err := c.Parse(args, 1); err != nil {
		return err
	}
	if err := c.Excludes([2]string{"short", "format"}); err != nil {
		return err
	}
	if c.Root != "" && c.Operand(0) != "" {
		return cli.Hint(cli.Usage("--root and a document exclude each other"), c.Name+" --help")
	}
	list := registry.All()
	sel, err := compare.ParseSelection(c.Only, c.Exclude, list)
	if err != nil {
		return err
	}
	h := host.System(stdin, stdout, stderr, func(r run.Runner) run.Runner { return run.ReadOnly{Runner: c.Wrap(r)} })
	d, err := forge.Find(ctx, h, forge.Where{Manifests: c.Manifests, Repo: c.Repo, Ref: c.Ref, Dir: h.Dir})
	if err != nil {
		return err
	}
	if err := generate.Whole(d.Root); err != nil {
		return cli.Hint(err, "bkt-cfgen --sync --write")
	}
	if d.Behind > 0 {
		cli.Warn(stderr, c.Name, "'%s' is %d commits behind %s: git pull", d.Root, d.Behind, d.Upstream)
	}
	src := generate.Open(ctx, d)
	m, err := compare.Load(src.FS, src.Head, list)
	if err != nil {
		return err
	}
	for _, note := range compare.Notes(src.FS, list) {
		cli.Warn(stderr, c.Name, "%s", note)
	}
	if err := h.Under(c.Root); err != nil {
		return err
	}
	in := compare.Input{Manifests: m, Selection: sel, List: list}
	failed, err := look(ctx, c, h, stdin, args, d.Repo.URL, &in)
	if err != nil {
		return err
	}
	if c.Operand(0) == "" {
		in.Past = capture.Past(ctx, h, list, func(err error) { cli.Warn(stderr, c.Name, "left out: %s", err) })
	}
	if in.Older, err = compare.Older(ctx, d, in.State.Recorded); err != nil {
		return err
	}
	if len(in.Older) > 0 {
		cli.Warn(stderr, c.Name, "%s is older than what was applied there last, or that cannot be told: it removes nothing and sets nothing back", d.Source())
	}
	out := compare.Changes(in)
	compare.Coming(in, out)
	if in.Published != nil || c.Operand(0) == "" {
		out.Next = compare.Next(out, pullRequest(in), list, registry.Names(list).Count)
	}
	if c.Operand(0) == "" && !*noSteps {
		if out.Steps, err = steps(h, c.Name, stderr); err != nil {
			return err
		}
	}
	if err := show(c, h, out, d, list, *short); err != nil {
		return err
	}
	switch {
	case failed != nil:
		return cli.With(cli.Partial, failed)
	case *exitCode && compare.Drift(out) > 0:
		return cli.Silent(cli.No)
	}
	return nil
}

// look takes the state from the document that an operand names, else from this machine; the
// first error says what could not be checked here.
func look(ctx context.Context, c *cli.Command, h *host.Host, stdin io.Reader, args []string, repo string, in *compare.Input) (failed, err error) {
	if from := c.Operand(0); from != "" {
		d, err := c.ReadDocument(stdin, from, "bkt-capture | bkt-drift -", &doc.State{})
		if err != nil {
			return nil, err
		}
		in.State = d.(*doc.State)
		return unchecked(in.State), nil
	}
	if err := cli.OnHost(h, c.Name, args); err != nil {
		return nil, err
	}
	local, err := compare.LoadLocal(ctx, h, repo, in.List)
	if err != nil {
		return nil, err
	}
	in.Published, in.Held, in.Ignore = local.Published, local.Held, local.Ignore.Ignored
	var managed []subsystem.Subsystem
	for _, s := range in.Selection.Subsystems(in.List) {
		if in.Manifests.Managed(s.Info().Name) {
			managed = append(managed, s)
		}
	}
	in.State, failed = capture.State(ctx, h, managed, capture.Timeout)
	if in.State == nil {
		return nil, failed
	}
	return failed, nil
}

// steps are the manual steps that are released and not done on this machine; nil where there is none.
func steps(h *host.Host, name string, stderr io.Writer) ([]doc.Step, error) {
	all, err := changelog.Load(h)
	if err != nil {
		return nil, err
	}
	for _, odd := range all.Odd {
		cli.Warn(stderr, name, "%s", odd)
	}
	if l := all.Open(); len(l) > 0 {
		return l, nil
	}
	return nil, nil
}

// unchecked is what a document says that its machine could not tell.
func unchecked(s *doc.State) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(s.Subsystems)) {
		if got := s.Subsystems[name]; got.Status == doc.Failed {
			errs = append(errs, fmt.Errorf("%s: %s", name, got.Reason))
		}
	}
	return errors.Join(errs...)
}

// pullRequest is what the next change goes into, "" where no pull request is known.
func pullRequest(in compare.Input) string {
	if in.Published == nil || render.PRNumber(in.Published.URL) == "" {
		return ""
	}
	return render.PRName(in.Published.URL)
}

// show writes the document, the page, or one line.
func show(c *cli.Command, h *host.Host, out *doc.Changes, d *forge.Distribution, list []subsystem.Subsystem, short bool) error {
	switch {
	case short:
		return render.WriteShort(c.Stdout(), out)
	case !c.Text():
		return c.WriteDocument(out)
	}
	compared := d.Source()
	if !d.Fetched.IsZero() {
		compared += ", fetched " + render.Ago(h.Now().Sub(d.Fetched).Round(time.Second))
	}
	return render.WriteStatus(c.Stdout(), render.Page{
		Changes: out, Compared: compared, Names: registry.Names(list), Colour: c.Colored(h.Getenv)})
}
