package copr

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

var _ subsystem.Planner = Subsystem{}

func TestDo(t *testing.T) {
	const repo = "[copr:" + Hub + ":o:p]\nbaseurl=https://x.example/\ngpgcheck=1\nenabled=1\n"
	unsigned := subsystem.View{Manifests: subsystem.Manifests{Build: subsystem.Build{AllowUnsigned: []string{"o/p"}}}}
	for _, c := range []struct {
		name  string
		verb  subsystem.Verb
		want  doc.Attrs
		have  doc.Side
		v     subsystem.View
		call  string // "": none
		fails string
		file  string // before
		after string
		err   string
		later bool
	}{
		{name: "new", want: attrs(true, true), have: doc.Absent(), call: "enable", file: repo, after: repo},
		{name: "new, and not to be used", want: attrs(false, true), have: doc.Absent()},
		{name: "new, unsigned", want: attrs(true, false), have: doc.Absent(), v: unsigned, call: "enable", file: repo, after: strings.Replace(repo, "gpgcheck=1", "gpgcheck=0", 1)},
		{name: "new, unsigned, and not allowed", want: attrs(true, false), have: doc.Absent(), err: "image.allow_unsigned"},
		{name: "switched on", verb: subsystem.Set, want: attrs(true, true), have: doc.Has(attrs(false, true)), call: "enable", file: repo, after: repo},
		{name: "switched off", verb: subsystem.Set, want: attrs(false, true), have: doc.Has(attrs(true, true)), call: "disable"},
		{name: "signed again", verb: subsystem.Set, want: attrs(true, true), have: doc.Has(attrs(true, false)),
			file: strings.Replace(repo, "gpgcheck=1", "gpgcheck=0", 1), after: repo},
		{name: "gone", verb: subsystem.Remove, have: doc.Has(attrs(true, true)), call: "remove"},
		{name: "no network", want: attrs(true, true), have: doc.Absent(), call: "enable", fails: "Error: Failed: [Errno -2] Name or service not known", err: "Name or service", later: true},
		{name: "no such project", want: attrs(true, true), have: doc.Absent(), call: "enable", fails: "Error: It wasn't possible to enable this project.", err: "wasn't possible"},
		{name: "on an image-based host", v: subsystem.View{Host: doc.Host{Image: &doc.Image{}}}, want: attrs(true, true), have: doc.Absent(), err: "it comes with the image"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{}
			at := here + named("o:p")
			if c.file != "" {
				files[at] = c.file
			}
			h := fake.Machine(t, files)
			called := ""
			h.Runner = fake.Tool{Name: "dnf", Do: func(cmd run.Cmd) (run.Result, error) {
				if cmd.Effect != run.Changes || cmd.Timeout != patience || called != "" {
					t.Errorf("%+v after %q", cmd, called)
				}
				called = strings.Join(cmd.Argv, " ")
				if c.fails != "" {
					return run.Result{Code: 1}, &run.Error{Argv: cmd.Argv, Code: 1, Stderr: c.fails}
				}
				return run.Result{}, nil
			}}
			err := Subsystem{}.Do(t.Context(), h, c.v, []subsystem.Task{{Verb: c.verb, Item: item("o/p", c.want), Have: c.have}})
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) || errors.Is(err, subsystem.ErrTryAgain) != c.later {
				t.Errorf("error %v, want %q", err, c.err)
			}
			want := ""
			if c.call != "" {
				want = "dnf -y copr " + c.call + " o/p"
			}
			if called != want {
				t.Errorf("called %q, want %q", called, want)
			}
			if b, _ := h.ReadFile("/" + at); c.after != "" && string(b) != c.after {
				t.Errorf("file\n%s", b)
			}
		})
	}
}

func TestRehearsal(t *testing.T) {
	h := fake.Machine(t, nil)
	var would bytes.Buffer
	h.DryRun, h.Runner = &would, run.DryRun{Runner: fake.Idle(t, "dnf5"), Out: &would}
	v := subsystem.View{Manifests: subsystem.Manifests{Build: subsystem.Build{AllowUnsigned: []string{"o/p"}}}}
	err := Subsystem{}.Do(t.Context(), h, v, []subsystem.Task{{Item: item("o/p", attrs(true, false)), Have: doc.Absent()}})
	if err != nil || would.String() != "would run: dnf5 -y copr enable o/p\n" {
		t.Errorf("%v, %q", err, would.String())
	}
}
