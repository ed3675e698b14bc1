// Command bkt-apply brings a machine to where its distribution's manifests want it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"bkt/internal/applied"
	"bkt/internal/apply"
	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/fetch"
	"bkt/internal/host"
	"bkt/internal/registry"
	"bkt/internal/run"
)

const usage = `usage: bkt-apply [flags] [- | FILE]

Brings this machine to where the manifests want it: installs what is missing,
sets what changed there, removes what bkt itself brought and they dropped.
Shows the plan and asks. A bkt.changes/v1 on stdin or in FILE only selects.
Writes bkt.report/v1.

With --wish it carries out what FILE, from 'bkt-local change', says, and nothing
else: asks nothing, records nothing, and writes FILE again without what failed,
and with why something has to wait for an image.

  --yes                ask nothing
  --dry-run            show what would run; change nothing
  --list               name what would be done, one change a line: how --only
                       names it, a tab, and words; change nothing
  --now                packages that wait for the image, too
  --once               only if this deployment was not applied yet; only add
  --scope SCOPE        system, user or all; root: system, others: user
  --wish               FILE is somebody's word, whatever the manifests say
  --force              older manifests, and many removals at once, too
  --resolve WHO        conflicts: manifest, or ID=manifest,ID=local
  --repo DIR, --manifests DIR, --ref REV   where the manifests are
  --only LIST, --exclude LIST              these subsystems: flatpak, dnf:vim*
  --format FORMAT, --color WHEN, --verbose, --help, --version

example: only the apps
  bkt-drift --only flatpak --format json | bkt-apply -

exit status: 0 done, nothing to do included · 1 the answer was no, or a wish has
to wait · 2 trouble, nothing changed · 3 some failed, the next run does the rest
75 try again later · 130 interrupted
`

func main() { cli.Main("bkt-apply", program) }

// job is one run.
type job struct {
	c                                *cli.Command
	yes, dry, list, now, once, force *bool
	granting                         *bool // --wish
	scope                            *string
	scopes                           []string // whose items may be acted on
	deployment                       string   // the booted one, with --once
	resolve                          compare.Resolve
	sel                              compare.Selection
	selected                         map[doc.Key]bool // nil: no document selects
	h                                *host.Host
	about                            doc.Host // as it was looked at
	unknown                          []string // things of the user's that nobody could look at
	stderr                           io.Writer
	argv                             []string
}

func program(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	c := cli.New("bkt-apply", usage, stdout, stderr,
		"repo", "manifests", "ref", "only", "exclude", "resolve", "format", "color", "verbose")
	j := &job{c: c, yes: c.Bool("yes"), dry: c.Bool("dry-run"), list: c.Bool("list"), now: c.Bool("now"), once: c.Bool("once"), force: c.Bool("force"), granting: c.Bool("wish"),
		scope: c.Flags().String("scope", "", ""), stderr: stderr, argv: append([]string{"bkt-apply"}, args...)}
	if err := c.Parse(args, 1); err != nil {
		return err
	}
	if err := j.check(); err != nil {
		return err
	}
	if *j.granting {
		return j.wish(ctx, stdin, args)
	}
	j.h = host.System(stdin, stdout, stderr, func(r run.Runner) run.Runner {
		switch {
		case *j.dry:
			r = run.DryRun{Runner: r, Out: stderr}
		case *j.list:
			r = run.ReadOnly{Runner: r}
		}
		return c.Wrap(r)
	})
	fetch.Allow(j.h)
	switch {
	case *j.dry:
		j.h.DryRun = stderr
	case *j.list:
		j.h.DryRun = io.Discard
	}
	if err := cli.OnHost(j.h, c.Name, args); err != nil {
		return err
	}
	if err := j.scoped(); err != nil {
		return err
	}
	if err := j.read(stdin); err != nil {
		return err
	}
	if done, err := j.applied(ctx); done || err != nil {
		return err
	}
	release, err := j.lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	return j.run(ctx)
}

// check refuses what makes no sense, before anything is looked at.
func (j *job) check() error {
	var err error
	if j.resolve, err = compare.ParseResolve(j.c.Resolve); err != nil {
		return err
	}
	if j.sel, err = compare.ParseSelection(j.c.Only, j.c.Exclude, registry.All()); err != nil {
		return err
	}
	if s := *j.scope; !slices.Contains([]string{"", doc.System, doc.User, "all"}, s) {
		return cli.Usage("--scope is system, user or all, not '%s'", s)
	}
	if *j.once && j.c.Operand(0) != "" {
		return cli.Usage("--once applies everything, and '%s' selects", j.c.Operand(0))
	}
	pairs := with("wish", "once", "now", "force", "scope", "resolve", "only", "exclude", "yes", "list", "format")
	pairs = append(pairs, with("once", "force", "only", "exclude", "resolve", "now", "dry-run")...)
	pairs = append(pairs, with("list", "dry-run", "yes", "once", "format")...)
	return j.c.Excludes(append(pairs, [2]string{"yes", "dry-run"})...)
}

// with pairs a flag with each of others.
func with(flag string, others ...string) (out [][2]string) {
	for _, o := range others {
		out = append(out, [2]string{flag, o})
	}
	return out
}

// scoped finds whose items this account may act on.
func (j *job) scoped() error {
	switch {
	case *j.scope == "all":
		j.scopes = []string{doc.System, doc.User}
	case *j.scope != "":
		j.scopes = []string{*j.scope}
	case j.h.UID == 0:
		j.scopes = []string{doc.System}
	default:
		j.scopes = []string{doc.User}
	}
	if !slices.Contains(j.scopes, doc.User) {
		return nil
	}
	if applied.Dir(j.h, doc.User) == "" {
		return errors.New("no home folder to keep the record in: HOME is not set")
	}
	for _, dir := range []string{j.h.Home(), j.h.ConfigHome(), j.h.DataHome(), j.h.StateHome()} {
		if uid, ok := j.h.Owner(dir); ok && j.h.UID == 0 && uid != 0 { // sudo may leave HOME as it is
			return cli.Hint(fmt.Errorf("'%s' is another account's, and root brings nothing to it", dir), "bkt-apply --scope user")
		}
	}
	return nil
}

// read reads the document that selects.
func (j *job) read(stdin io.Reader) error {
	from := j.c.Operand(0)
	if from == "" {
		return nil
	}
	d, err := j.c.ReadDocument(stdin, from, "bkt-drift --format json | bkt-apply -", &doc.Changes{})
	if err != nil {
		return err
	}
	in := d.(*doc.Changes)
	if !compare.Own(j.h, in.Host) {
		return fmt.Errorf("the document is of '%s', or of another boot, and not of this machine", in.Host.Hostname)
	}
	j.selected = map[doc.Key]bool{}
	for _, c := range in.Changes {
		if c.Class == "" {
			return fmt.Errorf("/changes/%d: %s %q has no class: it is a wish for the manifests, which bkt-cfgen writes", c.At, c.Subsystem, c.ID)
		}
		j.selected[c.Key()] = true
	}
	return nil
}

// applied says, with --once, whether there is nothing to do at all.
func (j *job) applied(ctx context.Context) (bool, error) {
	if !*j.once {
		return false, nil
	}
	var err error
	if j.deployment, err = j.h.Booted(ctx); err != nil || j.deployment == "" {
		return false, err
	}
	for _, s := range j.scopes {
		if done, err := applied.Marked(j.h, s, j.deployment); !done || err != nil {
			return false, err
		}
	}
	return true, j.write(&apply.Result{}, nil)
}
