package repo

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

var _ interface {
	subsystem.Planner
	subsystem.Blocker
} = Subsystem{}

func TestDo(t *testing.T) {
	i := made("x", "https://x.example/", "https://x.example/k")
	ours := Text(i)
	for _, c := range []struct {
		name   string
		verb   subsystem.Verb
		before map[string]string
		after  map[string]string // "": it is gone
		err    string
	}{
		{"a new one", subsystem.Install, nil, map[string]string{"x.repo": ours}, ""},
		{"it is there already", subsystem.Install, map[string]string{"x.repo": ours}, map[string]string{"x.repo": ours}, ""},
		{"somebody's, with more in it", subsystem.Set, map[string]string{"mine.repo": "# mine\n[x]\nname=Mine\nbaseurl=https://old/\nenabled=0\npriority=3\n[y]\nenabled=0\n"},
			map[string]string{"mine.repo": "# mine\n[x]\nname=Mine\nbaseurl=https://x.example/\nenabled=1\npriority=3\ngpgcheck=1\ngpgkey=https://x.example/k\n[y]\nenabled=0\n", "x.repo": ""}, ""},
		{"another's file of its name", subsystem.Install, map[string]string{"x.repo": "[y]\n"}, map[string]string{"x.repo": "[y]\n"}, "is another repository's"},
		{"a broken file of its name", subsystem.Install, map[string]string{"x.repo": "nonsense"}, map[string]string{"x.repo": "nonsense"}, "is another repository's"},
		{"somebody's, and switched off", subsystem.Install, map[string]string{"mine.repo": "[x]\nbaseurl=https://old/\nenabled=0\n"},
			map[string]string{"mine.repo": "[x]\nbaseurl=https://old/\nenabled=0\n", "x.repo": ""}, "as somebody here wants it"},
		{"in two files", subsystem.Set, map[string]string{"a.repo": "[x]\n", "b.repo": "[x]\n"}, map[string]string{"a.repo": "[x]\n", "b.repo": "[x]\n"}, "stands in two files"},
		{"ours goes", subsystem.Remove, map[string]string{"x.repo": ours, "y.repo": "[y]\n"}, map[string]string{"x.repo": "", "y.repo": "[y]\n"}, ""},
		{"gone already", subsystem.Remove, nil, map[string]string{"x.repo": ""}, ""},
		{"somebody's stays", subsystem.Remove, map[string]string{"x.repo": "[x]\n"}, map[string]string{"x.repo": "[x]\n"}, "is not bkt's"},
		{"ours, to which somebody has added", subsystem.Remove, map[string]string{"x.repo": ours + "[y]\n"}, map[string]string{"x.repo": ours + "[y]\n"}, "is not bkt's"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{here + "fedora.repo": "[fedora]\n"}
			for n, text := range c.before {
				files[here+n] = text
			}
			h := fake.Machine(t, files)
			err := Subsystem{}.Do(t.Context(), h, subsystem.View{}, []subsystem.Task{{Verb: c.verb, Item: i}})
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
			for n, want := range c.after {
				b, err := h.ReadFile("/" + here + n)
				if string(b) != want || (want == "") != os.IsNotExist(err) {
					t.Errorf("%s: %v\n%s\nwant\n%s", n, err, b, want)
				}
			}
		})
	}
}

func TestDoTouchesNothingElse(t *testing.T) {
	i := made("x", "https://x.example/", "https://x.example/k")
	task := []subsystem.Task{{Verb: subsystem.Install, Item: i}}
	h := fake.Machine(t, map[string]string{here + "fedora.repo": "", "home/secret": "s"})
	if err := os.Symlink("../../home/secret", h.Path("/"+here+"x.repo")); err != nil {
		t.Fatal(err)
	}
	if err := (Subsystem{}).Do(t.Context(), h, subsystem.View{}, task); err == nil {
		t.Error("a link was followed")
	}
	if b, err := h.ReadFile("/home/secret"); string(b) != "s" {
		t.Errorf("%q, %v", b, err)
	}
	h = fake.Machine(t, map[string]string{here + "fedora.repo": ""})
	var would bytes.Buffer
	h.DryRun = &would
	if err := (Subsystem{}).Do(t.Context(), h, subsystem.View{}, task); err != nil || would.String() != "would write: /etc/yum.repos.d/x.repo\n" || h.Exists("/"+here+"x.repo") {
		t.Errorf("a rehearsal: %v, %q", err, would.String())
	}
	image := subsystem.View{Host: doc.Host{Image: &doc.Image{}}}
	if err := (Subsystem{}).Do(t.Context(), fake.Machine(t, nil), image, task); err == nil || err.Error() != "it comes with the image" {
		t.Errorf("on an image-based host: %v", err)
	}
}

func TestBlocked(t *testing.T) {
	want := doc.Has(made("x", "https://x.example/", "https://x.example/k keys/x.asc").Attrs)
	for _, c := range []struct {
		c    doc.Change
		v    subsystem.View
		want string
	}{
		{doc.Change{ID: "x", Class: doc.Missing, Want: want, Have: doc.Absent()}, subsystem.View{}, "its key is a file of the distribution, keys/x.asc, which only an image brings"},
		{doc.Change{ID: "x", Class: doc.PendingImage, Want: want, Have: doc.Absent()}, subsystem.View{Host: doc.Host{Image: &doc.Image{}}}, ""},
		{doc.Change{ID: "x", Class: doc.Dropped, Want: doc.Absent(), Have: want}, subsystem.View{}, ""},
		{doc.Change{ID: "x", Class: doc.Missing, Want: doc.Has(made("x", "https://x.example/", "https://x.example/k").Attrs), Have: doc.Absent()}, subsystem.View{}, ""},
	} {
		if got := (Subsystem{}).Blocked(c.c, c.v); got != c.want {
			t.Errorf("%+v: %q", c.c, got)
		}
	}
}
