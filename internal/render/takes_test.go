package render

import (
	"strings"
	"testing"

	"bkt/internal/doc"
)

// denials are the names of packages, of which the manifests may ask that one be absent, and of
// units, which are there anyway.
func denials() Names {
	n := Names{Noun: func(s string) string { return s }, Plural: func(s string) string { return s + "s" },
		Rest: func(doc.Item) string { return "as its preset says" },
		Describe: func(i doc.Item) string {
			return map[string]string{"remove": "out of the base"}[i.Attrs.String("mode")] + i.Attrs.String("state")
		}}
	n.Effect = func(s string, from, to doc.Side) doc.Effect {
		denies := func(s doc.Side) bool { return s.Attrs().String("mode") == "remove" }
		switch {
		case s == "unit" && !to.There():
			return doc.Alters
		case denies(to):
			return doc.Goes
		case denies(from):
			return doc.Returns
		}
		return doc.Plain(from, to)
	}
	return n
}

// An entry that takes something out of the image is a minus wherever it comes, and its end a plus.
func TestWhatIsToGoIsAMinus(t *testing.T) {
	none, out, in, off := doc.Absent(), side("mode", "remove"), side("mode", "install"), side("state", "disabled")
	for _, c := range []struct {
		class, sub         string
		want, have         doc.Side
		list, status, body string
		does               string
	}{
		{doc.Uncaptured, "package", none, out, "- package  x  out of the base", "- package  x  out of the base", "remove | `x` | out of the base", "- package  x  out of the base"},
		{doc.RemovedHere, "package", out, none, "+ package  x  no longer out of the base", "+ package  x  you put it back", "add | `x` | no longer out of the base", "+ package  x  no longer out of the base"},
		{doc.ChangedHere, "package", in, out, "- package  x  out of the base", "- package  x  out of the base", "remove | `x` | out of the base", "- package  x  out of the base"},
		{doc.RemovedHere, "package", in, none, "- package  x  removed here", "- package  x  you removed it", "remove | `x` |", "- package  x"},
		{doc.RemovedHere, "unit", off, none, "~ unit  x  as its preset says", "~ unit  x  as its preset says", "update | `x` | as its preset says", "~ unit  x  as its preset says"},
	} {
		one := doc.Change{Action: doc.Update, Class: c.class, Subsystem: c.sub, ID: "x", Want: c.want, Have: c.have}
		switch {
		case !c.want.There():
			one.Action = doc.Add
		case !c.have.There():
			one.Action = doc.Remove
		}
		var list, page strings.Builder
		if err := WriteList(&list, &doc.Files{Changes: []doc.Change{one}}, denials()); err != nil {
			t.Fatal(err)
		}
		if err := WriteStatus(&page, Page{Changes: &doc.Changes{Changes: []doc.Change{one}}, Names: denials()}); err != nil {
			t.Fatal(err)
		}
		body := Request{Changes: []doc.Change{one}, Names: denials()}.Body()
		for _, g := range []struct{ got, want string }{{list.String(), "\t" + c.list + "\n"}, {page.String(), "\n  " + c.status + "\n"},
			{body, "\n| " + c.body}, {Does(one, denials()) + "\n", c.does + "\n"}} {
			if !strings.Contains(g.got, g.want) {
				t.Errorf("%+v: %q\nlacks\n%q", one, g.got, g.want)
			}
		}
	}
}

