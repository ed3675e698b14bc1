package main

import (
	"context"
	_ "crypto/sha1" // forge.BlobID
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"bkt/internal/changelog"
	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/generate"
	"bkt/internal/host"
	"bkt/internal/render"
	"bkt/internal/subsystem"
)

// gen is one run: what was asked for, what was read, and what is left out.
type gen struct {
	c       *cli.Command
	f       flags
	h       *host.Host
	list    []subsystem.Subsystem
	stdin   io.Reader
	stderr  io.Writer
	resolve compare.Resolve
	sel     compare.Selection
	dist    *forge.Distribution
	lost    error // why there is no dist
	src     generate.Source
	input   doc.Document // nil where there is no stdin to read
	with    *doc.Changes // what goes along with a state
	out     doc.Files
	partial bool // something that was meant is left out
}

// read reads the document, unless a flag says that there is none. What is to be done anyway
// begins as soon as all of stdin is here, while the document is decoded.
func (g *gen) read(meanwhile func()) error {
	if *g.f.sync || *g.f.check || *g.f.init {
		return nil
	}
	stdin := g.stdin
	if !cli.Terminal(stdin) {
		stdin = &atEnd{stdin, func() { go meanwhile() }}
	}
	var err error
	if g.input, err = g.c.ReadDocument(stdin, "", "bkt capture", &doc.State{}, &doc.Changes{}); err != nil || *g.f.with == "" {
		return err
	}
	g.with, err = g.along(*g.f.with)
	return err
}

// along reads what goes along with a state: it must be of the same machine.
func (g *gen) along(from string) (*doc.Changes, error) {
	state, ok := g.input.(*doc.State)
	switch {
	case !ok:
		return nil, cli.Usage("--with goes along with a state, and stdin is a list of changes itself")
	case from == "-":
		return nil, cli.Usage("--with needs a file: stdin is the state")
	}
	d, err := g.c.ReadDocument(nil, from, "bkt-local commit", &doc.Changes{})
	if err != nil {
		return nil, err
	}
	with := d.(*doc.Changes)
	if with.Host.Hostname != state.Host.Hostname || with.Host.BootID != state.Host.BootID {
		return nil, fmt.Errorf("%s: it is of '%s', or of another boot, and the state of '%s'", from, with.Host.Hostname, state.Host.Hostname)
	}
	return with, nil
}

// atEnd is a reader that calls a function when there is nothing more to read.
type atEnd struct {
	io.Reader
	call func()
}

func (r *atEnd) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err == io.EOF {
		r.call()
	}
	return n, err
}

func (g *gen) run(ctx context.Context) error {
	opt := generate.Options{List: g.list, Force: *g.f.force}
	var res *generate.Result
	var err error
	switch in := g.input.(type) {
	case *doc.State:
		opt.Lenient = true
		res, err = g.state(ctx, in, opt)
	case *doc.Changes:
		res, err = g.changes(in, opt)
	default:
		res, err = g.alone(opt)
	}
	if err != nil {
		return g.explain(err)
	}
	for _, note := range compare.Strange(g.src.FS, g.list) {
		g.say("%s", note)
	}
	g.entries()
	if *g.f.check {
		return g.stale(res)
	}
	return g.finish(ctx, res)
}

// entries names what no machine will take for an entry of the changelog, where all of the
// distribution is looked at.
func (g *gen) entries() {
	if g.input != nil {
		return
	}
	_, odd := changelog.Read(g.src.FS, "")
	for _, err := range odd {
		g.say("%s", err)
	}
}

// explain adds the way out to the errors that have one.
func (g *gen) explain(err error) error {
	var hand *generate.HandError
	switch {
	case errors.As(err, &hand):
		for _, h := range hand.Hands {
			fmt.Fprint(g.stderr, render.PaintDiff(render.Diff(strings.ReplaceAll(h.Where, " ", "_"), &h.Have, &h.Want), false))
		}
		return cli.Hint(err, "bkt-cfgen --force")
	case errors.Is(err, generate.ErrUninitialised) && g.dist.Kind == forge.Working:
		return cli.Hint(err, "bkt-cfgen --init --write")
	case errors.Is(err, generate.ErrUninitialised):
		return cli.Hint(err, "bkt-cfgen --init | bkt-pr")
	}
	return err
}

