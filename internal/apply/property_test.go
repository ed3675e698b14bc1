package apply

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/generate"
	"bkt/internal/subsystem"
)

// rounds is how many random machines each property is tried on.
const rounds = 1500

// each runs a property on random machines; the seed in a failure's name repeats it.
func each(t *testing.T, property func(t *testing.T, r *rand.Rand, w *world)) {
	t.Helper()
	dir := fast(t)
	n := rounds
	if testing.Short() {
		n = rounds / 10
	}
	for seed := range n {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		w := newWorld(t, fmt.Sprintf("%s/%d", dir, seed))
		w.have, w.image = some(r, 0.5), some(r, 0.3)
		property(t, r, w)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// fast is a folder in memory where there is one: thousands of records are written and synced.
func fast(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "bkt-apply-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// brought are the items that the record says bkt brought.
func (w *world) brought(t *testing.T) map[doc.Key]bool {
	out := map[doc.Key]bool{}
	for name, got := range w.state(t).Subsystems {
		for _, a := range got.Applied {
			out[doc.Key{Subsystem: name, Scope: a.Scope, ID: a.ID}] = a.Owned
		}
	}
	return out
}

// Whatever was recorded, wanted, there and in the image: apply removes only what it had brought
// and nobody wants any more (or what is layered over the image that has it), does nothing the
// second time, and leaves no drift but what it said it leaves.
func TestApplyIsSafeAndIdempotent(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, w *world) {
		if r.IntN(4) > 0 {
			w.recall(t, r)
		}
		one := run{want: some(r, 0.5), from: "now", older: r.IntN(4) == 0, opt: Options{Force: r.IntN(2) == 0, Now: r.IntN(2) == 0, Unattended: r.IntN(3) == 0}}
		before, owned := maps.Clone(w.have), w.brought(t)
		got := w.apply(t, one)
		for k := range before {
			if _, ok := w.have[k]; ok {
				continue
			}
			_, wanted := one.want[k]
			_, inImage := w.image[k]
			if redundant := k.Subsystem == "pkg" && inImage; !redundant && (!owned[k] || wanted || one.older || one.opt.Unattended) {
				t.Errorf("%v was removed: owned %v, wanted %v, older %v, unattended %v", k, owned[k], wanted, one.older, one.opt.Unattended)
			}
		}
		for k, v := range before {
			if now, ok := w.have[k]; ok && now != v && (one.older || one.opt.Unattended || now != one.want[k]) {
				t.Errorf("%v was set from %s to %s, wanted %q, older %v", k, v, now, one.want[k], one.older)
			}
		}
		said := map[doc.Key]bool{}
		for _, l := range got.plan.Left {
			said[l.Change.Key()] = true
		}
		for _, c := range got.left {
			if compare.Applies(c.Class) && !said[c.Key()] {
				t.Errorf("left without a word: %+v", c)
			}
		}
		after, record := maps.Clone(w.have), w.record(t)
		again := w.apply(t, one)
		if len(again.calls) > 0 || len(again.plan.Steps) > 0 {
			t.Errorf("the second time: %v, after %v", again.calls, got.calls)
		}
		if !maps.Equal(after, w.have) || record != w.record(t) {
			t.Errorf("the second time changed the machine or the record\n%s\n%s", record, w.record(t))
		}
	})
}

func TestDryRunChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, w *world) {
		w.recall(t, r)
		before, record := maps.Clone(w.have), w.record(t)
		got := w.apply(t, run{want: some(r, 0.5), from: "now", dry: true, opt: Options{Now: true}})
		if !maps.Equal(before, w.have) || record != w.record(t) {
			t.Errorf("a dry run of %d steps changed something", len(got.plan.Steps))
		}
	})
}

// To boot an older image, and apply its manifests, and come back, removes nothing and sets
// nothing back.
func TestRollback(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, w *world) {
		older, newer := some(r, 0.5), some(r, 0.5)
		oldImage, newImage := w.image, some(r, 0.3)
		force := Options{Force: true}
		w.apply(t, run{want: older, from: "n-1", opt: force})
		w.image = newImage
		w.apply(t, run{want: newer, from: "n", opt: force})
		for _, k := range keys() { // and the user does this and that
			if r.IntN(8) == 0 {
				delete(w.have, k)
			}
			if r.IntN(8) == 0 && k.Subsystem != "pkg" {
				w.have[k] = "z"
			}
		}
		w.apply(t, run{want: newer, from: "n", opt: force})
		check := func(where string, before things) {
			for k, v := range before {
				now, ok := w.have[k]
				_, inImage := w.image[k]
				if !ok && !(k.Subsystem == "pkg" && inImage) || ok && now != v {
					t.Errorf("%s: %v was %s and is %q", where, k, v, now)
				}
			}
		}
		before := maps.Clone(w.have)
		w.image = oldImage
		w.apply(t, run{want: older, from: "n-1", older: true})
		check("booted N-1", before)
		w.image = newImage
		before = maps.Clone(w.have)
		w.apply(t, run{want: newer, from: "n"})
		check("booted N again", before)
	})
}

