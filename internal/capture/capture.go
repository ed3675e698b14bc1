// Package capture runs collectors, all at once, into the state of one machine.
package capture

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// Timeout is how long one collector may take unless the caller says otherwise.
const Timeout = 20 * time.Second

// State asks every subsystem in list that is a Capturer, at the same time, each for no longer
// than limit. A collector that fails leaves its subsystem unknown, never empty. The error
// joins what failed; the state is whole all the same.
func State(ctx context.Context, h *host.Host, list []subsystem.Subsystem, limit time.Duration) (*doc.State, error) {
	s := &doc.State{Kind: doc.StateKind, Items: []doc.Item{}, Unmanaged: []doc.Unmanaged{}, Subsystems: map[string]doc.Collected{}}
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
	)
	wg.Go(func() {
		d, err := h.Describe(ctx)
		mu.Lock()
		defer mu.Unlock()
		s.Host = d
		if err != nil {
			errs = append(errs, err)
		}
	})
	for _, sub := range list {
		c, ok := sub.(subsystem.Capturer)
		if !ok {
			continue
		}
		wg.Go(func() {
			found, err := ask(ctx, h, c, limit)
			mu.Lock()
			defer mu.Unlock()
			name := sub.Info().Name
			if errors.Is(err, subsystem.ErrAbsent) {
				return // nothing that this machine could have
			}
			s.Subsystems[name] = collected(found, err)
			if err == nil {
				s.Items = append(s.Items, found.Items...)
				s.Unmanaged = append(s.Unmanaged, found.Unmanaged...)
			} else if !errors.Is(err, subsystem.ErrUnavailable) {
				errs = append(errs, fmt.Errorf("%s: %s", name, oneLine(err)))
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	errs = append(errs, recorded(h, s, list)...)
	if err := hold(ctx, h, s, list); err != nil {
		errs = append(errs, err)
	}
	doc.Sort(s) // collectors end in any order
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return s, errors.Join(errs...)
}

// ask runs one collector. One that does not listen when its time is over is left behind.
func ask(ctx context.Context, h *host.Host, c subsystem.Capturer, limit time.Duration) (subsystem.Found, error) {
	late := fmt.Errorf("no answer within %s", limit)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, late)
	defer cancel()
	type answer struct {
		found subsystem.Found
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		found, err := c.Capture(ctx, h)
		answers <- answer{found, err}
	}()
	select {
	case a := <-answers:
		if a.err != nil && ctx.Err() != nil {
			return subsystem.Found{}, context.Cause(ctx)
		}
		return a.found, a.err
	case <-ctx.Done():
		return subsystem.Found{}, context.Cause(ctx)
	}
}

// collected is a collector's answer beside its items. A partial one has no count, so that
// nothing can be concluded from absence.
func collected(f subsystem.Found, err error) doc.Collected {
	switch {
	case errors.Is(err, subsystem.ErrUnavailable):
		return doc.Collected{Status: doc.Unavailable, Reason: err.Error()}
	case err != nil:
		return doc.Collected{Status: doc.Failed, Reason: oneLine(err)}
	case f.Partial != "":
		return doc.Collected{Status: doc.OK, Reason: f.Partial, Present: f.Present}
	}
	n := len(f.Items)
	present := f.Present
	if present == nil {
		present = []doc.Present{}
	}
	return doc.Collected{Status: doc.OK, Count: &n, Present: present}
}

// oneLine is an error of several tools as one line.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
