package main

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bkt/internal/doc"
	"bkt/internal/journal"
	"bkt/internal/registry"
	"bkt/internal/render"
)

// listed is what `list` writes for programs.
type listed struct {
	Kind    string          `json:"kind"`
	BootID  string          `json:"boot_id"`
	Changes []journal.Entry `json:"changes"`
}

// archived is what it writes of earlier boots: each entry has its own.
type archived struct {
	Kind    string  `json:"kind"`
	Changes []entry `json:"changes"`
}

type entry struct {
	journal.Entry
	BootID string `json:"boot_id"`
}

// listKind is its kind.
const listKind = "bkt.journal/v1"

// show lists the entries, as they were written down.
func (j *job) show(ctx context.Context, _ []string) error {
	store, err := j.journal(ctx)
	if err != nil {
		return err
	}
	entries, err := j.entries(store)
	if err != nil {
		return err
	}
	if j.c.Text() {
		return j.page(entries)
	}
	if entries == nil {
		entries = []journal.Entry{}
	}
	var out any = listed{listKind, store.Boot.ID, entries}
	if *j.archived {
		past := archived{listKind, []entry{}}
		for _, e := range entries {
			past.Changes = append(past.Changes, entry{e, e.Boot()})
		}
		out = past
	}
	// Piece by piece, for memory's sake: all of it was checked, so that nothing but stdout can fail.
	w := bufio.NewWriterSize(j.stdout, 32<<10)
	err = json.MarshalWrite(w, out, jsontext.WithIndent("  "), json.Deterministic(true))
	fmt.Fprintln(w)
	if late := w.Flush(); late != nil {
		err = late // also where it was an earlier write that failed: without the JSON library's words
	}
	if err != nil {
		return fmt.Errorf("cannot write to stdout: %w", err)
	}
	return nil
}

// page is the list for people.
func (j *job) page(entries []journal.Entry) error {
	if len(entries) == 0 {
		what := "Nothing was noted since the last boot.\n"
		if *j.archived {
			what = "Nothing is left of earlier boots.\n"
		}
		_, err := io.WriteString(j.stdout, what)
		return err
	}
	var rows []render.Noted
	for _, e := range entries {
		rows = append(rows, render.Noted{ID: e.ID, Change: doc.Change{Action: e.Action, Subsystem: e.Subsystem, Scope: e.Scope, ID: e.Item,
			Want: e.Before, Have: e.After}})
	}
	return render.WriteNoted(j.stdout, rows, registry.Names(j.list), j.c.Colored(j.h.Getenv))
}
