package run

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// ReadOnly lets through only the commands that are marked as reading.
type ReadOnly struct{ Runner }

// Run refuses a command that changes something with ErrRefused.
func (r ReadOnly) Run(ctx context.Context, c Cmd) (Result, error) {
	if c.Effect != Reads {
		return Result{Code: -1}, &Error{Argv: c.Argv, Code: -1, Err: ErrRefused}
	}
	return r.Runner.Run(ctx, c)
}

// DryRun runs what reads, and writes to Out what it would have run otherwise.
type DryRun struct {
	Runner
	Out io.Writer
}

// Run answers a command that changes something with an empty success.
func (d DryRun) Run(ctx context.Context, c Cmd) (Result, error) {
	if c.Effect == Reads {
		return d.Runner.Run(ctx, c)
	}
	fmt.Fprintf(d.Out, "would run: %s\n", Quote(c.Argv))
	return Result{}, nil
}

// Log writes each command to Out before it runs.
type Log struct {
	Runner
	Out io.Writer
	mu  sync.Mutex
}

// Run writes `+ argv` and runs it.
func (l *Log) Run(ctx context.Context, c Cmd) (Result, error) {
	l.mu.Lock()
	fmt.Fprintf(l.Out, "+ %s\n", Quote(c.Argv))
	l.mu.Unlock()
	return l.Runner.Run(ctx, c)
}
