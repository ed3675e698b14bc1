package main

import (
	"context"
	"fmt"

	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/journal"
)

// record notes what a document says was done here. What was there before is what the document,
// or else the manifests, know of it.
func (j *job) record(ctx context.Context, words []string) error {
	from := "-"
	if len(words) > 0 {
		from = words[0]
	}
	d, err := j.c.ReadDocument(j.stdin, from, "bkt-local change add SUBSYSTEM ID | bkt-local record", &doc.Changes{})
	if err != nil {
		return err
	}
	in := d.(*doc.Changes)
	if !compare.Own(j.h, in.Host) {
		return fmt.Errorf("the document is of '%s', or of another boot, and not of this machine", in.Host.Hostname)
	}
	store, err := j.journal(ctx)
	if err != nil {
		return err
	}
	command := *j.command
	if command == "" {
		command = "bkt-local record"
	}
	want := j.wants(ctx)
	var entries []journal.Entry
	for _, c := range in.Changes {
		s, err := find(j.list, c.Subsystem)
		if err != nil {
			return err
		}
		if err := s.Validate(doc.Item{Subsystem: c.Subsystem, ID: c.ID, Scope: c.Scope, Attrs: c.Have.Attrs()}); err != nil {
			return cli.With(cli.Trouble, fmt.Errorf("/changes/%d: %w", c.At, err))
		}
		entries = append(entries, noted(c, want(c.Key()), command))
	}
	store.Rand = random{}
	_, err = store.Record(ctx, entries)
	return err
}

// noted is the entry of a change. Where nothing says what was there before, that it was there is
// all that is known.
func noted(c doc.Change, want doc.Side, command string) journal.Entry {
	if c.Want.Known() {
		want = c.Want
	}
	before := want
	switch {
	case c.Action == doc.Add:
		before = doc.Absent()
	case !before.There():
		before = doc.Has(nil)
	}
	return journal.Entry{Command: command, Subsystem: c.Subsystem, Action: journal.Action(before, c.Have), Item: c.ID, Scope: c.Scope,
		Before: before, After: c.Have, Want: want}
}
