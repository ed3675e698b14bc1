// Command bkt-pr turns files of a distribution into a branch, a commit and a pull request.
package main

import (
	"context"
	_ "crypto/sha1"   // forge.BlobID
	_ "crypto/sha256" // forge.BranchName
	"errors"
	"fmt"
	"io"
	"slices"

	"bkt/internal/applied"
	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/generate"
	"bkt/internal/host"
	"bkt/internal/registry"
	"bkt/internal/render"
	"bkt/internal/subsystem"
)

const usage = `usage: bkt-pr [flags] < FILES

Reads bkt.files/v1 on stdin, replays its changes on the default branch of the
distribution's remote, pushes one branch for this machine, opens or updates its
pull request, and writes bkt.pr/v1. Your checkout, index and branches are never
touched: everything happens in a mirror below $XDG_CACHE_HOME/bkt.

  --dry-run            show the diff of the whole branch, push nothing
  --list               name what is new, one change a line: how --only names it,
                       a tab, and words; push nothing, ask no remote
  --fetch              no stdin: bring the mirror up to date, and no more
  --resolve WHO        conflicts: local, manifest, or ID=local,ID=manifest
  --document FILE      write bkt.pr/v1 to FILE, whatever --format says
  --repo DIR           the distribution whose repo.json names the remote
  --format FORMAT      auto, json or text; auto is text on a terminal
  --color WHEN, --verbose, --help, --version

example: look before you push
  bkt-capture | bkt-cfgen | bkt-pr --dry-run

exit status: 0 done, nothing to do included · 1 conflict, nothing pushed ·
2 trouble, nothing pushed · 3 pushed, but the pull request is not done ·
75 the remote cannot be reached now · 130 interrupted
`

func main() { cli.Main("bkt-pr", program) }

func program(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	c := cli.New("bkt-pr", usage, stdout, stderr, "repo", "resolve", "format", "color", "verbose")
	dry, list, fetch := c.Bool("dry-run"), c.Bool("list"), c.Bool("fetch")
	file := c.Flags().String("document", "", "")
	if err := c.Parse(args, 0); err != nil {
		return err
	}
	if err := c.Excludes([2]string{"list", "dry-run"}, [2]string{"list", "format"}, [2]string{"list", "resolve"},
		[2]string{"dry-run", "format"},
		[2]string{"fetch", "dry-run"}, [2]string{"fetch", "list"}, [2]string{"fetch", "resolve"}, [2]string{"fetch", "format"},
		[2]string{"document", "dry-run"}, [2]string{"document", "list"}, [2]string{"document", "fetch"}); err != nil {
		return err
	}
	p := &pr{c: c, list: registry.All(), stderr: stderr, file: *file}
	p.h = host.System(stdin, stdout, stderr, c.Wrap)
	var err error
	if p.resolve, err = compare.ParseResolve(c.Resolve); err != nil {
		return err
	}
	if *fetch {
		return p.fetch(ctx)
	}
	in, err := c.ReadDocument(stdin, "", "bkt capture", &doc.Files{})
	if err != nil {
		return err
	}
	p.in = in.(*doc.Files)
	if *list {
		return render.WriteList(stdout, p.in, registry.Names(p.list))
	}
	target, err := p.target(ctx)
	if err != nil {
		return err
	}
	p.repo = target.Repo.URL
	if p.published, err = applied.LoadPublished(p.h, target.Repo.URL); err != nil {
		return err
	}
	p.deliver = target.Deliver
	if *dry {
		return p.show(ctx, target)
	}
	res, err := forge.Publish(ctx, p.h, target, p.edit)
	if errors.Is(err, errDelivery) {
		target.Deliver = p.deliver
		res, err = forge.Publish(ctx, p.h, target, p.edit)
	}
	if err != nil && !errors.Is(err, forge.ErrPartial) {
		return err
	}
	return errors.Join(p.finish(res), err)
}

// errDelivery is a policy of the default branch that delivers in another way than the one that
// was read here, in a dirty checkout or an old mirror: the default branch decides.
var errDelivery = errors.New("the distribution's policy says otherwise how changes are delivered")

// pr is one run.
type pr struct {
	c         *cli.Command
	h         *host.Host
	in        *doc.Files
	list      []subsystem.Subsystem
	resolve   compare.Resolve
	published *applied.Published
	repo      string           // the remote\'s url
	deliver   string           // how changes reach the default branch, as far as is known
	landed    *generate.Landed // of the last edit
	file      string           // for the document, beside stdout
	stderr    io.Writer
}