// state compares the machine with the manifests, and follows what the user did.
func (g *gen) state(ctx context.Context, s *doc.State, opt generate.Options) (*generate.Result, error) {
	m, err := compare.Load(g.src.FS, g.src.Head, g.list)
	if err != nil {
		return nil, err
	}
	opt.Manifests = m
	in := compare.Input{Manifests: m, State: s, Selection: g.sel, List: g.list}
	if compare.Own(g.h, s.Host) {
		local, err := compare.LoadLocal(ctx, g.h, g.dist.Repo.URL, g.list)
		if err != nil {
			return nil, err
		}
		in.Published, in.Held, in.Ignore = local.Published, local.Held, local.Ignore.Ignored
	}
	if in.Older, err = compare.Older(ctx, g.dist, s.Recorded); err != nil {
		return nil, err
	}
	g.foreign(s)
	found := compare.Changes(in)
	g.out.Host, g.out.Unmanaged = doc.Host{Hostname: s.Host.Hostname}, generate.Tell(found.Unmanaged, g.h.Home())
	for _, u := range found.Unmanaged {
		g.say("not reproducible: %s %s: %s", u.Subsystem, u.ID, u.Reason)
	}
	return g.follow(g.joined(found.Changes), opt)
}

// joined are the changes that were found and those that came along with the state, which are
// somebody's word: what was found of the same items is no news.
func (g *gen) joined(found []doc.Change) []doc.Change {
	if g.with == nil {
		return found
	}
	g.out.Settled = g.with.Settled
	along := g.chosen(g.with.Changes)
	said := map[doc.Key]bool{}
	for _, c := range along {
		said[c.Key()] = true
	}
	found = slices.DeleteFunc(found, func(c doc.Change) bool {
		return said[c.Key()] || c.Entry != "" && slices.Contains(g.with.Settled, c.Entry)
	})
	return append(found, along...)
}

// chosen are those that were asked for.
func (g *gen) chosen(changes []doc.Change) []doc.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c doc.Change) bool { return !g.sel.Match(c.Subsystem, c.Scope, c.ID) })
}

