package copr

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/repofile"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// patience is how long `dnf copr` may take, which asks the server.
const patience = 5 * time.Minute

// Batch: `dnf copr` takes one project at a time.
func (Subsystem) Batch(subsystem.Task) string { return "" }

// Do calls `dnf copr` in package mode.
func (s Subsystem) Do(ctx context.Context, h *host.Host, v subsystem.View, tasks []subsystem.Task) error {
	if v.Host.Image != nil {
		return errors.New("it comes with the image")
	}
	for _, t := range tasks {
		if err := s.one(ctx, h, v, t); err != nil {
			return err
		}
	}
	return nil
}

func (s Subsystem) one(ctx context.Context, h *host.Host, v subsystem.View, t subsystem.Task) error {
	switch {
	case t.Verb == subsystem.Remove:
		return dnf(ctx, h, "remove", t.Item.ID)
	case !enabled(t.Item.Attrs) && !t.Have.There():
		return nil // what is not here is not used
	case !enabled(t.Item.Attrs):
		return dnf(ctx, h, "disable", t.Item.ID)
	}
	if err := s.Admit(t.Item, v.Manifests.Build); err != nil {
		return err
	}
	if !t.Have.There() || !enabled(t.Have.Attrs()) {
		if err := dnf(ctx, h, "enable", t.Item.ID); err != nil {
			return err
		}
	}
	return check(h, t.Item)
}

// check makes the project's file say whether packages must be signed: `dnf copr enable` itself always asks for signatures.
func check(h *host.Host, i doc.Item) error {
	at := file(i.ID)
	data, err := h.ReadFile(at)
	if err != nil {
		if h.DryRun != nil || checked(i.Attrs) {
			return nil // not there yet; or of the old naming, and as dnf made it
		}
		return fmt.Errorf("cannot read '%s'", at)
	}
	f, err := repofile.Parse(data)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	want := map[bool]string{true: "1", false: "0"}[checked(i.Attrs)]
	text := data
	for _, s := range f {
		if on, err := s.Truth("gpgcheck"); err != nil || on != checked(i.Attrs) {
			text = repofile.Set(text, s.Name, []repofile.Key{{Name: "gpgcheck", Value: want}})
		}
	}
	if string(text) == string(data) {
		return nil
	}
	return h.WriteOwn(at, text, 0o644)
}

// dnf runs `dnf copr`.
func dnf(ctx context.Context, h *host.Host, verb, id string) error {
	tool := "dnf"
	if h.Look("dnf5") {
		tool = "dnf5"
	}
	_, err := h.Runner.Run(ctx, run.Cmd{Argv: []string{tool, "-y", "copr", verb, id}, Timeout: patience})
	var e *run.Error
	if errors.As(err, &e) {
		for _, s := range []string{"Could not resolve host", "Name or service not known", "Temporary failure in name resolution", "Connection refused", "Curl error", "timed out", "HTTP Error 5"} {
			if strings.Contains(e.Stderr, s) {
				return fmt.Errorf("%w: %w", subsystem.ErrTryAgain, err)
			}
		}
	}
	return err
}