// Two machines that share a distribution come to rest: what one adopts the other applies, and
// neither undoes the other.
func TestTwoMachines(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, a *world) {
		b := newWorld(t, a.host.Root+"b")
		b.have, b.image = some(r, 0.5), a.image
		m, commit := some(r, 0.5), 0
		turn := func(w *world) {
			in := w.input(t, run{want: m})
			take, _ := generate.Follow(compare.Changes(in).Changes, generate.Wishes{Prune: true})
			m = maps.Clone(m)
			for _, c := range take {
				if c.Stage == doc.Declined {
					continue
				}
				if c.Have.There() {
					m[c.Key()] = c.Have.Attrs().String("value")
				} else {
					delete(m, c.Key())
				}
			}
			commit++
			w.apply(t, run{want: m, from: fmt.Sprint(commit), opt: Options{Force: true}})
		}
		for range 3 {
			turn(a)
			turn(b)
		}
		wanted, onA, onB := maps.Clone(m), maps.Clone(a.have), maps.Clone(b.have)
		turn(a)
		turn(b)
		if !maps.Equal(wanted, m) || !maps.Equal(onA, a.have) || !maps.Equal(onB, b.have) {
			t.Errorf("no rest\nM %v\n  %v\nA %v\n  %v\nB %v\n  %v", wanted, m, onA, a.have, onB, b.have)
		}
	})
}

func TestFallBack(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.lost = map[string]bool{"m7": true}
	want := things{}
	for n := range 60 {
		want[doc.Key{Subsystem: "app", Scope: doc.User, ID: fmt.Sprintf("m%d", n)}] = "x"
	}
	got := w.apply(t, run{want: want, from: "1"})
	if n := len(got.calls) - 59; n != 2 || got.calls[0] != "fail" || got.calls[1] != "sift" || got.result.Failed() != 1 {
		t.Errorf("%d more calls than apps, %v", n, got.calls[:3])
	}
	again := w.apply(t, run{want: want, from: "1"})
	if len(again.plan.Steps) != 1 || again.result.Failed() != 1 || again.result.Steps[0].ID != "m7" {
		t.Errorf("the next run: %+v", again.result)
	}
}

func TestNobodyAnswers(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.lost, w.down = map[string]bool{"a": true}, fmt.Errorf("remote x: %w", subsystem.ErrTryAgain)
	k := func(id string) doc.Key { return doc.Key{Subsystem: "app", Scope: doc.User, ID: id} }
	got := w.apply(t, run{want: things{k("a"): "x", k("b"): "x"}, from: "1"})
	if !got.result.TryAgain || got.result.Failed() != 2 || !slices.Equal(got.calls, []string{"fail", "sift"}) {
		t.Errorf("%+v %v", got.result, got.calls)
	}
}

// A tool that lies leaves the record as it was: what did not happen is neither bkt's, nor
// something that the user did, and is tried again the next time.
func TestToolThatLies(t *testing.T) {
	const lied = "its tool reported success, and nothing has changed"
	k := doc.Key{Subsystem: "set", ID: "a"}
	for _, c := range []struct {
		name        string
		before, now things
		class       string
	}{
		{"install", things{}, things{k: "x"}, doc.Missing},
		{"set", things{k: "x"}, things{k: "y"}, doc.ChangedThere},
		{"remove", things{k: "x"}, things{}, doc.Dropped},
	} {
		w := newWorld(t, t.TempDir())
		w.apply(t, run{want: c.before, from: "1"})
		record := w.brought(t)
		w.lies = map[string]bool{"a": true}
		for range 2 {
			got := w.apply(t, run{want: c.now, from: "2"})
			if got.result.Failed() != 1 || got.result.Steps[0].Message != lied {
				t.Errorf("%s: %+v", c.name, got.result)
			}
			if len(got.left) != 1 || got.left[0].Class != c.class || !maps.Equal(w.brought(t), record) {
				t.Errorf("%s: %+v is left, bkt's are %v, before %v", c.name, got.left, w.brought(t), record)
			}
		}
		w.lies = nil
		if got := w.apply(t, run{want: c.now, from: "2"}); got.result.Failed() != 0 || len(got.left) != 0 {
			t.Errorf("%s: %+v, %+v", c.name, got.result, got.left)
		}
	}
}

// What nobody could look at afterwards is not known to be done.
func TestABlindLookAfterwardsIsTold(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.blinds = map[string]bool{"a": true}
	k := doc.Key{Subsystem: "set", ID: "a"}
	if got := w.apply(t, run{want: things{k: "x"}, from: "1"}); got.result.Unseen == nil || got.result.Failed() != 0 || w.have[k] != "x" {
		t.Errorf("%+v, %v", got.result, w.have)
	}
	other := doc.Key{Subsystem: "set", ID: "b"}
	if got := w.apply(t, run{want: things{k: "x", other: "x"}, from: "1"}); got.result.Unseen != nil || got.result.Failed() != 0 {
		t.Errorf("%+v", got.result)
	}
}

