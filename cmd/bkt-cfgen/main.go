// Command bkt-cfgen turns what a machine has, or a list of changes, into the files of its
// distribution: manifests, Containerfile sections and generated files.
package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"sync"

	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/forge"
	"bkt/internal/generate"
	"bkt/internal/host"
	"bkt/internal/registry"
	"bkt/internal/run"
)

const usage = `usage: bkt-cfgen [flags] < DOCUMENT
       bkt-cfgen --sync | --check | --init [flags]

Reads bkt.state/v1 or bkt.changes/v1 on stdin, edits the manifests, regenerates
all managed sections, and writes bkt.files/v1 to stdout.

  --write              also write the working tree: all files or none
  --sync               no stdin: regenerate from the manifests as they are
  --check              no stdin: exit 1 and show a diff if anything is stale
  --init               no stdin: add missing manifests and sections
  --prune              take out what was removed on the machine
  --with FILE          beside a state: the changes in FILE, of 'bkt-local commit'
  --resolve WHO        conflicts: local, manifest, or ID=local,ID=manifest
  --allow ID           adopt a value that looks private (repeatable)
  --force              overwrite sections that were changed by hand
  --repo DIR, --manifests DIR, --ref REV   where the distribution is
  --only LIST, --exclude LIST              these subsystems: flatpak, dnf:vim*
  --format FORMAT, --color WHEN, --verbose, --help, --version

example: adopt what is new on this machine
  bkt-capture | bkt-cfgen --write

exit status: 0 done · 1 stale, with --check · 2 trouble, nothing changed ·
3 done, but something was left out · 130 interrupted
`

func main() { cli.Main("bkt-cfgen", program) }

// flags are the program's own.
type flags struct {
	write, sync, check, init, prune, force *bool
	allow                                  words
	with                                   *string
}

// words is a flag that may stand several times.
type words []string

func (w *words) String() string     { return strings.Join(*w, " ") }
func (w *words) Set(s string) error { *w = append(*w, s); return nil }

func program(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	c := cli.New("bkt-cfgen", usage, stdout, stderr,
		"repo", "manifests", "ref", "only", "exclude", "resolve", "format", "color", "verbose")
	f := flags{write: c.Bool("write"), sync: c.Bool("sync"), check: c.Bool("check"), init: c.Bool("init"),
		prune: c.Bool("prune"), force: c.Bool("force"), with: c.Flags().String("with", "", "")}
	c.Flags().Var(&f.allow, "allow", "")
	if err := c.Parse(args, 0); err != nil {
		return err
	}
	if err := f.pairs(c); err != nil {
		return err
	}
	h := host.System(stdin, stdout, stderr, func(r run.Runner) run.Runner { return run.ReadOnly{Runner: c.Wrap(r)} })
	g := &gen{c: c, f: f, h: h, list: registry.All(), stdin: stdin, stderr: stderr}
	var err error
	if g.resolve, err = compare.ParseResolve(c.Resolve); err != nil {
		return err
	}
	if g.sel, err = compare.ParseSelection(c.Only, c.Exclude, g.list); err != nil {
		return err
	}
	if *f.init && c.Repo == "" && c.Manifests == "" && h.Exists(filepath.Join(h.Dir, "Containerfile")) {
		c.Repo = h.Dir // a distribution to be has nothing else to be found by
	}
	find := sync.OnceFunc(func() {
		g.dist, g.lost = forge.Find(ctx, h, forge.Where{Manifests: c.Manifests, Repo: c.Repo, Ref: c.Ref, Dir: h.Dir})
	})
	if err := g.read(find); err != nil {
		return err
	}
	if find(); g.lost != nil {
		return g.lost
	}
	if *f.write && g.dist.Kind != forge.Working {
		return cli.Hint(cli.Usage("--write needs a working tree, and this is %s", g.dist.Source()), "bkt-cfgen --write --repo DIR")
	}
	if *f.write {
		release, err := generate.Claim(h, g.dist.Root)
		if err != nil {
			return err
		}
		defer release()
	} else if err := generate.Whole(g.dist.Root); err != nil {
		return cli.Hint(err, "bkt-cfgen --sync --write")
	}
	g.src = generate.Open(ctx, g.dist)
	return g.run(ctx)
}

// pairs refuses flags that make no sense together.
func (f flags) pairs(c *cli.Command) error {
	return c.Excludes([2]string{"sync", "check"}, [2]string{"sync", "init"}, [2]string{"check", "init"},
		[2]string{"check", "write"}, [2]string{"check", "force"}, [2]string{"write", "ref"}, [2]string{"write", "manifests"},
		[2]string{"sync", "prune"}, [2]string{"check", "prune"}, [2]string{"init", "prune"},
		[2]string{"sync", "resolve"}, [2]string{"check", "resolve"}, [2]string{"init", "resolve"},
		[2]string{"sync", "only"}, [2]string{"check", "only"}, [2]string{"init", "only"},
		[2]string{"sync", "exclude"}, [2]string{"check", "exclude"}, [2]string{"init", "exclude"},
		[2]string{"sync", "with"}, [2]string{"check", "with"}, [2]string{"init", "with"},
		[2]string{"sync", "allow"}, [2]string{"check", "allow"}, [2]string{"init", "allow"})
}
