package apply

import (
	"context"
	"slices"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// denier is a subsystem whose manifest can ask that something be absent.
type denier struct{ kind }

func (denier) Denied() doc.Attrs           { return value("no") }
func (denier) Denies(a doc.Attrs) bool     { return a.String("value") == "no" }
func (denier) Batch(subsystem.Task) string { return "" }

// TestABatchIsToldByWhatItDoesToTheThings: consent to the opposite is no setting.
func TestABatchIsToldByWhatItDoesToTheThings(t *testing.T) {
	none, yes, no := doc.Absent(), doc.Has(value("yes")), doc.Has(value("no"))
	w := newWorld(t, t.TempDir())
	in := w.input(t, run{})
	book, _, err := OpenBook(w.host, both(), in.List)
	if err != nil {
		t.Fatal(err)
	}
	var steps []Step
	var want []doc.Effect
	for _, c := range []struct {
		class      string
		want, have doc.Side
		effect     doc.Effect
	}{
		{doc.Missing, yes, none, doc.Comes},
		{doc.Missing, no, none, doc.Goes},
		{doc.ChangedThere, no, yes, doc.Goes},
		{doc.ChangedThere, yes, doc.Has(value("other")), doc.Alters},
		{doc.Dropped, none, yes, doc.Goes},
		{doc.Dropped, none, no, doc.Returns},
	} {
		change := doc.Change{Class: c.class, Subsystem: "pkg", ID: string(rune('a' + len(steps))), Want: c.want, Have: c.have}
		verb, _ := Options{}.verb(change)
		steps = append(steps, Step{Change: change, Task: task(verb, change), sub: denier{kind{w, subsystem.Info{Name: "pkg"}}}})
		want = append(want, c.effect)
	}
	var told []doc.Effect
	_, err = Run(t.Context(), steps, Machine{Host: w.host, Input: in, Book: book,
		Capture: func(context.Context, []subsystem.Subsystem) (*doc.State, error) { return nil, nil },
		Tell:    func(e doc.Effect, _, _, _ string, _ int) { told = append(told, e) }})
	if err != nil || !slices.Equal(told, want) {
		t.Errorf("told %v, %v; want %v", told, err, want)
	}
}
