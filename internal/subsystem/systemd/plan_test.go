package systemd

import (
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

// recorder is a systemctl that notes how it is called.
func recorder(t *testing.T, calls *[]string, root string) run.Runner {
	return fake.Tool{Name: "systemctl", Do: func(c run.Cmd) (run.Result, error) {
		if c.Effect != run.Changes || c.Timeout == 0 {
			t.Errorf("%q: effect %v, time-out %s", c.Argv, c.Effect, c.Timeout)
		}
		*calls = append(*calls, strings.ReplaceAll(strings.Join(c.Argv[1:], " "), root, "ROOT"))
		return run.Result{}, nil
	}}
}

func TestDoInAnotherTree(t *testing.T) {
	task := func(verb subsystem.Verb, scope, state, have string, ids ...string) []subsystem.Task {
		var out []subsystem.Task
		for _, id := range ids {
			side := doc.Absent()
			if have != "" {
				side = doc.Has(attrs(have))
			}
			out = append(out, subsystem.Task{Verb: verb, Item: item(scope, id, state), Have: side})
		}
		return out
	}
	for _, c := range []struct {
		tasks []subsystem.Task
		batch string
		want  string
	}{
		{task(subsystem.Install, "system", Enabled, "", "a.service", "b.service"), "systemctl enable", "--root=ROOT enable a.service b.service"},
		{task(subsystem.Set, "system", Enabled, Masked, "a.service"), "systemctl enable", "--root=ROOT unmask a.service; --root=ROOT enable a.service"},
		{task(subsystem.Set, "system", Disabled, Enabled, "a.service"), "systemctl disable", "--root=ROOT disable a.service"},
		{task(subsystem.Set, "system", Masked, Enabled, "none.service"), "systemctl mask", "--root=ROOT mask none.service"},
		{task(subsystem.Install, "user", Enabled, "", "u.service"), "systemctl enable", "--root=ROOT --global enable u.service"},
		{task(subsystem.Remove, "system", Enabled, Enabled, "a.service"), "systemctl disable", "--root=ROOT disable a.service"},
		{task(subsystem.Remove, "system", Disabled, Disabled, "a.service"), "systemctl enable", "--root=ROOT enable a.service"},
		{task(subsystem.Remove, "system", Masked, Masked, "a.service"), "systemctl unmask", "--root=ROOT unmask a.service"},
	} {
		var calls []string
		h := machine(t, nil, "/usr/lib/systemd/system/a.service", "/usr/lib/systemd/system/b.service", "/usr/lib/systemd/user/u.service")
		h.Runner = recorder(t, &calls, h.Root)
		err := Subsystem{}.Do(t.Context(), h, subsystem.View{}, c.tasks)
		batch := Subsystem{}.Batch(c.tasks[0])
		if got := strings.Join(calls, "; "); err != nil || got != c.want || batch != c.batch {
			t.Errorf("got %s, %s, %v, want %s, %s", batch, got, err, c.batch, c.want)
		}
	}
}

func TestSift(t *testing.T) {
	var calls []string
	h := machine(t, recorder(t, &calls, ""), "/usr/lib/systemd/system/a.service", "/usr/lib/systemd/system/vpn@.service")
	tasks := []subsystem.Task{{Item: item("system", "a.service", Enabled)}, {Item: item("system", "vpn@x.service", Enabled)},
		{Item: item("system", "none.service", Enabled)}, {Item: item("system", "none.timer", Masked)}, {Item: item("user", "a.service", Enabled)}}
	got, err := Subsystem{}.Sift(t.Context(), h, subsystem.View{}, tasks)
	var keys []string
	for k, why := range got {
		keys = append(keys, k.Scope+" "+k.ID+" "+why)
	}
	slices.Sort(keys)
	if want := "system none.service no such unit on this machine; user a.service no such unit on this machine"; err != nil || strings.Join(keys, "; ") != want {
		t.Errorf("%v, %v", keys, err)
	}
	err = Subsystem{}.Do(t.Context(), h, subsystem.View{}, tasks[:3])
	if err == nil || err.Error() != "none.service: no such unit on this machine" || calls != nil {
		t.Errorf("%v, %v", err, calls)
	}
}

func TestArgv(t *testing.T) {
	for want, c := range map[string]struct {
		m     manager
		verb  string
		start bool
	}{
		"systemctl enable --now --no-block a.service":        {manager{scope: "system", runs: true}, "enable", true},
		"systemctl --user enable --now --no-block a.service": {manager{scope: "user", runs: true}, "enable", true},
		"systemctl --user enable a.service":                  {manager{scope: "user"}, "enable", true},
		"systemctl enable a.service":                         {manager{scope: "system", runs: true}, "enable", false},
		"systemctl disable a.service":                        {manager{scope: "system", runs: true}, "disable", true},
		"systemctl --user mask a.service":                    {manager{scope: "user", runs: true}, "mask", true},
		"systemctl --root=/x --global mask a.service":        {manager{scope: "user", root: "/x"}, "mask", true},
	} {
		if got := strings.Join(c.m.argv(c.verb, c.start, []string{"a.service"}), " "); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
