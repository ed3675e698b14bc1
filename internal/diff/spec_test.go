package diff

import (
	"fmt"
	"testing"

	"bkt/internal/doc"
)

// world is Facts with a value for each side: "" is absent. It is what the specification below
// speaks of, which is written from design.md §1 and not from the code.
type world struct {
	m, r, p       string
	s             *record
	proof, older  bool
	settled       bool
	baked, undone bool
	image         Answer
}

type record struct {
	want, have string
	owned      bool
}

func side(v string) doc.Side {
	if v == "" {
		return doc.Absent()
	}
	return doc.Has(doc.Attrs{}.Set("v", v))
}

func (w world) facts() Facts {
	f := Facts{Want: side(w.m), Have: side(w.r), Present: side(w.p), Proof: w.proof, Older: w.older,
		Settled: w.settled, Baked: w.baked, Image: w.image, Undone: w.undone}
	if w.s != nil {
		f.Last = &Record{Want: side(w.s.want), Have: side(w.s.have), Owned: w.s.owned}
	}
	return f
}

func (w world) String() string {
	s := "nothing"
	if w.s != nil {
		s = fmt.Sprintf("{%q %q owned=%v}", w.s.want, w.s.have, w.s.owned)
	}
	return fmt.Sprintf("M=%q R=%q image=%q S=%s proof=%v older=%v settled=%v baked=%v carries=%d undone=%v",
		w.m, w.r, w.p, s, w.proof, w.older, w.settled, w.baked, w.image, w.undone)
}

// worlds calls f with every combination.
func worlds(f func(world)) {
	values, yesno := []string{"", "a", "b"}, []bool{true, false}
	records := []*record{nil}
	for _, want := range values {
		for _, have := range values {
			records = append(records, &record{want, have, true}, &record{want, have, false})
		}
	}
	for _, m := range values {
		for _, r := range values {
			for _, p := range values {
				for _, s := range records {
					for _, proof := range yesno {
						for _, older := range yesno {
							for _, settled := range yesno {
								w := world{m: m, r: r, p: p, s: s, proof: proof, older: older, settled: settled}
								f(w)
								w.baked = true
								for _, undone := range yesno {
									for _, image := range []Answer{Unknown, Yes, No} {
										w.undone, w.image = undone, image
										f(w)
									}
								}
							}
						}
					}
				}
			}
		}
	}
}

// real is R as the machine shows it: where the user has nothing beyond the image, what the image brings.
func (w world) real() string {
	if w.r == "" {
		return w.p
	}
	return w.r
}

// equal is M = R. Where M does not name the item, what the image brings stands in for M.
func (w world) equal() bool {
	if w.m == "" {
		return w.real() == w.p
	}
	return w.settled || w.real() == w.m
}

// then is S; where S has nothing, what the image brings stands in.
func (w world) then() record {
	if w.s == nil {
		return record{want: w.p, have: w.p}
	}
	return *w.s
}

// theManifestsMoved is M ≠ S, in M's spelling; in R's where the image stands in for M.
func (w world) theManifestsMoved() bool {
	if w.m != "" || w.s == nil {
		return w.m != "" && w.m != w.then().want
	}
	imageTookOver := w.p != "" && w.p == w.s.have
	return w.s.want != "" && !imageTookOver
}

// theUserMoved is R ≠ S, in R's spelling. A record that wants nothing is of an item that was
// let go: it never turns into anything else while it is here.
func (w world) theUserMoved() bool {
	if w.letGo() {
		return false
	}
	return w.real() != w.then().have
}

func (w world) letGo() bool {
	return w.m == "" && w.s != nil && w.s.want == "" && w.s.have != "" && w.real() != ""
}

// known says that R is known: absence counts only where the collector saw everything.
func (w world) known() bool { return w.proof || w.r != "" }

// general says that the first table of §1 applies: to everything that no row of the table of
// baked items speaks of.
func (w world) general() bool {
	return !w.baked || w.m != "" && w.r != "" && w.r != w.m && !w.undone && w.image != No
}

// beside says that something is layered that neither M nor the image has.
func (w world) beside() bool { return w.baked && w.m == "" && w.r != "" && w.image != Yes }

