package karg

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// patience is how long rpm-ostree may take to write a new boot entry.
const patience = 5 * time.Minute

// Batch is one for all: each call of rpm-ostree makes a deployment.
func (Subsystem) Batch(subsystem.Task) string { return "rpm-ostree" }

// Do takes arguments away from the next boot, and, where the manifests no longer want that,
// gives an image's argument back. What is true of the next boot already is left alone: what
// runs has the old ones until then.
func (s Subsystem) Do(ctx context.Context, h *host.Host, _ subsystem.View, tasks []subsystem.Task) error {
	for _, t := range tasks {
		if mode(t.Item.Attrs) != Remove {
			return fmt.Errorf("kernel argument '%s': only the image brings it", t.Item.ID)
		}
	}
	out, err := h.Read(ctx, "rpm-ostree", "kargs")
	if err != nil {
		return err
	}
	next := split(string(out))
	argv := []string{"rpm-ostree", "kargs"}
	for _, t := range tasks {
		switch back := t.Verb == subsystem.Remove; {
		case back == slices.Contains(next, t.Item.ID):
		case back:
			argv = append(argv, "--append-if-missing="+t.Item.ID)
		default:
			argv = append(argv, "--delete-if-present="+t.Item.ID)
		}
	}
	if len(argv) == 2 {
		return nil
	}
	_, err = h.Runner.Run(ctx, run.Cmd{Argv: argv, Timeout: patience})
	var e *run.Error
	if errors.As(err, &e) && strings.Contains(e.Stderr, "Transaction in progress") {
		return subsystem.TryAgain(err) // the daemon does one thing at a time
	}
	return err
}

// Blocked says that bkt-apply only takes arguments away: an image brings them, and in package
// mode each boot loader has its own way.
func (s Subsystem) Blocked(c doc.Change, v subsystem.View) string {
	switch {
	case v.Host.Image == nil:
		return "not an image-based system"
	case c.Want.There() && mode(c.Want.Attrs()) != Remove, !c.Want.There() && mode(c.Have.Attrs()) != Remove:
		return "only the image brings it"
	}
	return ""
}

// After says that the kernel has what it was booted with.
func (Subsystem) After([]subsystem.Task) string { return "reboot" }
