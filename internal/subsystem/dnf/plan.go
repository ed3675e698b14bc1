package dnf

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// patience is how long a command may take that downloads packages.
const patience = 30 * time.Minute

// Early: a package can be here before the image that has it.
func (Subsystem) Early() {}

// Batch puts together what one command can do.
func (Subsystem) Batch(t subsystem.Task) string {
	switch m := mode(t.Item.Attrs); {
	case m == Remove && t.Verb == subsystem.Remove:
		return "in the base"
	case m == Remove:
		return "out of the base"
	case m == Exclude:
		return "exclusions"
	case t.Verb == subsystem.Remove && isGroup(t.Item.ID):
		return "groups"
	}
	return "packages"
}

// Do calls dnf or, on an image-based host, rpm-ostree or dnf5.
func (Subsystem) Do(ctx context.Context, h *host.Host, v subsystem.View, tasks []subsystem.Task) error {
	if len(tasks) == 0 || mode(tasks[0].Item.Attrs) == Exclude {
		return nil // an exclusion is the build's alone
	}
	ids := idsOf(tasks)
	switch remove := tasks[0].Verb == subsystem.Remove; {
	case v.Host.Image != nil && remove:
		return unlayer(ctx, h, mode(tasks[0].Item.Attrs), ids)
	case v.Host.Image != nil:
		return bring(ctx, h, v, tasks)
	case remove && mode(tasks[0].Item.Attrs) == Remove:
		return nil // it is here again, and nobody takes it out any more
	case remove && isGroup(ids[0]):
		return forgetGroups(ctx, h, ids)
	case remove || mode(tasks[0].Item.Attrs) == Remove:
		return uninstall(ctx, h, v, ids)
	}
	return install(ctx, h, v, ids)
}

// Blocked tells what a machine cannot do with a package.
func (Subsystem) Blocked(c doc.Change, v subsystem.View) string {
	switch {
	case c.Have.Attrs().String("until") == "reboot" && !c.Want.There():
		return "gone at the next reboot"
	case v.Host.Image == nil && mode(c.Want.Attrs()) == Exclude && c.Have.There():
		return "it is only kept out of the image, and somebody installed it here"
	}
	return ""
}

func idsOf(tasks []subsystem.Task) []string {
	out := make([]string, len(tasks))
	for n, t := range tasks {
		out[n] = t.Item.ID
	}
	return out
}

// tool is the dnf of this machine.
func tool(h *host.Host) (string, error) {
	for _, t := range []string{"dnf5", "dnf"} {
		if h.Look(t) {
			return t, nil
		}
	}
	return "", errors.New("neither dnf5 nor dnf is installed")
}

// change runs a command that changes packages.
func change(ctx context.Context, h *host.Host, argv ...string) error {
	_, err := h.Runner.Run(ctx, run.Cmd{Argv: argv, Timeout: patience})
	return again(err)
}

// again marks an error that has nothing to do with what was asked for.
func again(err error) error {
	var e *run.Error
	if !errors.As(err, &e) {
		return err
	}
	for _, s := range []string{
		"Could not resolve host", "Failed to download metadata", "Cannot download repomd", "Curl error", "Librepo error", "Timeout was reached",
		"Transaction in progress", "Waiting for process with pid", "lock is held", "can't create transaction lock", "Failed to obtain rpm transaction lock",
		"Failed to obtain the transaction lock", "Failed to lock",
	} {
		if strings.Contains(e.Stderr, s) {
			return fmt.Errorf("%w: %w", subsystem.ErrTryAgain, err)
		}
	}
	return err
}
