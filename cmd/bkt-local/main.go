// Command bkt-local keeps the journal of what was done on this machine on purpose: it notes
// what a command really changed, says what all of it comes to, and forgets what has arrived.
package main

import (
	"context"
	"io"

	"bkt/internal/cli"
	"bkt/internal/registry"
)

const usage = `usage: bkt-local run [--subsystem NAME,…] [--command TEXT] -- COMMAND…
       bkt-local list | commit | clear [ID… | -] | path [flags]
       bkt-local record [--command TEXT] [- | FILE]
       bkt-local change add|remove|update SUBSYSTEM ID [NAME=VALUE]…
       bkt-local done [ID…] | init bash|zsh|fish

The journal of what was done on this machine on purpose, this boot.

  run      run COMMAND and note what it changed; it may be dnf, rpm-ostree, rpm,
           flatpak, gsettings, dconf, gnome-extensions or systemctl, or another
           with --subsystem. Its terminal, signals and exit status are its own
  list     what is noted            path    where
  commit   what it comes to, as bkt.changes/v1
    --select             choose on the terminal
    --resolve WHO        conflicts: local, manifest, or ID=local,ID=manifest
    --leave              leave out what is in conflict, and go on
    --wish FILE          what FILE, from 'bkt-apply --wish', asks for: what was
                         done as the journal has it, the rest as FILE has it
    --waiting            with --wish: only what has to wait for an image
  clear    forget all; entries, by id or by their item's name, and older ones of
           the same items; or, with -, what the bkt.pr/v1 on stdin has, or what
           the document of commit there calls settled
  record   note the bkt.changes/v1 on stdin or in FILE
    --command TEXT       run, record: what did it, for people
  change   write one change, of which the journal knows nothing, for bkt-cfgen
           to put into the manifests, or for bkt-apply to carry out
  done     the manual steps of the image's changelog that are left here; with
           ids: they are done

  --archived             list, commit, clear: earlier boots
  --only LIST            list, commit: these subsystems: flatpak, dnf:vim*
  --repo DIR             run, commit, record: the manifests; commit, record:
  --manifests DIR, --ref REV
  --root DIR             the system below DIR
  --format FORMAT, --color WHEN, --verbose, --help, --version

example: what was done here into a pull request
  bkt-local commit | bkt-cfgen | bkt-pr | bkt-local clear -

exit status: 0 done · 1 conflict, or the answer was no · 2 trouble, nothing
written · 3 done in part · 75 try again later · 130 interrupted · run: COMMAND's
`

func main() { cli.Main("bkt-local", program) }

// verbs are what bkt-local can do.
func verbs() []verb {
	where := []string{"repo", "manifests", "ref"}
	page := []string{"only", "archived", "format", "color"}
	return []verb{
		{name: "run", do: (*job).run, takes: []string{"subsystem", "command", "repo"}},
		{name: "record", do: (*job).record, takes: append(where, "command"), most: 1, host: true},
		{name: "list", do: (*job).show, takes: page, host: true},
		{name: "commit", do: (*job).commit, takes: append(append([]string{"select", "resolve", "leave", "wish", "waiting"}, where...), page...), host: true},
		{name: "clear", do: (*job).clear, takes: []string{"archived"}, most: -1, host: true},
		{name: "path", do: (*job).path, host: true},
		{name: "change", do: (*job).change, most: -1},
		{name: "done", do: (*job).done, takes: []string{"format", "color"}, most: -1, host: true},
		{name: "init", do: (*job).init, most: -1},
	}
}

func program(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	c := cli.New("bkt-local", usage, stdout, stderr,
		"repo", "manifests", "ref", "only", "resolve", "root", "format", "color", "verbose")
	j := &job{c: c, archived: c.Bool("archived"), choose: c.Bool("select"), list: registry.All(),
		wish: c.Flags().String("wish", "", ""), waiting: c.Bool("waiting"), leave: c.Bool("leave"),
		subsystems: c.Flags().String("subsystem", "", ""), command: c.Flags().String("command", "", ""),
		hush: hush, patience: patience, stdin: stdin, stdout: stdout, stderr: stderr}
	v, words, err := j.parse(args)
	if err != nil {
		return err
	}
	if err := j.open(); err != nil {
		return err
	}
	if v.host {
		if err := cli.OnHost(j.h, c.Name, args); err != nil {
			return err
		}
	}
	return v.do(j, ctx, words)
}