// gone says that what apply layered is not there any more.
func (w world) gone() bool { return w.r == "" && w.s != nil && w.proof }

// differs is M ≠ R, known to be, in an item that the first table speaks of.
func (w world) differs() bool { return w.general() && !w.equal() && w.known() }

// let says that the manifests let go of what is here as S has it.
func (w world) let() bool {
	return w.differs() && w.m == "" && (w.theManifestsMoved() || w.letGo()) && !w.theUserMoved()
}

// specification has one predicate for each class.
var specification = map[string]func(w world) bool{
	doc.Uncaptured: func(w world) bool {
		return w.differs() && w.m == "" && w.theUserMoved() && !w.theManifestsMoved() || w.beside() && w.s == nil
	},
	doc.ChangedHere: func(w world) bool {
		return w.differs() && w.m != "" && w.real() != "" && w.theUserMoved() && !w.theManifestsMoved()
	},
	doc.RemovedHere: func(w world) bool {
		live := w.differs() && w.m != "" && w.real() == "" && w.theUserMoved() && !w.theManifestsMoved()
		layered := w.baked && w.m != "" && w.image == No && w.gone()
		overridden := w.baked && w.m != "" && w.image != No && w.undone && w.r != "" && w.r != w.m && w.proof
		return live || layered || overridden
	},
	doc.Missing: func(w world) bool {
		return w.differs() && w.m != "" && w.real() == "" && w.theManifestsMoved() && !w.theUserMoved()
	},
	doc.ChangedThere: func(w world) bool {
		return w.differs() && w.m != "" && w.real() != "" && w.theManifestsMoved() && !w.theUserMoved() && !w.older
	},
	doc.Dropped: func(w world) bool {
		return (w.let() || w.beside() && w.s != nil) && w.s.owned && w.proof && !w.older
	},
	doc.Released: func(w world) bool {
		return (w.let() || w.beside() && w.s != nil) && !w.s.owned && !w.older
	},
	doc.Conflict: func(w world) bool {
		return w.differs() && w.theManifestsMoved() && w.theUserMoved()
	},
	doc.PendingImage: func(w world) bool {
		return w.baked && w.m != "" && w.image == No && !w.gone()
	},
	doc.Redundant: func(w world) bool {
		return w.baked && w.r != "" && w.image == Yes && (w.m == "" || w.m == w.r)
	},
	InSync: inSync,
}

func inSync(w world) bool {
	if w.general() {
		spelling := w.m != "" && !w.theManifestsMoved() && !w.theUserMoved()
		behind := w.older && w.real() != "" && !w.theUserMoved() && (w.theManifestsMoved() || w.letGo())
		unproven := w.let() && w.s.owned && !w.proof
		return w.equal() || !w.known() || spelling || behind || unproven
	}
	switch {
	case w.m == "":
		return w.r == "" || w.beside() && w.s != nil && (w.older || w.s.owned && !w.proof)
	case w.image == No:
		return false
	case w.r == "": // carried out, or nobody knows
		return true
	case w.r == w.m:
		return w.image == Unknown
	default:
		return w.undone && !w.proof
	}
}

func TestOneClassForEveryCombination(t *testing.T) {
	n, seen, bad := 0, map[string]int{}, 0
	worlds(func(w world) {
		n++
		var hold []string
		for class, is := range specification {
			if is(w) {
				hold = append(hold, class)
			}
		}
		got := Classify(w.facts())
		seen[got]++
		if len(hold) != 1 {
			bad++
			if bad < 20 {
				t.Errorf("%s: specified as %q, not one class (the code says %q)", w, hold, got)
			}
		} else if hold[0] != got {
			bad++
			if bad < 20 {
				t.Errorf("%s: %q, specified as %q", w, got, hold[0])
			}
		}
	})
	if want := 27 * 19 * 8 * 7; n != want {
		t.Errorf("%d combinations, not %d", n, want)
	}
	for class := range specification {
		if seen[class] == 0 {
			t.Errorf("no combination is %q", class)
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d combinations are wrong", bad, n)
	}
}
