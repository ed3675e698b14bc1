package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"bkt/internal/capture"
	"bkt/internal/cli"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/journal"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

const (
	// patience is how long one subsystem may keep a person from their command, and from its end.
	patience = 10 * time.Second
	// hush is how long it does so without a word.
	hush = time.Second
)

// watch is a command that is watched.
type watch struct {
	j      *job
	list   []subsystem.Subsystem // after the first look: those that there is something to compare with
	store  *journal.Store
	seen   []journal.Entry // what the journal had then
	before *doc.State
	why    []string // nothing, or not all, is noted
	told   bool     // what is waited for
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
	if w.before, err = w.ask(ctx); w.before == nil {
		w.fail(err)
		return w
	}
	w.list = nil
	for _, s := range list {
		got := w.before.Subsystems[s.Info().Name]
		switch got.Status {
		case doc.OK:
			w.list = append(w.list, s)
		case doc.Failed:
			w.fail(fmt.Errorf("%s: %s", s.Info().Name, got.Reason))
		}
	}
	return w
}

// ask looks at the machine. A person at a terminal is told once what is waited for.
func (w *watch) ask(ctx context.Context) (*doc.State, error) {
	if w.told || !cli.Terminal(w.j.stderr) {
		return capture.State(ctx, w.j.h, w.list, w.j.patience)
	}
	var mu sync.Mutex
	var asked []subsystem.Subsystem
	waits := map[string]bool{}
	for _, s := range w.list {
		c, ok := s.(subsystem.Capturer)
		if !ok {
			continue
		}
		name := s.Info().Name
		waits[name] = true
		asked = append(asked, timed{s, c, func() { mu.Lock(); delete(waits, name); mu.Unlock() }})
	}
	timer := time.AfterFunc(w.j.hush, func() {
		mu.Lock()
		defer mu.Unlock()
		if names := slices.Sorted(maps.Keys(waits)); len(names) > 0 && !w.told {
			w.told = true
			fmt.Fprintf(w.j.stderr, "%s: waiting for %s, at most %s\n", w.j.c.Name, strings.Join(names, ", "), w.j.patience)
		}
	})
	s, err := capture.State(ctx, w.j.h, asked, w.j.patience)
	timer.Stop()
	mu.Lock()
	defer mu.Unlock()
	clear(waits)
	return s, err
}

// timed is a subsystem that says when it has answered.
type timed struct {
	subsystem.Subsystem
	subsystem.Capturer
	answered func()
}

// Capture is the subsystem's own.
func (t timed) Capture(ctx context.Context, h *host.Host) (subsystem.Found, error) {
	defer t.answered()
	return t.Capturer.Capture(ctx, h)
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
	if w.before == nil || len(w.list) == 0 {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	w.j.h.Forget()
	wants := make(chan func(doc.Key) doc.Side, 1)
	go func() { wants <- w.j.wants(ctx) }()
	after, err := w.ask(ctx)
	if after == nil {
		w.fail(err)
		return
	}
	entries, odd, unseen := journal.Between(w.before, after)
	for _, u := range odd {
		w.fail(fmt.Errorf("%s %s: %s", u.Subsystem, u.ID, u.Reason))
	}
	for _, name := range unseen {
		if reason := after.Subsystems[name].Reason; w.before.Subsystems[name].Status == doc.OK {
			w.fail(fmt.Errorf("%s: %s", name, reason))
		}
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
