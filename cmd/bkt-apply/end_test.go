package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"bkt/internal/applied"
	"bkt/internal/apply"
	"bkt/internal/cli"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/registry"
)

// once is a job as --once makes it, on a machine that booted the deployment x.
func once(t *testing.T, scope string, stderr *strings.Builder) *job {
	h := &host.Host{Root: t.TempDir(), Env: map[string]string{"HOME": "/home/ada"}, UID: 1000}
	return &job{c: cli.New("bkt-apply", usage, stderr, stderr), h: h, scopes: []string{scope}, deployment: "x", stderr: stderr}
}

func (j *job) marked(t *testing.T) bool {
	t.Helper()
	is, err := applied.Marked(j.h, j.scopes[0], "x")
	if err != nil {
		t.Fatal(err)
	}
	return is
}

// The marker is for full success: what nobody could look at for want of a session is none.
func TestTheMarker(t *testing.T) {
	state := func(setting, shim string) *doc.State {
		return &doc.State{Subsystems: map[string]doc.Collected{"gsetting": {Status: setting}, "shim": {Status: shim}, "dnf": {Status: doc.Unavailable}}}
	}
	for _, c := range []struct {
		name, scope string
		state       *doc.State
		want        bool
		says        string
	}{
		{"all is known", doc.User, state(doc.OK, doc.OK), true, ""},
		{"no session", doc.User, state(doc.Unavailable, doc.OK), false, "nothing is known of the settings here and now"},
		{"no session, and root", doc.System, state(doc.Unavailable, doc.OK), true, ""},
		{"not of this desktop", doc.User, &doc.State{Subsystems: map[string]doc.Collected{"shim": {Status: doc.OK}}}, true, ""},
	} {
		var said strings.Builder
		j := once(t, c.scope, &said)
		j.unknown = sessionless(c.state, registry.All())
		if err := j.end(t.Context(), &apply.Result{}, &apply.Plan{}, nil, nil); err != nil || j.marked(t) != c.want || !strings.Contains(said.String(), c.says) || (c.says == "") != (said.Len() == 0) {
			t.Errorf("%s: marked %v, %v, %q", c.name, j.marked(t), err, said.String())
		}
	}
}

// A marker that cannot be written is no reason to say that nothing was changed.
func TestAMarkerThatCannotBeWritten(t *testing.T) {
	var said strings.Builder
	j := once(t, doc.User, &said)
	if err := os.MkdirAll(filepath.Join(j.h.Path(applied.Dir(j.h, doc.User)), "last-applied-deployment"), 0o755); err != nil {
		t.Fatal(err)
	}
	var e *cli.Exit
	if err := j.end(t.Context(), &apply.Result{}, &apply.Plan{}, nil, nil); !errors.As(err, &e) || e.Code != cli.Partial {
		t.Errorf("%v", err)
	}
}

func TestAsRoot(t *testing.T) {
	for want, argv := range map[string]string{
		"sudo bkt-apply --scope system --yes":      "bkt-apply --scope all --yes",
		"sudo bkt-apply --yes --scope=system":      "bkt-apply --yes --scope=all",
		"sudo bkt-apply --only all --scope system": "bkt-apply --only all --scope system",
		"sudo bkt-apply":                           "bkt-apply",
	} {
		if got := asRoot(strings.Fields(argv)); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %q", argv, got)
		}
	}
	got := strings.Join(asRoot([]string{"bkt-apply", "--yes", "-"}, "--scope", "system", "--repo", "/x"), " ")
	if want := "sudo bkt-apply --scope system --repo /x --yes -"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Under sudo HOME may be somebody else's.
func TestRootBringsNothingToAnotherHome(t *testing.T) {
	if os.Getuid() != 0 {
		return // nobody else can make a folder that is another's
	}
	var said strings.Builder
	scope := doc.User
	for owner, fine := range map[int]bool{0: true, 12345: false} {
		j := once(t, doc.User, &said)
		j.h.UID, j.scope = 0, &scope
		home := j.h.Path("/home/ada/.local")
		if err := errors.Join(os.MkdirAll(home, 0o755), os.Chown(filepath.Dir(home), owner, owner)); err != nil {
			t.Fatal(err)
		}
		if err := j.scoped(); (err == nil) != fine {
			t.Errorf("owner %d: %v", owner, err)
		}
	}
	j := once(t, doc.User, &said)
	j.scope = &scope
	if err := j.scoped(); err != nil {
		t.Error(err)
	}
}

// What nobody could look at is told beside what was done, which may be nothing.
func TestWhatWasNotCheckedIsTold(t *testing.T) {
	for want, unknown := range map[string][]string{
		"Nothing to do.\n": nil,
		"Nothing to do.\nNot checked here and now: settings, extensions.\n": {"settings", "extensions"},
	} {
		for _, dry := range []bool{false, true} {
			var said strings.Builder
			j := once(t, doc.User, &said)
			j.c.Format, j.dry, j.unknown = "text", &dry, unknown
			if err := j.write(&apply.Result{}, nil); err != nil || said.String() != want {
				t.Errorf("dry run %v: %v, %q, want %q", dry, err, said.String(), want)
			}
		}
	}
}

// What has to wait is told though something else failed, which decides the exit code.
func TestAWishOfWhichSomeFailed(t *testing.T) {
	var said strings.Builder
	j := once(t, doc.User, &said)
	j.dry = new(bool)
	change := func(id, blocked string) doc.Change {
		return doc.Change{Action: doc.Add, Subsystem: "dnf", ID: id, Have: doc.Has(nil), Blocked: blocked}
	}
	asked := &doc.Changes{Host: doc.Host{Hostname: "box"}, Subsystems: map[string]doc.Status{}, Changes: []doc.Change{change("a", ""), change("b", ""), change("c", "")}}
	err := j.answer(asked, []apply.Fate{{Err: errors.New("no")}, {Waits: "it comes with the image"}, {}})
	var e *cli.Exit
	if !errors.As(err, &e) || e.Code != cli.Partial || !strings.HasPrefix(said.String(), "bkt-apply: b: not here and now: it comes with the image\n{") {
		t.Errorf("%v, %q", err, said.String())
	}
	done := change("c", "")
	done.Here = doc.Done
	if left := []doc.Change{change("b", "it comes with the image"), done}; !reflect.DeepEqual(asked.Changes, left) {
		t.Errorf("%+v, want %+v", asked.Changes, left)
	}
}
