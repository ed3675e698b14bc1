package diff

import (
	"slices"
	"testing"

	"bkt/internal/doc"
)

// The properties that protect what a person has: whatever else changes, these hold.

func TestAbsenceWithoutProofRemovesNothing(t *testing.T) {
	worlds(func(w world) {
		if w.proof {
			return
		}
		switch c := Classify(w.facts()); c {
		case doc.RemovedHere, doc.Missing, doc.Dropped:
			t.Errorf("%s: %s", w, c)
		case doc.ChangedThere, doc.ChangedHere, doc.Conflict:
			if w.r == "" {
				t.Errorf("%s: %s, though nothing is known of R", w, c)
			}
		}
	})
}

func TestOlderManifestsNeitherRemoveNorSetBack(t *testing.T) {
	worlds(func(w world) {
		if c := Classify(w.facts()); w.older && slices.Contains([]string{doc.Dropped, doc.ChangedThere, doc.Released}, c) {
			t.Errorf("%s: %s", w, c)
		}
	})
}

func TestOnlyWhatBktOwnsIsDropped(t *testing.T) {
	worlds(func(w world) {
		if Classify(w.facts()) == doc.Dropped && (w.s == nil || !w.s.owned) {
			t.Errorf("%s: dropped", w)
		}
	})
}

func TestWhatIsNotHereIsNeitherAddedNorRemoved(t *testing.T) {
	worlds(func(w world) {
		c := Classify(w.facts())
		if w.r == "" && slices.Contains([]string{doc.Uncaptured, doc.Dropped, doc.Released, doc.Redundant}, c) {
			t.Errorf("%s: %s of nothing", w, c)
		}
		if w.m == "" && slices.Contains([]string{doc.Missing, doc.ChangedThere, doc.ChangedHere, doc.RemovedHere, doc.PendingImage}, c) {
			t.Errorf("%s: %s, though the manifests don't name it", w, c)
		}
	})
}

func TestAttributesThatTheManifestsDontNameNeverMatter(t *testing.T) {
	worlds(func(w world) {
		if w.m == "" || w.r == "" {
			return // without M what the image brings is compared, whole
		}
		f := w.facts()
		want := Classify(f)
		f.Have = doc.Has(doc.Attrs{}.Set("v", w.r).Set("commit", "0a92e5cd12c8"))
		if got := Classify(f); got != want {
			t.Errorf("%s: %q with one more attribute, %q without", w, got, want)
		}
	})
}

func TestTwoSpellingsNeverDiffer(t *testing.T) {
	worlds(func(w world) {
		if w.baked || w.m == "" || w.s == nil {
			return
		}
		w.s = &record{want: w.m, have: w.real(), owned: w.s.owned}
		if c := Classify(w.facts()); c != InSync {
			t.Errorf("%s: %s", w, c)
		}
	})
}

func TestABakedItemIsNeverInstalledByApply(t *testing.T) {
	worlds(func(w world) {
		if c := Classify(w.facts()); w.baked && c == doc.Missing {
			t.Errorf("%s: missing", w)
		}
	})
}

func TestTheActionFitsBothSides(t *testing.T) {
	worlds(func(w world) {
		f := w.facts()
		c := Classify(f)
		if c == InSync {
			return
		}
		got := Action(c, f.Want, f.Have)
		if (got == doc.Remove) != (w.r == "") {
			t.Errorf("%s: %s is %s", w, c, got)
		}
		if got == doc.Update && w.m == "" {
			t.Errorf("%s: %s is %s of nothing", w, c, got)
		}
	})
}

// The stories of design.md §1, one by one.

func expect(t *testing.T, want string, w world) {
	t.Helper()
	if got := Classify(w.facts()); got != want {
		t.Errorf("%s: %q, not %q", w, got, want)
	}
}

// noted is a record of an item in one spelling.
func noted(v string, owned bool) *record { return &record{v, v, owned} }

func TestTheUserMoved(t *testing.T) {
	expect(t, doc.Uncaptured, world{r: "a", proof: true})
	expect(t, doc.ChangedHere, world{m: "a", r: "b", s: noted("a", false), proof: true})
	expect(t, doc.RemovedHere, world{m: "a", s: noted("a", true), proof: true})
}

func TestTheManifestsMoved(t *testing.T) {
	expect(t, doc.Missing, world{m: "a", proof: true})
	expect(t, doc.ChangedThere, world{m: "b", r: "a", s: noted("a", false), proof: true})
	expect(t, doc.Dropped, world{r: "a", s: noted("a", true), proof: true})
}

func TestWhatWasHereBeforeIsReleasedAndNotRemoved(t *testing.T) {
	expect(t, doc.Released, world{r: "a", s: noted("a", false), proof: true})
}

