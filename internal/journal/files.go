package journal

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// lockWait is how long a writer waits for the others.
const lockWait = 30 * time.Second

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