// A conflict that the manifests are to win may be blocked as anything else.
func TestAConflictIsBlocked(t *testing.T) {
	w := newWorld(t, t.TempDir())
	k := doc.Key{Subsystem: "set", ID: "a"}
	w.have[k], w.shut = "mine", map[string]bool{"a": true}
	resolve, err := compare.ParseResolve("manifest")
	if err != nil {
		t.Fatal(err)
	}
	one := run{want: things{k: "x"}, from: "1", opt: Options{Resolve: resolve}}
	got := w.apply(t, one)
	if len(got.plan.Steps) != 0 || len(got.plan.Left) != 1 || got.plan.Left[0].Why != "locked" || w.have[k] != "mine" {
		t.Errorf("%+v, %v", got.plan, w.have)
	}
	w.shut = nil
	if w.apply(t, one); w.have[k] != "x" {
		t.Errorf("%v", w.have)
	}
}

// What bkt brought to another account is no reason to take all from this one.
func TestManyRemovalsOfOneScope(t *testing.T) {
	w := newWorld(t, t.TempDir())
	all, rest := things{}, things{}
	for n := range 5 {
		user, system := doc.Key{Subsystem: "app", Scope: doc.User, ID: fmt.Sprint(n)}, doc.Key{Subsystem: "app", Scope: doc.System, ID: fmt.Sprint(n)}
		all[user], all[system], rest[system] = "x", "x", "x"
	}
	w.apply(t, run{want: all, from: "1"})
	got := w.apply(t, run{want: rest, from: "2", scopes: []string{doc.User}})
	if len(got.plan.Steps) != 0 || len(got.plan.Left) != 5 || got.plan.Left[0].Reason != TooMany || len(w.have) != 10 {
		t.Errorf("%+v, %v", got.plan, w.have)
	}
}

// A layer that an older image has is left: the newer one, which comes back, may have dropped it.
func TestALayerOverAnOlderImageStays(t *testing.T) {
	w := newWorld(t, t.TempDir())
	k := doc.Key{Subsystem: "pkg", ID: "a"}
	w.have[k], w.image[k] = "x", "x"
	got := w.apply(t, run{want: things{k: "x"}, from: "n-1", older: true, opt: Options{Unattended: true}})
	if len(got.plan.Steps) != 0 || len(got.plan.Left) != 1 || got.plan.Left[0].Reason != ForAPerson || w.have[k] != "x" {
		t.Errorf("older: %+v, %v", got.plan, w.have)
	}
	if got = w.apply(t, run{want: things{k: "x"}, from: "n", opt: Options{Unattended: true}}); len(got.plan.Steps) != 1 || len(w.have) != 0 {
		t.Errorf("%+v, %v", got.plan, w.have)
	}
}

func TestManyRemovalsAtOnce(t *testing.T) {
	w := newWorld(t, t.TempDir())
	want := things{}
	for n := range 6 {
		want[doc.Key{Subsystem: "app", Scope: doc.User, ID: fmt.Sprint(n)}] = "x"
	}
	w.apply(t, run{want: want, from: "1"})
	for n := range 4 {
		delete(want, doc.Key{Subsystem: "app", Scope: doc.User, ID: fmt.Sprint(n)})
	}
	got := w.apply(t, run{want: want, from: "2"})
	if len(got.plan.Steps) != 0 || len(got.plan.Left) != 4 || got.plan.Left[0].Reason != TooMany || len(w.have) != 6 {
		t.Errorf("%+v", got.plan)
	}
	if got = w.apply(t, run{want: want, from: "2", opt: Options{Force: true}}); len(w.have) != 2 {
		t.Errorf("with force: %v", w.have)
	}
}

// What bkt brought, and the user removed and brought back, is the user's.
func TestOwnershipIsLost(t *testing.T) {
	w := newWorld(t, t.TempDir())
	k := doc.Key{Subsystem: "app", Scope: doc.User, ID: "a"}
	w.apply(t, run{want: things{k: "x"}, from: "1"})
	if !w.brought(t)[k] {
		t.Fatal("not noted as bkt's own")
	}
	delete(w.have, k)
	got := w.apply(t, run{want: things{k: "x"}, from: "1"})
	if len(got.plan.Steps) != 0 || len(got.left) != 1 || got.left[0].Class != doc.RemovedHere {
		t.Errorf("what the user removed: %+v", got.left)
	}
	w.have[k] = "x"
	w.apply(t, run{want: things{k: "x"}, from: "1"})
	got = w.apply(t, run{want: things{}, from: "2"})
	if _, ok := w.have[k]; !ok || len(got.left) != 1 || got.left[0].Class != doc.Released {
		t.Errorf("removed though the user brought it: %+v", got.left)
	}
}
