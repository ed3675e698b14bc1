package render

import (
	"strings"
	"testing"

	"bkt/internal/doc"
)

// An entry that takes something out of the image is a minus wherever it comes, and its end a plus.
func TestWhatIsToGoIsAMinus(t *testing.T) {
	names := Names{Noun: func(s string) string { return "package" }, Plural: func(s string) string { return "packages" },
		Describe: func(i doc.Item) string {
			return map[string]string{"remove": "out of the base image", "install": ""}[i.Attrs.String("mode")]
		}}
	gone := doc.Change{Action: doc.Add, Class: doc.Uncaptured, Subsystem: "dnf", ID: "firefox", Want: doc.Absent(), Have: side("mode", "remove")}
	back := doc.Change{Action: doc.Remove, Class: doc.RemovedHere, Subsystem: "dnf", ID: "nano", Want: side("mode", "remove"), Have: doc.Absent()}
	changes := []doc.Change{gone, back}
	var list, page strings.Builder
	if err := WriteList(&list, &doc.Files{Changes: changes}, names); err != nil {
		t.Fatal(err)
	}
	if err := WriteStatus(&page, Page{Changes: &doc.Changes{Changes: changes}, Names: names}); err != nil {
		t.Fatal(err)
	}
	body := Request{Changes: changes, Names: names}.Body()
	for _, c := range []struct{ in, want string }{
		{list.String(), "dnf:firefox\t- package  firefox  out of the base image\ndnf:nano\t+ package  nano     no longer out of the base image\n"},
		{page.String(), "  - package  firefox  out of the base image\n  + package  nano     you put it back\n"},
		{body, "| remove | `firefox` | out of the base image |\n| add | `nano` | no longer out of the base image |\n"},
		{Does(gone, names), "- package  firefox  out of the base image"},
		{Does(back, names), "+ package  nano  no longer out of the base image"},
	} {
		if !strings.Contains(c.in, c.want) {
			t.Errorf("%q\nlacks\n%q", c.in, c.want)
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