// What the manifests ask of this machine is worded by what becomes of the thing, before it is done
// as on the page.
func TestWhatTheManifestsTakeAway(t *testing.T) {
	none, out, in, off := doc.Absent(), side("mode", "remove"), side("mode", "install"), side("state", "disabled")
	for _, c := range []struct {
		class, sub string
		want, have doc.Side
		row        string
	}{
		{doc.ChangedThere, "package", out, in, "- package  x  out of the base"},
		{doc.Missing, "package", out, none, "- package  x  out of the base"},
		{doc.Dropped, "package", none, out, "+ package  x  no longer out of the base"},
		{doc.Dropped, "package", none, in, "- package  x  bkt installed it here"},
		{doc.Redundant, "package", none, in, "- package  x  layered here, and the image has it now"},
		{doc.Redundant, "package", none, out, "- package  x  removed here, and the image is without it now"},
		{doc.Dropped, "unit", none, off, "~ unit  x  as its preset says"},
		{doc.Missing, "unit", off, none, "+ unit  x  disabled"},
	} {
		one := []doc.Change{{Class: c.class, Subsystem: c.sub, ID: "x", Want: c.want, Have: c.have}}
		var page, plan, steps strings.Builder
		if err := WriteStatus(&page, Page{Changes: &doc.Changes{Changes: one}, Names: denials()}); err != nil {
			t.Fatal(err)
		}
		if err := WritePlan(&plan, Plan{Do: one, Names: denials()}); err != nil {
			t.Fatal(err)
		}
		if err := WriteSteps(&steps, one, denials()); err != nil {
			t.Fatal(err)
		}
		for _, got := range []string{page.String(), plan.String(), steps.String()} {
			if !strings.Contains(got, c.row+"\n") {
				t.Errorf("%+v: %q\nlacks\n%q", one, got, c.row)
			}
		}
	}
}

// On its way, a removal has its sign, and what comes needs none.
func TestOnItsWay(t *testing.T) {
	none, out, in := doc.Absent(), side("mode", "remove"), side("mode", "install")
	for _, c := range []struct {
		class, stage string
		want, have   doc.Side
		row          string
	}{
		{doc.Uncaptured, doc.Proposed, none, in, "    package  x  pull request #12"},
		{doc.Uncaptured, doc.Proposed, none, out, "  - package  x  pull request #12"},
		{doc.ChangedHere, doc.Proposed, in, side("mode", "other"), "    package  x  pull request #12"},
		{doc.RemovedHere, doc.Proposed, in, none, "  - package  x  pull request #12"},
		{doc.RemovedHere, doc.Proposed, out, none, "    package  x  pull request #12"},
		{doc.Dropped, doc.Proposed, none, in, "  - package  x  pull request #12"},
		{doc.PendingImage, doc.Proposed, out, none, "  - package  x  pull request #12"},
		{doc.PendingImage, doc.Merged, in, in, "    package  x  in your distribution; the next image brings it"},
		{doc.PendingImage, doc.Merged, out, none, "  - package  x  in your distribution; the next image is without it"},
		{doc.PendingImage, doc.Merged, out, out, "  - package  x  in your distribution; the next image is without it"},
	} {
		one := doc.Change{Class: c.class, Stage: c.stage, PR: "https://f.test/pull/12", Subsystem: "package", ID: "x", Want: c.want, Have: c.have}
		var page strings.Builder
		if err := WriteStatus(&page, Page{Changes: &doc.Changes{Changes: []doc.Change{one}}, Names: denials()}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(page.String(), "\nOn its way (1)\n"+c.row+"\n") {
			t.Errorf("%+v: %q\nlacks\n%q", one, page.String(), c.row)
		}
	}
}

// In sync is only what was looked at.
func TestNothingChecked(t *testing.T) {
	for _, c := range []struct {
		in          map[string]doc.Status
		page, short string
	}{
		{nil, "Nothing was checked.\n", "nothing was checked\n"},
		{map[string]doc.Status{"dnf": {Status: doc.Failed, Reason: "x"}, "shim": {Status: doc.Unavailable}}, "Nothing was checked.\n", "nothing was checked\n"},
		{map[string]doc.Status{"dnf": {Status: doc.Failed, Reason: "x"}, "shim": {Status: doc.OK}}, "Everything that was checked is in sync.\n", "in sync\n"},
	} {
		var page, short strings.Builder
		d := &doc.Changes{Subsystems: c.in}
		if err := WriteStatus(&page, Page{Changes: d, Names: plainNames()}); err != nil || !strings.Contains(page.String(), c.page) {
			t.Errorf("%v: %q lacks %q", err, page.String(), c.page)
		}
		if err := WriteShort(&short, d); err != nil || short.String() != c.short {
			t.Errorf("%v: %q, want %q", err, short.String(), c.short)
		}
	}
}
