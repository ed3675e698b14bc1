package journal

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"bkt/internal/doc"
)

// Record appends entries. Their ids and times are made here; the rest is the caller's. It
// gives them as they were written.
func (s *Store) Record(ctx context.Context, entries []Entry) ([]Entry, error) {
	return s.record(ctx, entries, func(*Journal) []Entry { return entries })
}

// RecordSince is Record for what was found between two looks at the machine: seen is what the
// journal had at the first. What somebody else has noted since then is not noted again.
func (s *Store) RecordSince(ctx context.Context, entries, seen []Entry) ([]Entry, error) {
	old := map[string]bool{}
	for _, e := range seen {
		old[e.ID] = true
	}
	return s.record(ctx, entries, func(now *Journal) []Entry {
		theirs := map[doc.Key]Entry{} // the newest of each item
		for _, e := range now.Changes {
			if !old[e.ID] {
				theirs[e.Key()] = e
			}
		}
		return slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool {
			same, noted := theirs[e.Key()]
			return noted && same.After.Equal(e.After)
		})
	})
}

// record appends what is left of entries when the journal is locked.
func (s *Store) record(ctx context.Context, entries []Entry, left func(*Journal) []Entry) (out []Entry, err error) {
	if len(entries) == 0 {
		return nil, nil
	}
	err = s.update(ctx, func(f *files) error {
		if out = slices.Clone(left(f.live)); len(out) == 0 {
			return nil
		}
		now := s.Host.Now().UTC()
		taken := map[string]bool{}
		for _, e := range f.live.Changes {
			taken[e.ID] = true
		}
		for i := range out {
			id, err := newID(now, s.Rand, taken)
			if err != nil {
				return err
			}
			taken[id] = true
			out[i].ID, out[i].Timestamp = id, now.Format(time.RFC3339)
		}
		f.live.Changes = append(f.live.Changes, out...)
		f.changed = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// UnknownError names ids that the journal does not have.
type UnknownError struct{ IDs []string }

// Error names them.
func (e *UnknownError) Error() string {
	if len(e.IDs) == 1 {
		return fmt.Sprintf("the journal has no entry '%s'", e.IDs[0])
	}
	return fmt.Sprintf("the journal has no entry '%s', nor '%s'", e.IDs[0], strings.Join(e.IDs[1:], "', '"))
}

// Clear takes entries out, and with each all older ones of its item, those of earlier boots
// included: they would bring an old value back. What is no id is an item's name, and stands for
// all that this boot's journal has of it. Where the journal lacks one of ids, nothing is cleared;
// the error is an *UnknownError.
func (s *Store) Clear(ctx context.Context, ids []string) error {
	return s.update(ctx, func(f *files) error {
		if err := f.readPast(); err != nil {
			return err
		}
		if unknown := f.take(f.called(ids)); len(unknown) > 0 {
			return &UnknownError{unknown}
		}
		return nil
	})
}

// ClearKnown is Clear for ids of which some may be cleared already; it gives these.
func (s *Store) ClearKnown(ctx context.Context, ids []string) (unknown []string, err error) {
	err = s.update(ctx, func(f *files) error {
		if err := f.readPast(); err != nil {
			return err
		}
		unknown = f.take(ids)
		return nil
	})
	return unknown, err
}

// ClearAll takes out all entries of this boot, or all of earlier ones.
func (s *Store) ClearAll(ctx context.Context, past bool) error {
	return s.update(ctx, func(f *files) error {
		if err := f.readPast(); err != nil {
			return err
		}
		if past {
			for i := range f.past {
				f.keep(i, nil)
			}
			return nil
		}
		var ids []string
		for _, e := range f.live.Changes {
			ids = append(ids, e.ID)
		}
		f.take(ids)
		return nil
	})
}

// newID is an id that nobody has: the time in milliseconds and chance, in base 36, so that ids
// sort by time.
func newID(now time.Time, random io.Reader, taken map[string]bool) (string, error) {
	const chance = 36 * 36 * 36 * 36 * 36
	for range 100 {
		b := make([]byte, 8)
		if _, err := io.ReadFull(random, b); err != nil {
			return "", fmt.Errorf("no id: %w", err)
		}
		id := digits(uint64(max(now.UnixMilli(), 0)), 8) + "-" + digits(binary.BigEndian.Uint64(b)%chance, 5)
		if !taken[id] {
			return id, nil
		}
	}
	return "", errors.New("no id: chance gives the same again and again")
}

// digits is a number in base 36, with zeros in front.
func digits(n uint64, width int) string {
	text := strconv.FormatUint(n, 36)
	return strings.Repeat("0", max(width-len(text), 0)) + text
}
