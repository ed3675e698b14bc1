package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bkt/internal/changelog"
	"bkt/internal/cli"
	"bkt/internal/doc"
	"bkt/internal/render"
)

// left is what `done` without ids writes for programs.
type left struct {
	Kind  string     `json:"kind"`
	Steps []doc.Step `json:"steps"`
}

// leftKind is its kind.
const leftKind = "bkt.changelog/v1"

// done marks manual steps of the image's changelog as done on this machine, all that are named or
// none; without a name it lists those that are left.
func (j *job) done(ctx context.Context, words []string) error {
	var odd error
	j.c.Flags().Visit(func(f *flag.Flag) {
		if len(words) > 0 && (f.Name == "format" || f.Name == "color") {
			odd = cli.Usage("--%s is for the list, and '%s' names a step", f.Name, words[0])
		}
	})
	if odd != nil {
		return odd
	}
	steps, err := changelog.Load(j.h)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return j.left(steps)
	}
	ids, unknown := steps.Named(words)
	if len(unknown) > 0 {
		return cli.Hint(fmt.Errorf("the changelog has no step '%s'", strings.Join(unknown, "', nor '")), "bkt-local done")
	}
	return changelog.Mark(ctx, j.h, ids)
}

// left lists the steps that are not done.
func (j *job) left(steps *changelog.Steps) error {
	for _, odd := range steps.Odd {
		cli.Warn(j.stderr, j.c.Name, "%s", odd)
	}
	open := steps.Open()
	switch {
	case j.c.Text() && len(open) == 0:
		_, err := io.WriteString(j.stdout, "Nothing is left to do by hand.\n")
		return err
	case j.c.Text():
		return render.WriteByHand(j.stdout, open, j.c.Colored(j.h.Getenv))
	}
	b, err := json.Marshal(left{leftKind, open}, jsontext.WithIndent("  "), json.Deterministic(true))
	if err == nil {
		_, err = j.stdout.Write(append(b, '\n'))
	}
	if err != nil {
		return fmt.Errorf("cannot write to stdout: %w", err)
	}
	return nil
}
