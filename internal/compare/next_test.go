package compare

import (
	"fmt"
	"reflect"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

func TestDriftIsWhatSomebodyHasToActUpon(t *testing.T) {
	for _, c := range []struct {
		c    doc.Change
		want int
	}{
		{doc.Change{Class: doc.Uncaptured}, 1},
		{doc.Change{Class: doc.RemovedHere}, 1},
		{doc.Change{Class: doc.Missing}, 1},
		{doc.Change{Class: doc.Dropped}, 1},
		{doc.Change{Class: doc.Conflict}, 1},
		{doc.Change{Class: doc.Redundant}, 1},
		{doc.Change{Class: doc.Uncaptured, Stage: doc.Proposed}, 0},
		{doc.Change{Class: doc.Uncaptured, Stage: doc.Declined}, 0},
		{doc.Change{Class: doc.Released}, 0},
		{doc.Change{Class: doc.Uncaptured, Kept: true}, 0},
		{doc.Change{Class: doc.Missing, Blocked: "no such remote"}, 0},
	} {
		if got := Drift(&doc.Changes{Changes: []doc.Change{c.c}}); got != c.want {
			t.Errorf("%+v: %d", c.c, got)
		}
	}
	if Drift(&doc.Changes{}) != 0 {
		t.Error("drift of nothing")
	}
}

func TestNextNamesOneCommandForEachKind(t *testing.T) {
	mine := []doc.Change{{Class: doc.Uncaptured}, {Class: doc.ChangedHere}, {Class: doc.RemovedHere}, {Class: doc.Uncaptured, Stage: doc.Proposed}, {Class: doc.Uncaptured, Stage: doc.Declined}}
	l := Next(&doc.Changes{Changes: mine}, "", nil, count)
	if len(l) != 1 || l[0].Command != "bkt capture" || l[0].Why != "put 3 changes of yours into a pull request" {
		t.Errorf("%+v", l)
	}
	l = Next(&doc.Changes{Changes: append(mine[:1:1], doc.Change{Class: doc.Uncaptured, Entry: "x"}, doc.Change{Class: doc.Missing, Entry: "y"})}, "", nil, count)
	if len(l) != 1 || l[0].Command != "bkt capture" || l[0].Why != "put 3 changes of yours into a pull request" {
		t.Errorf("%+v", l)
	}
	l = Next(&doc.Changes{Changes: mine[:1]}, "pull request #12", nil, count)
	if len(l) != 1 || l[0].Why != "put 1 change of yours into pull request #12" {
		t.Errorf("%+v", l)
	}
	l = Next(&doc.Changes{Changes: []doc.Change{{Class: doc.Conflict}}}, "", nil, count)
	if len(l) != 1 || l[0].Command != "bkt capture --resolve local" || l[0].Why != "take this machine's side in 1 conflict" {
		t.Errorf("%+v", l)
	}
	for _, d := range []*doc.Changes{{}, {Changes: mine[3:]}, {Changes: []doc.Change{{Class: doc.Released}}}} {
		if l := Next(d, "", nil, count); len(l) != 0 {
			t.Errorf("%+v", l)
		}
	}
}

func count(name string, n int) string { return fmt.Sprintf("%d %s", n, name) }

// denied is a subsystem whose manifest can ask that something be absent, and kept one of things
// that are there anyway.
type (
	denied struct{ subsystem.Denier }
	kept   struct{ subsystem.Rester }
)

func (denied) Info() subsystem.Info    { return subsystem.Info{Name: "dnf"} }
func (denied) Validate(doc.Item) error { return nil }
func (denied) Denies(a doc.Attrs) bool { return a.String("mode") == "remove" }
func (kept) Info() subsystem.Info      { return subsystem.Info{Name: "systemd"} }
func (kept) Validate(doc.Item) error   { return nil }

func TestNextApply(t *testing.T) {
	none, here, out := doc.Absent(), doc.Has(nil), doc.Has(doc.Attrs{}.Set("mode", "remove"))
	for _, c := range []struct {
		in   []doc.Change
		want string
	}{
		{[]doc.Change{
			{Class: doc.Missing, Subsystem: "flatpak", Want: here}, {Class: doc.Missing, Subsystem: "flatpak", Want: here}, {Class: doc.Missing, Subsystem: "shim", Want: here},
			{Class: doc.Missing, Subsystem: "gsetting", Want: here, Blocked: "no schema"}, {Class: doc.Dropped, Subsystem: "extension", Have: here},
		}, "install 2 flatpak, 1 shim, remove 1 extension here"},
		{[]doc.Change{{Class: doc.ChangedThere, Subsystem: "dnf", Want: out, Have: here}}, "remove 1 dnf here"},
		{[]doc.Change{{Class: doc.Missing, Subsystem: "dnf", Want: out, Have: none}, {Class: doc.Dropped, Subsystem: "dnf", Want: none, Have: here}}, "remove 2 dnf here"},
		{[]doc.Change{{Class: doc.Dropped, Subsystem: "dnf", Want: none, Have: out}, {Class: doc.Redundant, Subsystem: "dnf", Want: none, Have: here}}, "put back 1 dnf, un-layer 1 dnf here"},
		{[]doc.Change{{Class: doc.ChangedThere, Subsystem: "shim", Want: here, Have: here}, {Class: doc.Dropped, Subsystem: "systemd", Want: none, Have: here}}, "set 1 shim, 1 systemd here"},
	} {
		want := []doc.Next{{Command: "bkt apply", Why: c.want}}
		if got := Next(&doc.Changes{Changes: c.in}, "", []subsystem.Subsystem{denied{}, kept{}}, count); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}
