package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"bkt/internal/cli"
	"bkt/internal/run"
)

// run runs a command as if it had been called without us, and notes what it really changed.
// Whatever goes wrong with the noting costs one warning, and never the command or its result.
func (j *job) run(ctx context.Context, argv []string) error {
	if len(argv) == 0 {
		return cli.Hint(cli.Usage("no command: run -- COMMAND…"), "bkt-local --help")
	}
	if j.h.Getenv(run.Guard) != "" { // what a watched command starts is not watched again
		_, err := j.carry(ctx, argv)
		return err
	}
	list, err := j.watched(argv)
	if err != nil {
		return err
	}
	w := j.look(ctx, list)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	started, err := j.carry(ctx, argv)
	if started {
		w.note(argv)
	}
	w.warn()
	return err
}

// carry runs the command. The error is its exit code, without words, or why it did not start.
func (j *job) carry(ctx context.Context, argv []string) (started bool, err error) {
	ctx, ok := cli.Stay(ctx)
	if !ok {
		return false, context.Cause(ctx)
	}
	// Until this program ends: what is sent to it is the command's, and later ends the noting.
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	res, err := j.bare.Run(ctx, run.Cmd{Argv: argv, Interactive: true})
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, run.ErrNotFound):
		return false, cli.With(127, fmt.Errorf("'%s': %w", argv[0], run.ErrNotFound))
	case res.Code < 0:
		var e *run.Error
		if errors.As(err, &e) && e.Err != nil {
			err = e.Err
		}
		var p *os.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return false, cli.With(126, fmt.Errorf("cannot run '%s': %w", argv[0], err))
	}
	return true, cli.Silent(res.Code)
}