func TestBothMoved(t *testing.T) {
	expect(t, doc.Conflict, world{m: "b", r: "a", proof: true})
	expect(t, doc.Conflict, world{m: "b", s: noted("a", false), proof: true})
	expect(t, doc.Conflict, world{r: "b", s: noted("a", true), proof: true})
	expect(t, InSync, world{m: "b", r: "b", s: noted("a", true), proof: true})
}

func TestAnImagesDefaultIsNobodysWish(t *testing.T) {
	expect(t, InSync, world{p: "a", proof: true})
	expect(t, InSync, world{r: "a", p: "a", proof: true})
	expect(t, InSync, world{m: "a", p: "a", proof: true})
	expect(t, doc.ChangedThere, world{m: "b", p: "a", proof: true})
	expect(t, doc.Uncaptured, world{r: "b", p: "a", proof: true})
	expect(t, doc.ChangedHere, world{m: "a", r: "b", p: "a", proof: true})
}

func TestTheImageTakesOverWhatTheManifestsNamed(t *testing.T) {
	expect(t, InSync, world{r: "a", p: "a", s: noted("a", true), proof: true})
	expect(t, doc.Uncaptured, world{r: "b", p: "a", s: noted("a", true), proof: true})
}

func TestAFailedCollectorMovesNothing(t *testing.T) {
	expect(t, InSync, world{m: "a"})
	expect(t, InSync, world{m: "a", s: noted("a", true)})
	expect(t, InSync, world{m: "b", p: "a"})
	expect(t, InSync, world{r: "a", s: noted("a", true)})
	expect(t, doc.ChangedHere, world{m: "a", r: "b", s: noted("a", true)})
}

func TestARollbackSetsNothingBack(t *testing.T) {
	expect(t, InSync, world{r: "a", s: noted("a", true), proof: true, older: true})
	expect(t, InSync, world{m: "b", r: "a", s: noted("a", true), proof: true, older: true})
	expect(t, doc.Missing, world{m: "a", proof: true, older: true})
	expect(t, doc.ChangedHere, world{m: "a", r: "b", s: noted("a", true), proof: true, older: true})
}

func TestThePackageWaitsForItsImage(t *testing.T) {
	expect(t, doc.PendingImage, world{baked: true, m: "a", image: No, proof: true})
	expect(t, doc.PendingImage, world{baked: true, m: "a", r: "a", image: No, s: noted("a", true), proof: true})
	expect(t, doc.RemovedHere, world{baked: true, m: "a", image: No, s: noted("a", true), proof: true})
	expect(t, doc.PendingImage, world{baked: true, m: "a", image: No, s: noted("a", true)})
	expect(t, InSync, world{baked: true, m: "a", image: Yes, proof: true})
	expect(t, InSync, world{baked: true, m: "a", image: Unknown, proof: true})
}

func TestALayerThatTheImageHasIsRedundant(t *testing.T) {
	expect(t, doc.Redundant, world{baked: true, m: "a", r: "a", image: Yes, proof: true})
	expect(t, doc.Redundant, world{baked: true, r: "a", image: Yes, proof: true})
}

func TestALayerThatOnlyTheMachineHas(t *testing.T) {
	expect(t, doc.Uncaptured, world{baked: true, r: "a", image: No, proof: true})
	expect(t, doc.Dropped, world{baked: true, r: "a", image: No, s: noted("a", true), proof: true})
	expect(t, doc.Released, world{baked: true, r: "a", image: No, s: noted("a", false), proof: true})
}

func TestTheImageIsOverriddenHere(t *testing.T) {
	expect(t, doc.RemovedHere, world{baked: true, m: "a", r: "b", undone: true, image: Yes, proof: true})
	expect(t, doc.ChangedHere, world{baked: true, m: "a", r: "b", p: "a", image: Yes, proof: true})
	expect(t, doc.Conflict, world{baked: true, m: "a", r: "b", image: Yes, proof: true})
}

func TestTheManifestsNameOneAttributeMore(t *testing.T) {
	attrs := func(branch string) doc.Attrs { return doc.Attrs{}.Set("remote", "flathub").Set("branch", branch) }
	f := Facts{Want: doc.Has(attrs("beta")), Have: doc.Has(attrs("stable")), Present: doc.Absent(), Proof: true,
		Last: &Record{Want: doc.Has(doc.Attrs{}.Set("remote", "flathub")), Have: doc.Has(attrs("stable"))}}
	if c := Classify(f); c != doc.ChangedThere {
		t.Errorf("%q", c)
	}
	f.Have = doc.Has(attrs("nightly"))
	if c := Classify(f); c != doc.Conflict {
		t.Errorf("the user has moved it meanwhile: %q", c)
	}
	f.Want = f.Last.Want
	if c := Classify(f); c != InSync {
		t.Errorf("what nobody names may be anything: %q", c)
	}
}
