package main

import (
	"maps"
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

// done says whether anything of it was done, or was so already, on this machine.
func (w wish) done() bool {
	return slices.ContainsFunc(w, func(c doc.Change) bool { return c.Here != "" })
}

// word is one change of a wish, and what the journal has of its item.
type word struct {
	change doc.Change
	net    journal.Net // without a key: nothing
}

// beside tells what of a wish is the journal's to tell, since it noted what really was done, from
// what counts as it was asked for: it has to wait, was only asked for, or was so here already
// while the journal has seen the item last as it is no more.
func (w wish) beside(nets []journal.Net, f journal.Facts) (noted []journal.Net, rest []word) {
	at := map[doc.Key]journal.Net{}
	for _, n := range nets {
		at[n.Key] = n
	}
	for _, c := range w {
		n, known := at[c.Key()]
		if known && c.Here != "" && f.Reaches(c.Subsystem, c.Have, n.After) {
			noted = append(noted, n)
			if !n.Nothing() {
				continue
			}
		}
		if c.Here == "" {
			n = journal.Net{} // the machine is as the journal has it
		}
		rest = append(rest, word{c, n})
	}
	return noted, rest
}

// say puts a word beside what the journal comes to, unless that has one on the item, or the
// manifests and this machine's pull request say so already.
func (w word) say(out *journal.Commit, list []subsystem.Subsystem, f journal.Facts) {
	c := w.change
	if slices.ContainsFunc(out.Changes, func(o doc.Change) bool { return o.Key() == c.Key() }) {
		return
	}
	said, proposed := f.Want(c.Key()), f.Published(c.Key())
	waits := c.Blocked != ""
	c.Blocked = ""
	news := true
	if c.Action == doc.Remove {
		c, news = denied(c, list, said, proposed, waits)
	}
	if c.Have.There() && said.There() {
		c.Have = doc.Has(over(said.Attrs(), c.Have.Attrs()))
		news = !c.Have.Equal(said) || proposed.Known() && !proposed.Equal(c.Have)
	}
	switch {
	case !news:
		out.Settled = append(out.Settled, w.net.IDs...)
		return
	case len(w.net.IDs) > 0:
		c.Entry = w.net.Entry()
	}
	out.Changes = append(out.Changes, c)
}

// over are attributes with others put over them.
func over(a, b doc.Attrs) doc.Attrs {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// denied is a removal as it must stand in the manifests: what is to go, and waits because the image
// brings it, is denied there, unless they or this machine's pull request ask for it. False: there
// is nothing to take out.
func denied(c doc.Change, list []subsystem.Subsystem, said, proposed doc.Side, waits bool) (doc.Change, bool) {
	s, _ := subsystem.Find(list, c.Subsystem)
	d, ok := s.(subsystem.Denier)
	asks := func(s doc.Side) bool { return s.There() && !(ok && d.Denies(s.Attrs())) }
	switch {
	case asks(said): // it goes as it came
		return c, true
	case asks(proposed):
		c.Want = proposed // which the manifests do not say yet
		return c, true
	case ok && waits:
		c.Action, c.Have = doc.Add, doc.Has(d.Denied())
		return c, true
	}
	return c, false
}