// target finds the remote and how changes reach its default branch.
func (p *pr) target(ctx context.Context) (forge.Target, error) {
	where := forge.Where{Repo: p.c.Repo, Dir: p.h.Dir, Content: true}
	d, err := forge.Find(ctx, p.h, where)
	if errors.Is(err, forge.ErrNone) || err == nil && d.Kind == forge.Image {
		where.Fetch = true // there is no mirror yet
		d, err = forge.Find(ctx, p.h, where)
	}
	if err != nil {
		return forge.Target{}, err
	}
	m, err := compare.Load(d.FS, nil, nil)
	if err != nil {
		return forge.Target{}, err
	}
	return forge.Target{Repo: d.Repo, Deliver: m.Policy.Delivery()}, nil
}

// edit replays the document on what the forge built, and words it.
func (p *pr) edit(v forge.View) (forge.Edit, error) {
	main, err := compare.Load(v.Default, nil, nil)
	if err != nil {
		return forge.Edit{}, err
	}
	if now := main.Policy.Delivery(); now != p.deliver {
		p.deliver = now
		return forge.Edit{}, errDelivery
	}
	proposal := generate.Proposal{Changes: p.in.Changes, Files: p.in.Files, Resolve: p.resolve, Force: p.in.Force, List: p.list}
	if p.published != nil {
		proposal.Published, proposal.Branch = p.published.Changes, p.published.Branch
		proposal.Arrived = p.published.Arrived
	}
	landed, err := generate.Onto(v, proposal)
	if err != nil {
		return forge.Edit{}, err
	}
	p.landed = landed
	title := generate.Title(landed.Changes, p.list)
	warnings := append(slices.Clone(landed.Warnings), p.in.Warnings...)
	slices.Sort(warnings)
	body := render.Request{Changes: landed.Changes, Hostname: p.in.Host.Hostname, Names: registry.Names(p.list),
		Warnings: slices.Compact(warnings), Unmanaged: p.in.Unmanaged}.Body()
	return forge.Edit{Files: landed.Files, Message: generate.Title(landed.New, p.list), Title: title, Body: body}, nil
}

// show prints what the pull request would be.
func (p *pr) show(ctx context.Context, t forge.Target) error {
	prop, err := forge.Prepare(ctx, p.h, t, p.edit)
	if errors.Is(err, errDelivery) {
		t.Deliver = p.deliver
		prop, err = forge.Prepare(ctx, p.h, t, p.edit)
	}
	if err != nil {
		return err
	}
	defer prop.Close()
	diff, err := prop.Whole(ctx)
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.c.Stdout(), render.PaintDiff(diff, p.c.Colored(p.h.Getenv)))
	return err
}

// finish remembers what was published and writes the answer.
func (p *pr) finish(res forge.Result) error {
	for _, w := range p.landed.Warnings {
		if res.State != doc.Unchanged && !slices.Contains(p.in.Warnings, w) { // the program before this one has said these
			cli.Warn(p.stderr, p.c.Name, "%s", w)
		}
	}
	out := &doc.PR{Kind: doc.PRKind, Branch: res.Branch, Commit: res.Commit, URL: res.URL, State: res.State,
		Changes: p.landed.Changes, Settled: p.settled()}
	if err := p.note(out); err != nil {
		return cli.With(cli.Partial, fmt.Errorf("pushed, but '%s' is not written: %w", p.file, err))
	}
	if err := p.remember(res); err != nil {
		return cli.With(cli.Partial, fmt.Errorf("pushed, but not remembered here: %w", err))
	}
	if !p.c.Text() {
		return p.c.WriteDocument(out)
	}
	_, err := fmt.Fprintf(p.c.Stdout(), "%s: %s, %s\n", out.State, out.Branch, firstOf(out.URL, res.Note, "and nothing is new to it"))
	return err
}

// note writes the document to the file that was named.
func (p *pr) note(d *doc.PR) error {
	if p.file == "" {
		return nil
	}
	b, err := doc.Marshal(d)
	if err != nil {
		return err
	}
	return p.h.WriteFile(p.file, b, 0o644)
}

// settled are the journal's entries that reached the branch.
func (p *pr) settled() []string {
	out := append([]string{}, p.in.Settled...)
	for _, c := range p.in.Changes {
		if c.Entry != "" {
			out = append(out, c.Entry)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func firstOf(l ...string) string {
	for _, s := range l {
		if s != "" {
			return s
		}
	}
	return ""
}