// foreign names the subsystems of a state that this version does not know.
func (g *gen) foreign(s *doc.State) {
	unknown := map[string]bool{}
	for _, i := range s.Items {
		if _, known := subsystem.Find(g.list, i.Subsystem); !known {
			unknown[i.Subsystem] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(unknown)) {
		g.leave("left out: unknown subsystem %q", name)
	}
}

// changes carries out what a document says.
func (g *gen) changes(d *doc.Changes, opt generate.Options) (*generate.Result, error) {
	g.out.Host, g.out.Settled = doc.Host{Hostname: d.Host.Hostname}, d.Settled
	g.out.Unmanaged = generate.Tell(d.Unmanaged, g.h.Home())
	opt.Source = "stdin"
	return g.follow(g.chosen(d.Changes), opt)
}

// follow picks what the manifests follow, says what is left, and replays the rest.
func (g *gen) follow(changes []doc.Change, opt generate.Options) (*generate.Result, error) {
	take, left := generate.Follow(changes, generate.Wishes{Prune: *g.f.prune, Resolve: g.resolve})
	for _, why := range slices.Sorted(maps.Keys(left)) {
		var names []string
		for _, c := range left[why] {
			names = append(names, c.Subsystem+" "+c.ID)
		}
		g.say("left out: %s (%s)", strings.Join(names, ", "), why)
	}
	take, private := generate.Guard(take, g.h.Home(), g.f.allow)
	for _, l := range private {
		g.leave("left out: %s %q holds what %s (--allow %s)", l.Change.Subsystem, l.Change.ID, l.Why, l.Change.ID)
	}
	res, err := generate.Replay(g.src, take, opt)
	if err != nil {
		return nil, err
	}
	for _, text := range res.Gone {
		g.say("%s", text)
	}
	for _, l := range res.Left {
		g.leave("left out: %s %q: %s", l.Change.Subsystem, l.Change.ID, l.Why)
	}
	for _, c := range res.Conflicts {
		g.leave("left out: %s %q: the manifests say something else by now", c.Subsystem, c.ID)
	}
	g.out.Changes = res.Done
	return res, nil
}

// alone regenerates, checks or completes the distribution without a document.
func (g *gen) alone(opt generate.Options) (*generate.Result, error) {
	g.out.Host = doc.Host{Hostname: g.h.Hostname()}
	if *g.f.init {
		return generate.Init(g.src, opt)
	}
	opt.Edited = true
	if *g.f.check {
		opt.Force = true
	}
	res, err := generate.Replay(g.src, nil, opt)
	if err != nil || *g.f.check {
		return res, err
	}
	head, err := g.src.Head()
	if err != nil || head == nil {
		return res, err
	}
	before, err := compare.Load(head, nil, g.list)
	if err != nil {
		return nil, fmt.Errorf("the last commit: %w", err)
	}
	g.out.Changes = generate.Between(before, res.Manifests)
	return res, nil
}

// stale shows what --check found.
func (g *gen) stale(res *generate.Result) error {
	if len(res.Files) == 0 {
		return nil
	}
	if _, err := io.WriteString(g.c.Stdout(), g.diff(res.Files)); err != nil {
		return err
	}
	return cli.Silent(cli.No)
}

// diff is what becomes of files.
func (g *gen) diff(files []doc.File) string {
	var out strings.Builder
	for _, f := range files {
		var before *string
		if b, err := fs.ReadFile(g.src.FS, f.Path); err == nil {
			text := string(b)
			before = &text
		}
		out.WriteString(render.PaintDiff(render.Diff(f.Path, before, f.Content), g.c.Colored(g.h.Getenv)))
	}
	return out.String()
}

// finish writes the working tree, if asked to, and the document.
func (g *gen) finish(ctx context.Context, res *generate.Result) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for _, h := range res.Taken {
		cli.Warn(g.stderr, g.c.Name, "%s: taken over, this text goes:", h.Where)
		fmt.Fprint(g.stderr, render.PaintDiff(render.Diff("hand-made", &h.Have, &h.Want), false))
	}
	for _, w := range res.Warnings {
		cli.Warn(g.stderr, g.c.Name, "%s", w)
	}
	diff := ""
	if g.c.Text() {
		diff = g.diff(res.Files) // before they are written
	}
	answer := func() error { return g.answer(res, diff) }
	if *g.f.write {
		err := generate.Write(g.h, g.dist.Root, res.Files, answer)
		if err != nil {
			return err
		}
		g.begun(len(res.Files))
	} else if err := answer(); err != nil {
		return err
	}
	if g.partial {
		return cli.Silent(cli.Partial)
	}
	return nil
}

// begun says behind the long diff of a new distribution what became of it, and what it lacks.
func (g *gen) begun(files int) {
	if !*g.f.init {
		return
	}
	if s := map[bool]string{true: "file", false: "files"}[files == 1]; files > 0 {
		fmt.Fprintf(g.stderr, "%s: wrote %d %s\n", g.c.Name, files, s)
	}
	if g.dist.Repo.URL == "" {
		g.say("no repo.json: bkt-pr needs one to know where to push, and this folder is found only by --repo without it")
		fmt.Fprintf(g.stderr, "hint: %s\n", `echo '{"owner": "ada", "name": "my-bazzite", "url": "https://github.com/ada/my-bazzite.git", "default_branch": "main"}' >repo.json`)
	}
}

// answer writes the document, or a diff for a person.
func (g *gen) answer(res *generate.Result, diff string) error {
	if g.c.Text() {
		if len(res.Files) == 0 {
			diff = "Nothing to change.\n"
		}
		_, err := io.WriteString(g.c.Stdout(), diff)
		return err
	}
	g.out.Kind, g.out.Files, g.out.Warnings, g.out.Force = doc.FilesKind, res.Files, res.Warnings, *g.f.force
	g.out.Title = generate.Title(g.out.Changes, g.list)
	if *g.f.init {
		g.out.Title = "Add bkt's manifests and sections"
	}
	if g.dist.Commit != "" {
		g.out.Base = &g.dist.Commit
	}
	return g.c.WriteDocument(&g.out)
}

// say prints one line that changes nothing about the result.
func (g *gen) say(format string, args ...any) { cli.Warn(g.stderr, g.c.Name, format, args...) }

// leave says what is left out although it was meant.
func (g *gen) leave(format string, args ...any) {
	g.partial = true
	g.say(format, args...)
}
