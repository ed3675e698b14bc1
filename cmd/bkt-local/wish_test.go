package main

import (
	"fmt"
	"slices"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/journal"
)

// Whatever the manifests, the pull request and the journal say: the manifests say what was asked
// for once the change has reached them, and never its opposite; and no change stands there twice.
func TestAWishIsNeverTurnedRound(t *testing.T) {
	absent := doc.Absent()
	has := func(pairs ...string) doc.Side {
		a := doc.Attrs{}
		for n := 0; n < len(pairs); n += 2 {
			a.Set(pairs[n], pairs[n+1])
		}
		return doc.Has(a)
	}
	k := doc.Key{Subsystem: "shim", ID: "docker"}
	manifests := []doc.Side{absent, has("host", "one"), has("host", "two"), has("host", "one", "other", "x")}
	published := []doc.Side{{}, absent, has("host", "one"), has("host", "two")}
	nets := []*journal.Net{nil}
	for _, from := range manifests {
		for _, to := range manifests {
			for _, want := range []doc.Side{{}, absent, has("host", "one"), has("host", "two")} {
				nets = append(nets, &journal.Net{Key: k, IDs: []string{"e1", "e2"}, Before: from, After: to, First: want, Want: want})
			}
		}
	}
	tried := 0
	for _, m := range manifests {
		for _, pr := range published {
			for _, net := range nets {
				for _, asked := range []doc.Side{absent, has("host", "one")} {
					for _, here := range []string{"", doc.Done, doc.Already} {
						for _, resolve := range []string{"", "local", "manifest"} {
							f := journal.Facts{Want: func(doc.Key) doc.Side { return m }, Published: func(doc.Key) doc.Side { return pr },
								Resolve: func(doc.Key) string { return resolve },
								Reaches: func(_ string, want, have doc.Side) bool {
									return want.There() == have.There() && have.Attrs().Satisfies(want.Attrs())
								}}
							c := doc.Change{Action: doc.Add, Subsystem: k.Subsystem, ID: k.ID, Have: asked, Here: here}
							if !asked.There() {
								c.Action = doc.Remove
							}
							tried++
							said := fmt.Sprintf("manifests %v, pull request %v, journal %+v, asked %v %q, resolve %q", m, pr, net, asked, here, resolve)
							check(t, said, wish{c}, net, f, m, pr)
						}
					}
				}
			}
		}
	}
	if tried < 10000 {
		t.Errorf("only %d cases", tried)
	}
}

func check(t *testing.T, said string, w wish, net *journal.Net, f journal.Facts, m, pr doc.Side) {
	t.Helper()
	var all []journal.Net
	if net != nil {
		all = append(all, *net)
	}
	noted, rest := w.beside(all, f)
	out := journal.Make(noted, f)
	if len(out.Conflicts) > 0 {
		return // somebody else decides
	}
	for _, one := range rest {
		one.say(&out, nil, f)
	}
	c := w[0]
	if len(out.Changes) > 1 {
		t.Fatalf("%s: %+v", said, out.Changes)
	}
	then := m
	if len(out.Changes) == 1 {
		then = out.Changes[0].Have
	} else if pr.Known() {
		then = pr // what was proposed stays proposed
		if len(noted) > 0 && slices.Contains(out.Settled, noted[0].Entry()) && f.Resolve(c.Key()) == "manifest" {
			return
		}
	}
	if len(out.Changes) == 0 && f.Resolve(c.Key()) == "manifest" && len(noted) > 0 {
		return // the manifests have won
	}
	if !f.Reaches(c.Subsystem, c.Have, then) {
		t.Errorf("%s: then %v", said, then)
	}
}
