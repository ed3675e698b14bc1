// Command bkt-local keeps what was done on this machine on purpose; so far it makes changes
// that somebody asks for in so many words, as bkt.changes/v1.
package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"bkt/internal/cli"
	"bkt/internal/host"
	"bkt/internal/registry"
)

const usage = `usage: bkt-local change add|remove|update SUBSYSTEM ID [NAME=VALUE]… [flags]

Writes one change to stdout, as bkt.changes/v1. It changes nothing: bkt-cfgen
carries it out in the manifests, whatever they say now.

  NAME=VALUE   an attribute, as manifests have it: mode=remove, enabled=false;
               a list takes its name once for each element. scope=user is the
               scope: needed where an item has one, but for units, which are
               the system's unless it says user
  --root DIR   say that it is the system below DIR that asks
  --help, --version

add and update say the whole entry, remove names it only.

example: boot without the nouveau driver, from the next image on
  bkt-local change add karg rd.driver.blacklist=nouveau | bkt-cfgen | bkt-pr

exit status: 0 done · 2 trouble, nothing written · 130 interrupted
`

func main() { cli.Main("bkt-local", program) }

// later are the verbs that this version does not have.
func later() []string {
	return []string{"run", "record", "list", "commit", "clear", "path", "done"}
}

func program(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	c := cli.New("bkt-local", usage, stdout, stderr, "root")
	if err := c.Parse(args, len(args)); err != nil {
		return err
	}
	switch words := c.Flags().Args(); {
	case len(words) == 0:
		return cli.Hint(cli.Usage("no verb: change"), "bkt-local --help")
	case words[0] == "here":
		return here(ctx, c, words[1:], stdin, stdout, stderr)
	case words[0] == "init":
		return hooks(stdout, words[1:])
	case slices.Contains(later(), words[0]):
		return cli.Usage("'%s' is not in this version", words[0])
	case words[0] != "change":
		return cli.Hint(cli.Usage("unknown verb '%s' (known: change)", words[0]), "bkt-local --help")
	case len(words) < 4:
		return cli.Hint(cli.Usage("'%s' is not whole: change add|remove|update SUBSYSTEM ID", strings.Join(words, " ")), "bkt-local --help")
	default:
		h := host.System(stdin, stdout, stderr, nil)
		if err := h.Under(c.Root); err != nil {
			return err
		}
		d, err := change(h, registry.All(), words[1], words[2], words[3], words[4:])
		if err != nil {
			return err
		}
		return c.WriteDocument(d)
	}
}
