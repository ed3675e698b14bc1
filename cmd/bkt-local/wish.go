package main

import (
	"slices"

	"bkt/internal/doc"
	"bkt/internal/journal"
	"bkt/internal/subsystem"
)

// wish is what somebody asked for in so many words, as far as it did not fail here.
type wish []doc.Change

// asked reads the wish; nil: there is none.
func (j *job) asked() (wish, error) {
	if *j.wish == "" {
		return nil, nil
	}
	d, err := j.c.ReadDocument(j.stdin, *j.wish, "bkt-local change add SUBSYSTEM ID | bkt-local commit --wish -", &doc.Changes{})
	if err != nil {
		return nil, err
	}
	w := wish(d.(*doc.Changes).Changes)
	if *j.waiting {
		w = slices.DeleteFunc(w, func(c doc.Change) bool { return c.Blocked == "" })
	}
	return append(wish{}, w...), nil
}

// of leaves the entries of what was done. What has to wait is newer than they are.
func (w wish) of(entries []journal.Entry) []journal.Entry {
	return slices.DeleteFunc(entries, func(e journal.Entry) bool {
		return !slices.ContainsFunc(w, func(c doc.Change) bool { return c.Blocked == "" && c.Key() == e.Key() })
	})
}

// rest is what the journal does not know of it: it was so here already, or has to wait. What is
// to go, and waits because the image brings it, is denied where neither the manifests nor this
// machine's pull request ask for it.
func (w wish) rest(known []doc.Change, list []subsystem.Subsystem, f journal.Facts) []doc.Change {
	var out []doc.Change
	for _, c := range w {
		if slices.ContainsFunc(known, func(k doc.Change) bool { return k.Key() == c.Key() }) {
			continue
		}
		waits := c.Blocked != ""
		c.Blocked = ""
		if d, ok := denier(list, c.Subsystem); ok && c.Action == doc.Remove {
			asks := func(s doc.Side) bool { return s.There() && !d.Denies(s.Attrs()) }
			switch said := f.Want(c.Key()); {
			case asks(said), asks(f.Published(c.Key())): // it goes as it came
			case waits:
				c.Action, c.Have = doc.Add, doc.Has(d.Denied())
			case said.There():
				continue // denied already
			}
		}
		out = append(out, c)
	}
	return out
}

func denier(list []subsystem.Subsystem, name string) (subsystem.Denier, bool) {
	for _, s := range list {
		if s.Info().Name == name {
			d, ok := s.(subsystem.Denier)
			return d, ok
		}
	}
	return nil, false
}
