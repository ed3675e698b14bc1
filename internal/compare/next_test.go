package compare

import (
	"fmt"
	"reflect"
	"testing"

	"bkt/internal/doc"
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
	l := Next(&doc.Changes{Changes: mine}, "", count)
	if len(l) != 1 || l[0].Command != "bkt capture" || l[0].Why != "put 3 changes of yours into a pull request" {
		t.Errorf("%+v", l)
	}
	l = Next(&doc.Changes{Changes: append(mine[:1:1], doc.Change{Class: doc.Uncaptured, Entry: "x"}, doc.Change{Class: doc.Missing, Entry: "y"})}, "", count)
	if len(l) != 1 || l[0].Command != "bkt capture" || l[0].Why != "put 3 changes of yours into a pull request" {
		t.Errorf("%+v", l)
	}
	l = Next(&doc.Changes{Changes: mine[:1]}, "pull request #12", count)
	if len(l) != 1 || l[0].Why != "put 1 change of yours into pull request #12" {
		t.Errorf("%+v", l)
	}
	l = Next(&doc.Changes{Changes: []doc.Change{{Class: doc.Conflict}}}, "", count)
	if len(l) != 1 || l[0].Command != "bkt capture --resolve local" || l[0].Why != "take this machine's side in 1 conflict" {
		t.Errorf("%+v", l)
	}
	for _, d := range []*doc.Changes{{}, {Changes: mine[3:]}, {Changes: []doc.Change{{Class: doc.Released}}}} {
		if l := Next(d, "", count); len(l) != 0 {
			t.Errorf("%+v", l)
		}
	}
}

func count(name string, n int) string { return fmt.Sprintf("%d %s", n, name) }

func TestNextApply(t *testing.T) {
	d := &doc.Changes{Changes: []doc.Change{
		{Class: doc.Missing, Subsystem: "flatpak"}, {Class: doc.Missing, Subsystem: "flatpak"}, {Class: doc.Missing, Subsystem: "shim"},
		{Class: doc.Missing, Subsystem: "gsetting", Blocked: "no schema"}, {Class: doc.Dropped, Subsystem: "extension"},
	}}
	want := []doc.Next{{Command: "bkt apply", Why: "install 2 flatpak, 1 shim, remove 1 extension here"}}
	if got := Next(d, "", count); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
