package apply

import (
	"context"
	"testing"
	"time"

	"bkt/internal/applied"
	"bkt/internal/capture"
	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// What was merged and dropped is gone once apply has removed it, though this machine's note of its
// pull request still has it.
func TestDroppedThoughItWasPublished(t *testing.T) {
	k := doc.Key{Subsystem: "app", Scope: doc.User, ID: "a"}
	w := newWorld(t, t.TempDir())
	w.apply(t, run{want: things{k: "x"}, from: "1"})
	in := w.input(t, run{want: things{}})
	in.Published = &applied.Published{Changes: []doc.Change{{Action: doc.Add, Subsystem: "app", Scope: doc.User, ID: "a", Want: doc.Absent(), Have: doc.Has(value("x"))}}}
	book, _, err := OpenBook(w.host, both(), in.List)
	if err != nil {
		t.Fatal(err)
	}
	m := Machine{Host: w.host, Input: in, Book: book, Capture: func(ctx context.Context, l []subsystem.Subsystem) (*doc.State, error) {
		return capture.State(ctx, w.host, l, time.Minute)
	}}
	s, _ := subsystem.Find(in.List, "app")
	c := doc.Change{Class: doc.Dropped, Action: doc.Add, Subsystem: "app", Scope: doc.User, ID: "a", Want: doc.Absent(), Have: doc.Has(value("x"))}
	got, err := Run(t.Context(), []Step{{Change: c, Task: task(subsystem.Remove, c), sub: s}}, m)
	if err != nil || len(w.have) > 0 || got.Failed() > 0 || len(got.Steps) != 1 {
		t.Errorf("%v, left %v, %+v", err, w.have, got)
	}
}
