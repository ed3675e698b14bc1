package karg_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/subsystem"
	"bkt/internal/subsystem/karg"
)

// TestClasses compares one argument, x, of a machine and of a distribution.
func TestClasses(t *testing.T) {
	const in, gone = `{"kargs": {"append": ["x"]}}`, `{"kargs": {"remove": ["x"]}}`
	for _, c := range []struct {
		name, manifest string
		image          bool   // the image brings x
		here           string // the item's mode; "": no item
		want           string
	}{
		{"not wanted, not here", "{}", false, "", ""},
		{"the image's alone", "{}", true, "", ""},
		{"the user's alone", "{}", false, karg.Append, "add uncaptured append"},
		{"the image's, deleted here", "{}", true, karg.Remove, "add uncaptured remove"},
		{"wanted, and not in the image yet", in, false, "", "remove pending-image"},
		{"wanted, and meanwhile the user's", in, false, karg.Append, "add pending-image append"},
		{"wanted, in the image, here", in, true, "", ""},
		{"wanted, in the image, deleted here", in, true, karg.Remove, "update removed-here remove"},
		{"to be without, and gone", gone, false, "", ""},
		{"to be without, and deleted here", gone, true, karg.Remove, ""},
		{"to be without, and the user's", gone, false, karg.Append, "remove missing"},
		{"to be without, and the image's", gone, true, "", "remove missing"},
	} {
		if got := class(t, c.manifest, c.image, c.here); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// class is what compare says of x, on a host that has an image.
func class(t *testing.T, manifest string, image bool, here string) string {
	t.Helper()
	list := []subsystem.Subsystem{karg.Subsystem{}}
	policy := &fstest.MapFile{Data: []byte(`{"karg": {"track": "all"}}`)}
	m, err := compare.Load(fstest.MapFS{"manifests/system-config.json": {Data: []byte(manifest)}, "manifests/policy.json": policy}, nil, list)
	if err != nil {
		t.Fatal(err)
	}
	s := &doc.State{Kind: doc.StateKind, Host: doc.Host{Image: &doc.Image{}}}
	got, n := doc.Collected{Status: doc.OK, Present: []doc.Present{}}, 0
	if image {
		got.Present = append(got.Present, doc.Present{ID: "x", Attrs: doc.Attrs{}.Set("mode", karg.Append)})
	}
	if here != "" {
		s.Items, n = []doc.Item{{Subsystem: karg.Name, ID: "x", Attrs: doc.Attrs{}.Set("mode", here)}}, 1
	}
	got.Count = &n
	s.Subsystems = map[string]doc.Collected{karg.Name: got}
	var out []string
	for _, c := range compare.Changes(compare.Input{Manifests: m, State: s, List: list}).Changes {
		if c.Subsystem != karg.Name || c.ID != "x" || c.Blocked != "" {
			t.Errorf("%+v", c)
		}
		out = append(out, strings.TrimSpace(c.Action+" "+c.Class+" "+c.Have.Attrs().String("mode")))
	}
	return strings.Join(out, "; ")
}
