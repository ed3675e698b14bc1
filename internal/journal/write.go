package journal

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// lockWait is how long a writer waits for the others.
const lockWait = 30 * time.Second

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

// files are the journal and its archives while they are changed.
type files struct {
	s       *Store
	live    *Journal
	changed bool // the live file is to be written
	past    []archive
	dirty   map[string]bool // archives to be written, by path
	read    bool            // past holds all there are
}

// update changes the journal under its lock, after what does not count any more is put away.
// What is put away is written first, so that a kill between two files loses nothing.
func (s *Store) update(ctx context.Context, edit func(*files) error) error {
	if err := s.Foreign(); err != nil {
		return err
	}
	if err := s.Host.MkdirAll(s.dir(), 0o700); err != nil {
		return fmt.Errorf("cannot make '%s': %w", s.dir(), host.Cause(err))
	}
	release, err := host.Lock(ctx, s.Host.Path(filepath.Join(s.dir(), lockName)), lockWait)
	if err != nil {
		return err
	}
	defer release()
	f := &files{s: s, dirty: map[string]bool{}}
	if f.live, err = s.load(s.Path()); err != nil {
		return err
	}
	if err := f.rotate(); err != nil {
		return err
	}
	if err := edit(f); err != nil {
		return err
	}
	return f.write()
}

// rotate puts the entries away that do not count any more.
func (f *files) rotate() (err error) {
	old := f.live
	if f.live, err = f.s.begin(old); err != nil || old == nil {
		return err
	}
	live, stale := f.s.split(old)
	if old.BootID == f.live.BootID {
		f.live.Changes = append(f.live.Changes, live...)
	}
	if len(stale) == 0 {
		return nil
	}
	f.changed = true
	path := filepath.Join(f.s.dir(), pastName+old.BootID+".json")
	to, err := f.s.load(path)
	if err != nil {
		return err
	}
	if to == nil {
		to = &Journal{BootID: old.BootID, Deployment: old.Deployment, CreatedAt: old.CreatedAt, Sequence: old.Sequence, Extra: old.Extra}
	}
	for _, e := range stale {
		if !slices.ContainsFunc(to.Changes, func(have Entry) bool { return have.ID == e.ID }) {
			to.Changes = append(to.Changes, e)
		}
	}
	f.past, f.dirty[path] = []archive{{to, path}}, true
	return nil
}

// begin is the journal of this boot without its entries: the one that is there, or one that comes after
// it and after all archives that can be read.
func (s *Store) begin(old *Journal) (*Journal, error) {
	j := &Journal{BootID: s.Boot.ID, Deployment: s.Boot.Deployment, CreatedAt: s.Host.Now().UTC().Format(time.RFC3339), Changes: []Entry{}}
	if old != nil {
		j.Sequence = old.Sequence
		if old.BootID == j.BootID {
			j.CreatedAt, j.Extra, j.Deployment = old.CreatedAt, old.Extra, cmp.Or(j.Deployment, old.Deployment)
			return j, nil
		}
	}
	past, err := s.archives(func(error) {}) // who clears them is told
	for _, a := range past {
		j.Sequence = max(j.Sequence, a.Sequence)
	}
	j.Sequence++
	return j, err
}

// readPast reads the archives that are not here yet.
func (f *files) readPast() error {
	if f.read {
		return nil
	}
	all, err := f.s.archives(f.s.Skip)
	if err != nil {
		return err
	}
	for i, a := range all {
		for _, mine := range f.past {
			if mine.path == a.path {
				all[i] = mine
			}
		}
	}
	for _, mine := range f.past {
		if !slices.ContainsFunc(all, func(a archive) bool { return a.path == mine.path }) {
			all = append(all, mine) // the newest: it was the live one until now
		}
	}
	f.past, f.read = all, true
	return nil
}

// called gives the ids of the entries that words call by their item's name; other words stay.
func (f *files) called(words []string) (ids []string) {
	for _, w := range words {
		found := false
		for _, e := range f.live.Changes {
			if e.Item == w {
				ids, found = append(ids, e.ID), true
			}
		}
		if !found {
			ids = append(ids, w)
		}
	}
	return ids
}

// take takes entries out, with the older ones of their items; it gives the ids that nobody has.
func (f *files) take(ids []string) (unknown []string) {
	lists := make([][]Entry, 0, len(f.past)+1)
	for _, a := range f.past {
		lists = append(lists, a.Changes)
	}
	lists = append(lists, f.live.Changes)
	named := map[string]bool{}
	for _, id := range ids {
		named[id] = true
	}
	last, at := map[doc.Key]int{}, 0 // the place of the newest named entry of an item
	for _, l := range lists {
		for _, e := range l {
			if named[e.ID] {
				last[e.Key()] = at
				delete(named, e.ID)
			}
			at++
		}
	}
	at = 0
	for n, l := range lists {
		kept := make([]Entry, 0, len(l))
		for _, e := range l {
			if newest, ok := last[e.Key()]; !ok || at > newest {
				kept = append(kept, e)
			}
			at++
		}
		if len(kept) < len(l) {
			f.keep(n, kept)
		}
	}
	for _, id := range ids {
		if named[id] && !slices.Contains(unknown, id) {
			unknown = append(unknown, id)
		}
	}
	return unknown
}

// keep replaces the entries of the nth file; behind the archives stands the live one.
func (f *files) keep(n int, entries []Entry) {
	if n == len(f.past) {
		f.live.Changes, f.changed = entries, true
		return
	}
	f.past[n].Changes, f.dirty[f.past[n].path] = entries, true
}

// write writes what was changed: the oldest first, the live one last. An archive without
// entries goes.
func (f *files) write() error {
	for _, a := range f.past {
		if !f.dirty[a.path] {
			continue
		}
		if len(a.Changes) == 0 {
			if err := f.s.Host.Remove(a.path); err != nil {
				return err
			}
			continue
		}
		if err := f.put(a.Journal, a.path); err != nil {
			return err
		}
	}
	if !f.changed {
		return nil
	}
	return f.put(f.live, f.s.Path())
}

func (f *files) put(j *Journal, path string) error {
	b, err := j.Marshal()
	if err != nil {
		return err
	}
	return f.s.Host.WriteOwn(path, b, 0o600)
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
