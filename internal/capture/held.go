package capture

import (
	"context"
	"fmt"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/journal"
	"bkt/internal/subsystem"
)

// Journal is the journal of who runs this, on this machine.
func Journal(ctx context.Context, h *host.Host, list []subsystem.Subsystem) (*journal.Store, error) {
	ostree := h.Ostree()
	return journal.Open(ctx, h, func(name string) bool {
		s, known := subsystem.Find(list, name)
		return ostree && known && s.Info().Tier == subsystem.Baked
	})
}

// Held is what the journal holds; nothing where there is no home to keep one in, or no boot that
// it could be of.
func Held(ctx context.Context, h *host.Host, list []subsystem.Subsystem) (map[doc.Key]journal.Hold, error) {
	held, err := holds(ctx, h, list, (*journal.Store).Live)
	if err != nil {
		return nil, fmt.Errorf("what was done here on purpose is not known: %w", err)
	}
	return held, nil
}

// Past is what the journals of earlier boots hold, all in all. skip is told of what cannot be read.
func Past(ctx context.Context, h *host.Host, list []subsystem.Subsystem, skip func(error)) map[doc.Key]journal.Hold {
	held, err := holds(ctx, h, list, func(s *journal.Store) ([]journal.Entry, error) {
		s.Skip = skip
		return s.Past()
	})
	if err != nil {
		skip(err)
	}
	return held
}

// holds is what the entries that read gives come to.
func holds(ctx context.Context, h *host.Host, list []subsystem.Subsystem, read func(*journal.Store) ([]journal.Entry, error)) (map[doc.Key]journal.Hold, error) {
	if h.DataHome() == "" || h.BootID() == "" {
		return nil, nil
	}
	store, err := Journal(ctx, h, list)
	if err != nil {
		return nil, err
	}
	entries, err := read(store)
	if err != nil {
		return nil, err
	}
	return journal.Held(entries), nil
}

// hold marks the items that the journal holds.
func hold(ctx context.Context, h *host.Host, s *doc.State, list []subsystem.Subsystem) error {
	held, err := Held(ctx, h, list)
	for n := range s.Items {
		if l, ok := held[s.Items[n].Key()]; ok && l.After.There() {
			s.Items[n].Entry = l.Entry
		}
	}
	return err
}
