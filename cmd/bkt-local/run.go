package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"bkt/internal/capture"
	"bkt/internal/cli"
	"bkt/internal/doc"
	"bkt/internal/journal"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// guard is set for a command that is watched: what it starts is not watched again.
const guard = "BKT_LOCAL_RUN"

// patience is how long one subsystem may keep a person from their command, and from its end.
const patience = 10 * time.Second

// run runs a command as if it had been called without us, and notes what it really changed.
// Whatever goes wrong with the noting costs one warning, and never the command or its result.
func (j *job) run(ctx context.Context, argv []string) error {
	if len(argv) == 0 {
		return cli.Hint(cli.Usage("no command: run -- COMMAND…"), "bkt-local --help")
	}
	if j.h.Getenv(guard) != "" {
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
	res, err := j.bare.Run(ctx, run.Cmd{Argv: argv, Interactive: true, Env: []string{guard + "=1"}})
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

// watch is a command that is watched.
type watch struct {
	j      *job
	list   []subsystem.Subsystem
	store  *journal.Store
	seen   []journal.Entry // what the journal had then
	before *doc.State
	why    []string // nothing, or not all, is noted
}

// look looks at the machine before the command.
func (j *job) look(ctx context.Context, list []subsystem.Subsystem) *watch {
	w := &watch{j: j, list: list}
	if name := j.h.Container(); name != "" {
		w.fail(fmt.Errorf("this is %s, not the machine", name))
		return w
	}
	var err error
	if w.store, err = j.journal(ctx); err == nil {
		if err = w.store.Foreign(); err == nil {
			w.seen, err = w.store.Live()
		}
	}
	if err != nil {
		w.fail(err)
		return w
	}
	w.before, err = capture.State(ctx, j.h, list, patience)
	if w.before == nil {
		w.fail(err)
	}
	return w
}

// fail remembers why something is not noted.
func (w *watch) fail(err error) {
	w.why = append(w.why, strings.ReplaceAll(err.Error(), "\n", "; "))
}

// warn says so, in one line.
func (w *watch) warn() {
	if len(w.why) > 0 {
		cli.Warn(w.j.stderr, w.j.c.Name, "not recorded: %s", strings.Join(w.why, "; "))
	}
}

// note looks at the machine again and writes down what is not as it was. An interrupt ends it.
func (w *watch) note(argv []string) {
	if w.before == nil {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	w.j.h.Forget()
	wants := make(chan func(doc.Key) doc.Side, 1)
	go func() { wants <- w.j.wants(ctx) }()
	after, err := capture.State(ctx, w.j.h, w.list, patience)
	if after == nil {
		w.fail(err)
		return
	}
	entries, odd, unseen := journal.Between(w.before, after)
	for _, u := range odd {
		w.fail(fmt.Errorf("%s %s: %s", u.Subsystem, u.ID, u.Reason))
	}
	for _, name := range unseen {
		reason := after.Subsystems[name].Reason
		if reason == "" {
			reason = w.before.Subsystems[name].Reason
		}
		w.fail(fmt.Errorf("%s: %s", name, reason))
	}
	if len(entries) == 0 {
		return
	}
	want, command := <-wants, *w.j.command
	if command == "" {
		command = run.Quote(argv)
	}
	for n := range entries {
		entries[n].Command, entries[n].Want = command, want(entries[n].Key())
	}
	w.store.Rand = random{}
	if _, err := w.store.RecordSince(ctx, entries, w.seen); err != nil {
		w.fail(err)
	}
}

// wants is what the manifests say of an item; the zero Side where nobody knows them.
func (j *job) wants(ctx context.Context) func(doc.Key) doc.Side {
	m, _, err := j.manifests(ctx)
	return func(k doc.Key) doc.Side {
		if err != nil || !m.Managed(k.Subsystem) {
			return doc.Side{}
		}
		return m.Want(k)
	}
}
