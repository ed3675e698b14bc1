package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"bkt/internal/cli"
	"bkt/internal/doc"
	"bkt/internal/journal"
)

// clear forgets all entries, some, or those that have reached a pull request. An entry takes the
// older ones of its item along.
func (j *job) clear(ctx context.Context, words []string) error {
	if len(words) > 0 && *j.archived {
		return cli.Usage("--archived clears all of earlier boots, and '%s' names an entry", words[0])
	}
	var d doc.Document
	if slices.Contains(words, "-") {
		if len(words) > 1 {
			return cli.Usage("'-' takes what stdin has, and no more")
		}
		var err error
		if d, err = j.c.ReadDocument(j.stdin, "-", "bkt-local commit | bkt-cfgen | bkt-pr | bkt-local clear -", &doc.PR{}, &doc.Changes{}); err != nil {
			return err
		}
	}
	store, err := j.journal(ctx)
	if err != nil {
		return err
	}
	var left []error
	store.Skip = func(err error) { left = append(left, err) }
	switch {
	case d != nil:
		err = j.arrived(ctx, store, d)
	case len(words) > 0:
		if err = store.Clear(ctx, words); errors.As(err, new(*journal.UnknownError)) {
			err = cli.Hint(err, "bkt-local list")
		}
	default:
		err = store.ClearAll(ctx, *j.archived)
	}
	if err == nil && *j.archived {
		return partly(left)
	}
	for _, why := range left {
		cli.Warn(j.stderr, j.c.Name, "left as it is: %s", why)
	}
	return err
}

// partly is what could not be cleared of what was asked for.
func partly(left []error) error {
	for n, why := range left {
		left[n] = fmt.Errorf("left as it is: %w", why)
	}
	if len(left) == 0 {
		return nil
	}
	return cli.With(cli.Partial, errors.Join(left...))
}

// arrived clears what a pull request has, or what a commit found settled. What the journal has not
// any more is no mistake: it was cleared before.
func (j *job) arrived(ctx context.Context, store *journal.Store, d doc.Document) error {
	var settled, ids []string
	switch d := d.(type) {
	case *doc.PR:
		settled = d.Settled
		for _, c := range d.Changes {
			if c.Entry != "" {
				ids = append(ids, c.Entry)
			}
		}
	case *doc.Changes:
		settled = d.Settled
	}
	ids = append(ids, settled...)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return nil
	}
	unknown, err := store.ClearKnown(ctx, ids)
	// What was in the branch before was cleared when it came there.
	unknown = slices.DeleteFunc(unknown, func(id string) bool { return !slices.Contains(settled, id) })
	if err == nil && len(unknown) > 0 {
		fmt.Fprintf(j.stderr, "%s: %d of %d were cleared before\n", j.c.Name, len(unknown), len(settled))
	}
	return err
}
