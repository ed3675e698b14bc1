package render

import (
	"strings"
	"testing"

	"bkt/internal/doc"
)

// byHands are names of things of which whatever is there needs a hand.
func byHands() Names {
	n := plainNames()
	n.Hand = func(c doc.Change) (string, []string) {
		if !c.Have.There() {
			return "", nil
		}
		return "about " + c.ID, []string{"do *" + c.ID + "*", "log in"}
	}
	return n
}

// A reviewer reads what is asked of people once, and other warnings as they are.
func TestARequestTellsManualSteps(t *testing.T) {
	r := Request{Names: byHands(), Warnings: []string{"about b", "about else"}, Changes: []doc.Change{
		{Subsystem: "x", ID: "a", Want: doc.Has(nil), Have: doc.Absent()}, {Subsystem: "x", ID: "b", Want: doc.Absent(), Have: doc.Has(nil)}}}
	const want = "\n### Manual steps\n\nOnce it has arrived, on each machine:\n\n- do \\*b\\*\n- log in\n\n### Warnings\n\n- about else\n"
	if got := r.Body(); !strings.HasSuffix(got, want) {
		t.Errorf("%s\nlacks\n%s", got, want)
	}
	r.Warnings = r.Warnings[:1]
	if got := r.Body(); strings.Contains(got, "Warnings") || strings.Contains(got, "about b") {
		t.Errorf("it is said twice:\n%s", got)
	}
	r.Changes, r.Warnings = r.Changes[:1], []string{"about a"}
	if got := r.Body(); strings.Contains(got, "Manual") || !strings.Contains(got, "### Warnings\n\n- about a\n") {
		t.Errorf("nothing is to be done:\n%s", got)
	}
	r.Names.Hand = nil
	if got := r.Body(); strings.Contains(got, "Manual") {
		t.Errorf("nobody knows of hands:\n%s", got)
	}
}

func TestStepsStandUnderNext(t *testing.T) {
	d := &doc.Changes{Subsystems: map[string]doc.Status{"x": {Status: doc.OK}}, Next: []doc.Next{{Command: "bkt capture", Why: "because"}},
		Steps: []doc.Step{{ID: "a-1", Text: "do\x1b[31m it,\nand " + strings.Repeat("very ", 20) + "well"}, {ID: "b\n-1", Text: "log in"}}}
	page := func() string {
		var b strings.Builder
		if err := WriteStatus(&b, Page{Changes: d, Names: plainNames()}); err != nil {
			t.Fatal(err)
		}
		_, next, _ := strings.Cut(b.String(), "\n\nNext\n")
		return next
	}
	const both = `  bkt capture             because
  bkt changelog done ID   once you have done one of these 2 by hand:
    a-1
        do?[31m it, and very very very very very very very very very very very
        very very very very very very very very very well
    b?-1
        log in
`
	if got := page(); got != both {
		t.Errorf("%s\nwant\n%s", got, both)
	}
	d.Next, d.Steps = nil, d.Steps[1:]
	if got := page(); got != "  bkt changelog done ID   once you have done this by hand:\n    b?-1\n        log in\n" {
		t.Error(got)
	}
	var short strings.Builder
	if err := WriteShort(&short, d); err != nil || short.String() != "in sync, 1 step to do by hand\n" {
		t.Errorf("%q, %v", short.String(), err)
	}
	for l := range strings.Lines(both) {
		if len([]rune(l)) > columns+1 {
			t.Errorf("longer than a line: %q", l)
		}
	}
}
