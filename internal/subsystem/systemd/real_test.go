package systemd_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/internal/subsystem/systemd"
	"bkt/test/fake"
)

// root is a small tree with units and presets, and the systemctl of this machine beside it.
// One of an image keeps its /etc in /usr/etc, too.
func root(t *testing.T, image bool) *host.Host {
	t.Helper()
	h := &host.Host{Root: t.TempDir(), Runner: &run.Exec{Env: []string{"PATH=" + os.Getenv("PATH")}}, Env: map[string]string{"HOME": "/home/ada"}}
	unit := func(name, install string) {
		fake.Write(t, h.Path("/usr/lib/systemd/"+name), "[Unit]\nDescription=x\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"+install)
	}
	for _, name := range []string{"system/a.service", "system/b.service", "system/c.service", "system/vpn@.service", "user/u.service", "user/v.service"} {
		unit(name, "")
	}
	unit("system/login.service", "Alias=display-manager.service\nAlso=login.socket\n")
	fake.Write(t, h.Path("/usr/lib/systemd/system/login.socket"), "[Socket]\nListenStream=/run/x\n[Install]\nWantedBy=sockets.target\n")
	fake.Write(t, h.Path("/usr/lib/systemd/system/static.service"), "[Service]\nExecStart=/bin/true\n")
	for _, scope := range []string{"system", "user"} {
		fake.Write(t, h.Path("/usr/lib/systemd/"+scope+"-preset/10-x.preset"), "enable b.service\nenable login.*\nenable v.service\ndisable *\n")
		fake.Write(t, h.Path("/usr/lib/systemd/"+scope+"/multi-user.target"), "[Unit]\n")
	}
	for _, args := range [][]string{{"preset-all"}, {"--global", "preset-all"}} {
		if _, err := h.Runner.Run(t.Context(), run.Cmd{Argv: append([]string{"systemctl", "--root=" + h.Root}, args...)}); err != nil {
			t.Fatal(err)
		}
	}
	if image {
		fake.Write(t, h.Path("/run/ostree-booted"), "")
		if err := os.CopyFS(h.Path("/usr/etc/systemd"), os.DirFS(h.Path("/etc/systemd"))); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// items are what a capture finds, and what the image brings.
func items(t *testing.T, h *host.Host) (mine, image string) {
	t.Helper()
	f, err := systemd.Subsystem{}.Capture(t.Context(), &host.Host{Root: h.Root, Runner: run.ReadOnly{Runner: h.Runner}, Env: h.Env})
	if err != nil || len(f.Unmanaged) > 0 {
		t.Fatal(err, f.Unmanaged)
	}
	var a, b []string
	for _, i := range f.Items {
		a = append(a, i.Scope+" "+i.ID+" "+i.Attrs.String("state"))
	}
	for _, p := range f.Present {
		b = append(b, p.Scope+" "+p.ID+" "+p.Attrs.String("state"))
	}
	slices.Sort(a)
	slices.Sort(b)
	return strings.Join(a, ", "), strings.Join(b, ", ")
}

// TestApplyThenCapture brings units to every state with the real systemctl, sees that they are
// there, and takes it all back.
func TestApplyThenCapture(t *testing.T) {
	const brought = "system b.service enabled, system login.service enabled, system login.socket enabled, user v.service enabled"
	for _, image := range []bool{true, false} {
		h := root(t, image)
		if mine, present := items(t, h); mine != "" || present != brought {
			t.Fatalf("image %v: at first: %q, present %q", image, mine, present)
		}
		wanted := []doc.Item{}
		for _, text := range []string{"system a.service enabled", "system vpn@home.service enabled", "system b.service disabled", "system c.service masked", "system none.service masked",
			"user u.service enabled", "user v.service masked"} {
			w := strings.Fields(text)
			wanted = append(wanted, doc.Item{Subsystem: systemd.Name, Scope: w[0], ID: w[1], Attrs: doc.Attrs{}.Set("state", w[2])})
		}
		do(t, h, subsystem.Install, wanted)
		const want = "system a.service enabled, system b.service disabled, system c.service masked, system none.service masked, system vpn@home.service enabled, " +
			"user u.service enabled, user v.service masked"
		if mine, present := items(t, h); mine != want || present != brought {
			t.Errorf("image %v: got %s\nwant %s\npresent %s", image, mine, want, present)
		}
		do(t, h, subsystem.Install, wanted) // what is true is no error
		c := doc.Item{Subsystem: systemd.Name, Scope: "system", ID: "c.service", Attrs: doc.Attrs{}.Set("state", systemd.Enabled)}
		if err := (systemd.Subsystem{}).Do(t.Context(), h, subsystem.View{}, []subsystem.Task{{Verb: subsystem.Set, Item: c, Have: doc.Has(wanted[3].Attrs)}}); err != nil {
			t.Error(err)
		}
		if mine, _ := items(t, h); !strings.Contains(mine, "c.service enabled") {
			t.Errorf("image %v: a masked unit was not enabled: %s", image, mine)
		}
		wanted[3] = c
		do(t, h, subsystem.Remove, wanted)
		if mine, present := items(t, h); mine != "" || present != brought {
			t.Errorf("image %v: after all was taken back: %s, present %s", image, mine, present)
		}
	}
}

// do carries tasks out, one by one.
func do(t *testing.T, h *host.Host, verb subsystem.Verb, items []doc.Item) {
	t.Helper()
	for _, i := range items {
		task := subsystem.Task{Verb: verb, Item: i}
		if verb == subsystem.Remove {
			task.Have = doc.Has(i.Attrs)
		}
		if err := (systemd.Subsystem{}).Do(t.Context(), h, subsystem.View{}, []subsystem.Task{task}); err != nil {
			t.Error(err)
		}
	}
}

// TestRenderedCommand runs what the section says, but in another tree.
func TestRenderedCommand(t *testing.T) {
	h := root(t, true)
	out, err := systemd.Subsystem{}.Render(subsystem.Manifests{Items: map[string][]doc.Item{systemd.Name: {
		{Scope: "system", ID: "a.service"}, {Scope: "system", ID: "b.service", Attrs: doc.Attrs{}.Set("state", systemd.Disabled)},
		{Scope: "system", ID: "c.service", Attrs: doc.Attrs{}.Set("state", systemd.Masked)}, {Scope: "user", ID: "u.service"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	line := strings.ReplaceAll(strings.TrimPrefix(out.Sections["SYSTEMD_UNITS"], "RUN "), "systemctl ", "systemctl --root="+h.Root+" ")
	if _, err := h.Runner.Run(t.Context(), run.Cmd{Argv: []string{"sh", "-c", line}}); err != nil {
		t.Fatal(err)
	}
	const want = "system a.service enabled, system b.service disabled, system c.service masked, user u.service enabled"
	if mine, _ := items(t, h); mine != want {
		t.Errorf("got %s, want %s", mine, want)
	}
}
