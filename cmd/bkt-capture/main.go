// Command bkt-capture writes what this machine has, as bkt.state/v1.
package main

import (
	"context"
	"errors"
	"io"
	"time"

	"bkt/internal/capture"
	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/registry"
	"bkt/internal/render"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

const usage = `usage: bkt-capture [--only SUBSYSTEM[:GLOB],…] [flags]

Writes what this machine has beyond its image to stdout, as bkt.state/v1.
It changes nothing.

  --only LIST          only these: flatpak, dnf:vim*, flatpak@user:org.gnome.*
  --exclude LIST       all but these
  --timeout DURATION   how long one subsystem may take (20s)
  --root DIR           look at the system below DIR
  --format FORMAT      auto, json or text; auto is text on a terminal
  --color WHEN         auto, always or never
  --verbose            show each command that runs, on stderr
  --help, --version

example: put everything that is new here into a pull request
  bkt-capture | bkt-cfgen | bkt-pr

exit status: 0 done · 2 trouble, nothing written · 3 some subsystems failed;
the document is whole and says which · 130 interrupted
`

func main() { cli.Main("bkt-capture", program) }

func program(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	c := cli.New("bkt-capture", usage, stdout, stderr, "only", "exclude", "root", "format", "color", "verbose")
	limit := c.Flags().Duration("timeout", capture.Timeout, "")
	if err := c.Parse(args, 0); err != nil {
		return err
	}
	if *limit <= 0 {
		return cli.Usage("--timeout: '%s' is not a time to wait", *limit)
	}
	list := registry.All()
	sel, err := compare.ParseSelection(c.Only, c.Exclude, list)
	if err != nil {
		return err
	}
	h := host.System(stdin, stdout, stderr, func(r run.Runner) run.Runner { return run.ReadOnly{Runner: c.Wrap(r)} })
	if err := h.Under(c.Root); err != nil {
		return err
	}
	if err := cli.OnHost(h, c.Name, args); err != nil {
		return err
	}
	return write(ctx, c, h, sel, sel.Subsystems(list), *limit)
}

// usual is about how long the document of a machine with 2,000 packages is, in bytes.
const usual = 200 << 10

// write captures and writes; what failed is said, and makes the document a partial one.
func write(ctx context.Context, c *cli.Command, h *host.Host, sel compare.Selection, list []subsystem.Subsystem, limit time.Duration) error {
	doc.Brief()
	doc.Ready(usual)
	state, failed := capture.State(ctx, h, list, limit)
	if state == nil {
		return failed
	}
	sel.Narrow(state)
	var err error
	if c.Text() {
		err = render.WriteState(c.Stdout(), state, registry.Names(list), c.Colored(h.Getenv))
	} else {
		err = c.WriteDocument(state)
	}
	if err != nil || failed == nil {
		return err
	}
	return cli.With(cli.Partial, errors.Join(failed))
}
