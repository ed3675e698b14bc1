package capture

import (
	"context"
	"fmt"
	"slices"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/journal"
	"bkt/internal/subsystem"
)

// Journal is the journal of who runs this, on this machine.
func Journal(ctx context.Context, h *host.Host, list []subsystem.Subsystem) (*journal.Store, error) {
	ostree := h.Ostree()
	return journal.Open(ctx, h, func(name string) bool {
		return ostree && slices.ContainsFunc(list, func(s subsystem.Subsystem) bool {
			return s.Info().Name == name && s.Info().Tier == subsystem.Baked
		})
	})
}

// Held is what the journal holds; nothing where there is no home to keep one in, or no boot that
// it could be of.
func Held(ctx context.Context, h *host.Host, list []subsystem.Subsystem) (map[doc.Key]journal.Hold, error) {
	if h.DataHome() == "" || h.BootID() == "" {
		return nil, nil
	}
	store, err := Journal(ctx, h, list)
	if err != nil {
		return nil, fmt.Errorf("what was done here on purpose is not known: %w", err)
	}
	entries, err := store.Live()
	if err != nil {
		return nil, fmt.Errorf("what was done here on purpose is not known: %w", err)
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
