package apply

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"bkt/internal/applied"
	"bkt/internal/capture"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// things are what a machine has, or an image brings: id to its value.
type things map[doc.Key]string

// world is a fake machine that obeys.
type world struct {
	host   *host.Host
	have   things // beyond the image
	image  things // what the booted image brings
	calls  []string
	fail   map[string]error // by id: Do's error for every batch that holds it
	lost   map[string]bool  // by id: not to be had
	lies   map[string]bool  // by id: Do succeeds and nothing happens
	down   error            // Sift's error
	shut   map[string]bool  // by id: blocked
	blind  bool             // no look at it succeeds
	blinds map[string]bool  // by id: what Do does to it makes the machine blind
}

// kind is a subsystem of the fake machine.
type kind struct {
	w    *world
	info subsystem.Info
}

func (k kind) Info() subsystem.Info      { return k.info }
func (kind) Validate(doc.Item) error     { return nil }
func (kind) Early()                      {}
func (kind) Batch(subsystem.Task) string { return "all" }

func (k kind) Blocked(c doc.Change, _ subsystem.View) string {
	if k.w.shut[c.ID] {
		return "locked"
	}
	return ""
}

func (k kind) Capture(context.Context, *host.Host) (subsystem.Found, error) {
	var f subsystem.Found
	if k.w.blind {
		return f, errors.New("no answer")
	}
	for key, v := range k.w.have {
		if key.Subsystem == k.info.Name {
			f.Items = append(f.Items, doc.Item{Subsystem: key.Subsystem, Scope: key.Scope, ID: key.ID, Attrs: value(v)})
		}
	}
	for key, v := range k.w.image {
		if key.Subsystem == k.info.Name {
			f.Present = append(f.Present, doc.Present{Scope: key.Scope, ID: key.ID, Attrs: value(v)})
		}
	}
	return f, nil
}

func value(v string) doc.Attrs { return doc.Attrs{}.Set("value", v) }

func (k kind) Do(_ context.Context, _ *host.Host, _ subsystem.View, tasks []subsystem.Task) error {
	for _, t := range tasks {
		if k.w.lost[t.Item.ID] {
			k.w.calls = append(k.w.calls, "fail")
			return errors.New("something is not to be had")
		}
		if err := k.w.fail[t.Item.ID]; err != nil {
			k.w.calls = append(k.w.calls, "fail")
			return err
		}
	}
	for _, t := range tasks {
		k.w.calls = append(k.w.calls, fmt.Sprintf("%d %s", t.Verb, t.Item.ID))
		if k.w.lies[t.Item.ID] {
			continue
		}
		k.w.blind = k.w.blinds[t.Item.ID]
		if t.Verb == subsystem.Remove {
			delete(k.w.have, t.Item.Key())
		} else {
			k.w.have[t.Item.Key()] = t.Item.Attrs.String("value")
		}
	}
	return nil
}

func (k kind) Sift(_ context.Context, _ *host.Host, _ subsystem.View, tasks []subsystem.Task) (map[doc.Key]string, error) {
	k.w.calls = append(k.w.calls, "sift")
	out := map[doc.Key]string{}
	for _, t := range tasks {
		if k.w.lost[t.Item.ID] {
			out[t.Item.Key()] = "not offered"
		}
	}
	return out, k.w.down
}

// newWorld is a machine without anything; image says whether it boots images.
func newWorld(t *testing.T, dir string) *world {
	return &world{have: things{}, image: things{},
		host: &host.Host{Root: dir, Env: map[string]string{"HOME": "/home/ada"}, Now: func() time.Time { return time.Time{} }}}
}

// list are an application of both scopes, a setting of the user's, and a baked package.
func (w *world) list() []subsystem.Subsystem {
	return []subsystem.Subsystem{
		kind{w, subsystem.Info{Name: "app", Tier: subsystem.Applied, Scopes: []string{doc.System, doc.User}}},
		kind{w, subsystem.Info{Name: "set", Tier: subsystem.Applied, Home: true}},
		kind{w, subsystem.Info{Name: "pkg", Tier: subsystem.Baked}},
	}
}

