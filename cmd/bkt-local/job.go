package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"bkt/internal/capture"
	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/generate"
	"bkt/internal/host"
	"bkt/internal/journal"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// verb is one thing that bkt-local can do.
type verb struct {
	name  string
	do    func(j *job, ctx context.Context, words []string) error
	takes []string // flags, beside those that all take
	most  int      // operands; -1: any number
	host  bool     // refuses a container
}

// job is one run.
type job struct {
	c                   *cli.Command
	archived, choose    *bool
	wish                *string
	waiting             *bool // with wish
	leave               *bool // out what is in conflict
	subsystems, command *string
	list                []subsystem.Subsystem
	sel                 compare.Selection
	resolve             compare.Resolve
	h                   *host.Host // on which nothing but the journal changes
	bare                run.Runner // for the user's own command
	hush, patience      time.Duration
	stdin               io.Reader
	stdout, stderr      io.Writer
}

// parse reads the command line: flags stand before and after the verb, and what is behind the
// verb `run` is a command's own.
func (j *job) parse(args []string) (verb, []string, error) {
	flags, words := j.cut(args)
	var found verb
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
		if len(words) > 0 && v.name == words[0] {
			found = v
		}
	}
	if found.name != "" {
		var more []string
		more, words = j.cut(words[1:])
		flags = append(flags, more...)
	}
	operands := words
	if found.name == "run" || found.name == "" {
		operands = nil
	}
	if err := j.c.Parse(append(flags, operands...), len(operands)); err != nil {
		return verb{}, nil, err
	}
	known := strings.Join(names, ", ")
	switch {
	case found.name == "" && len(words) == 0:
		return verb{}, nil, cli.Hint(cli.Usage("no verb: %s", known), "bkt-local --help")
	case found.name == "":
		return verb{}, nil, cli.Hint(cli.Usage("unknown verb '%s' (known: %s)", words[0], known), "bkt-local --help")
	case found.name != "run" && found.most >= 0 && len(words) > found.most:
		return verb{}, nil, cli.Hint(cli.Usage("unknown operand '%s'", words[found.most]), "bkt-local --help")
	}
	return found, words, j.taken(found)
}

// cut tells the flags at the beginning of args from the rest. `--` ends them and is dropped.
func (j *job) cut(args []string) (flags, rest []string) {
	for n := 0; n < len(args); n++ {
		a := args[n]
		if a == "--" {
			return args[:n:n], args[n+1:]
		}
		if !strings.HasPrefix(a, "-") || a == "-" {
			return args[:n:n], args[n:]
		}
		f := j.c.Flags().Lookup(strings.TrimLeft(a, "-"))
		if f == nil {
			continue
		}
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); !ok || !b.IsBoolFlag() {
			n++ // its value
		}
	}
	return args, nil
}

// taken refuses a flag that the verb does not take.
func (j *job) taken(v verb) (err error) {
	all := append([]string{"root", "verbose"}, v.takes...)
	j.c.Flags().Visit(func(f *flag.Flag) {
		if !slices.Contains(all, f.Name) && err == nil {
			err = cli.Hint(cli.Usage("'%s' takes no --%s", v.name, f.Name), "bkt-local --help")
		}
	})
	if err != nil {
		return err
	}
	if *j.waiting && *j.wish == "" {
		return cli.Usage("--waiting is of what --wish names")
	}
	return j.c.Excludes([2]string{"wish", "select"}, [2]string{"wish", "archived"}, [2]string{"wish", "only"})
}

// open looks at the machine and at the flags that several verbs take.
func (j *job) open() error {
	var err error
	if j.sel, err = compare.ParseSelection(j.c.Only, "", j.list); err != nil {
		return err
	}
	if j.resolve, err = compare.ParseResolve(j.c.Resolve); err != nil {
		return err
	}
	j.h = host.System(j.stdin, j.stdout, j.stderr, func(r run.Runner) run.Runner {
		j.bare = r
		return run.ReadOnly{Runner: j.c.Wrap(r)}
	})
	return j.h.Under(j.c.Root)
}

// journal is the journal of this user here.
func (j *job) journal(ctx context.Context) (*journal.Store, error) {
	return capture.Journal(ctx, j.h, j.list)
}

// entries are those that were asked for: of this boot, or of earlier ones.
func (j *job) entries(s *journal.Store) ([]journal.Entry, error) {
	doc.Brief()
	read := s.Live
	if *j.archived {
		read = s.Past
	}
	l, err := read()
	return slices.DeleteFunc(l, func(e journal.Entry) bool { return !j.sel.Match(e.Subsystem, e.Scope, e.Item) }), err
}

// manifests are those of the distribution; its remote's url comes along.
func (j *job) manifests(ctx context.Context) (*compare.Manifests, string, error) {
	d, err := forge.Find(ctx, j.h, forge.Where{Manifests: j.c.Manifests, Repo: j.c.Repo, Ref: j.c.Ref, Dir: j.h.Dir, Content: true})
	if err != nil {
		return nil, "", err
	}
	if err := generate.Whole(d.Root); err != nil {
		return nil, "", cli.Hint(err, "bkt-cfgen --sync --write")
	}
	src := generate.Open(ctx, d)
	m, err := compare.Load(src.FS, src.Head, j.list)
	return m, d.Repo.URL, err
}

// change writes changes that somebody asks for in so many words.
func (j *job) change(_ context.Context, words []string) error {
	if len(words) < 3 {
		return cli.Hint(cli.Usage("'change%s' is not whole: change add|remove|update SUBSYSTEM ID", spaced(words)), "bkt-local --help")
	}
	d, err := change(j.h, j.list, words[0], words[1], words[2], words[3:])
	if err != nil {
		return err
	}
	return j.c.WriteDocument(d)
}

func spaced(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ")
}

// init prints the integration for a shell.
func (j *job) init(_ context.Context, words []string) error { return hooks(j.stdout, words) }

// path says where the journal lies, whether there is one or not.
func (j *job) path(ctx context.Context, _ []string) error {
	s, err := j.journal(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(j.stdout, s.Path())
	return err
}