// state looks at the machine.
func (w *world) state(t *testing.T) *doc.State {
	t.Helper()
	s, err := capture.State(t.Context(), w.host, w.list(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	s.Host.Image = &doc.Image{Ref: "x", Checksum: "y"}
	return s
}

// wish are manifests that want things.
func wish(m things) *compare.Manifests {
	items := map[string][]doc.Item{"app": {}, "set": {}, "pkg": {}}
	for _, k := range slices.SortedFunc(maps.Keys(m), doc.CompareKeys) {
		items[k.Subsystem] = append(items[k.Subsystem], doc.Item{Subsystem: k.Subsystem, Scope: k.Scope, ID: k.ID, Attrs: value(m[k])})
	}
	return compare.Of(items, nil)
}

// both are the scopes, all of which the fake machine's user may act on.
func both() []string { return []string{doc.System, doc.User} }

// run is one bkt-apply.
type run struct {
	want  things
	from  string // the manifests' commit
	older bool
	opt   Options
	dry   bool
	// scopes may be acted on; nil: both.
	scopes []string
}

// did is what one apply did.
type did struct {
	plan   *Plan
	result *Result
	calls  []string
	left   []doc.Change // drift afterwards
}

func (w *world) apply(t *testing.T, r run) did {
	t.Helper()
	w.calls = nil
	in := w.input(t, r)
	book, _, err := OpenBook(w.host, both(), in.List)
	if err != nil {
		t.Fatal(err)
	}
	book.Of(doc.Origin{Commit: r.from}, in.Older)
	opt := r.opt
	opt.List, opt.Scopes, opt.Now, opt.Older, opt.View = in.List, both(), in.Now, in.Older, in.Around()
	if r.scopes != nil {
		opt.Scopes = r.scopes
	}
	opt.Owned = Owned(in.State, in.List, opt.Scopes)
	out := did{plan: Make(compare.Changes(in).Changes, opt)}
	m := Machine{Host: w.host, Input: in, Book: book, Capture: func(ctx context.Context, l []subsystem.Subsystem) (*doc.State, error) {
		s, err := capture.State(ctx, w.host, l, time.Minute)
		if s != nil {
			s.Host.Image = &doc.Image{Ref: "x", Checksum: "y"}
		}
		return s, err
	}}
	if r.dry {
		w.host.DryRun = &strings.Builder{}
		defer func() { w.host.DryRun = nil }()
		return out
	}
	if out.result, err = Run(t.Context(), out.plan.Steps, m); err != nil {
		t.Fatal(err)
	}
	out.calls, w.blind = w.calls, false
	out.left = compare.Changes(w.input(t, r)).Changes
	return out
}

func (w *world) input(t *testing.T, r run) compare.Input {
	t.Helper()
	in := compare.Input{Manifests: wish(r.want), State: w.state(t), List: w.list(), Now: r.opt.Now}
	if r.older {
		in.Older = map[string]bool{doc.System: true, doc.User: true}
	}
	return in
}

// record is what S says, as bytes of both scopes.
func (w *world) record(t *testing.T) string {
	t.Helper()
	var out string
	for _, scope := range both() {
		b, err := w.host.ReadFile(applied.RecordPath(w.host, scope))
		if err == nil {
			out += string(b)
		}
	}
	return out
}

// keys are the few items that everything in a test is about.
func keys() []doc.Key {
	var out []doc.Key
	for n := range 3 {
		id := string(rune('a' + n))
		out = append(out, doc.Key{Subsystem: "app", Scope: doc.System, ID: id}, doc.Key{Subsystem: "app", Scope: doc.User, ID: id},
			doc.Key{Subsystem: "set", ID: id}, doc.Key{Subsystem: "pkg", ID: id})
	}
	return out
}

// some is a random choice of the items, each with one of two values
// where it has any.
func some(r *rand.Rand, p float64) things {
	out := things{}
	for _, k := range keys() {
		if r.Float64() < p {
			if out[k] = []string{"x", "y"}[r.IntN(2)]; k.Subsystem == "pkg" {
				out[k] = "x" // a package is there or not
			}
		}
	}
	return out
}

// recall writes a random record.
func (w *world) recall(t *testing.T, r *rand.Rand) {
	t.Helper()
	records := map[string]*applied.Record{doc.System: {}, doc.User: {}}
	for _, rec := range records {
		rec.From, rec.Subsystems = doc.Origin{Commit: "then"}, map[string][]doc.Applied{}
	}
	infos := map[string]subsystem.Info{}
	for _, s := range w.list() {
		infos[s.Info().Name] = s.Info()
	}
	for k, v := range some(r, 0.5) {
		side := doc.Has(value(v))
		rec := records[infos[k.Subsystem].Actor(k.Scope)]
		rec.Subsystems[k.Subsystem] = append(rec.Subsystems[k.Subsystem],
			doc.Applied{ID: k.ID, Scope: k.Scope, Want: side, Have: side, Owned: r.IntN(2) == 0})
	}
	for scope, rec := range records {
		if err := rec.Save(w.host, scope); err != nil {
			t.Fatal(err)
		}
	}
}
