package systemd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

// machine is a tree: `path` is a file with text, `path=` an empty one, `path -> target` a link.
func machine(t *testing.T, r run.Runner, files ...string) *host.Host {
	h := &host.Host{Root: t.TempDir(), Runner: r, Env: map[string]string{"HOME": "/home/ada"}}
	for _, f := range append(files, "/usr/lib/systemd/systemd") {
		name, to, link := strings.Cut(f, " -> ")
		name, empty := strings.CutSuffix(name, "=")
		p := h.Path(name)
		switch {
		case link:
			if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.Symlink(to, p)); err != nil {
				t.Fatal(err)
			}
		case empty:
			fake.Write(t, p, "")
		default:
			fake.Write(t, p, "[Unit]\n")
		}
	}
	return h
}

// told is what was found, a line each.
func told(f subsystem.Found) string {
	var out []string
	for _, i := range f.Items {
		out = append(out, i.Scope+" "+i.ID+" "+i.Attrs.String("state"))
	}
	for _, p := range f.Present {
		out = append(out, "image "+p.Scope+" "+p.ID+" "+p.Attrs.String("state"))
	}
	for _, u := range f.Unmanaged {
		out = append(out, "unmanaged "+u.Scope+" "+u.ID+": "+u.Reason)
	}
	return strings.Join(out, "\n")
}

// image is what an image of these tests brings.
func image(more ...string) []string {
	lib := "/usr/lib/systemd/system/"
	out := []string{"/run/ostree-booted"}
	for _, u := range []string{"a", "b", "c", "d", "e", "getty@", "sddm", "gdm", "vpn@", "two"} {
		out = append(out, lib+u+".service")
	}
	for _, etc := range []string{"/usr/etc", "/etc"} {
		dir := etc + "/systemd/system/"
		out = append(out, dir+"multi-user.target.wants/b.service -> "+lib+"b.service", dir+"getty.target.wants/getty@tty1.service -> "+lib+"getty@.service",
			dir+"display-manager.service -> "+lib+"gdm.service", dir+"default.target -> "+lib+"graphical.target", dir+"e.service -> /dev/null",
			dir+"two.target.wants/two.service -> "+lib+"two.service", dir+"b.service.d/10-x.conf")
	}
	out = append(out, "/usr/lib/systemd/user/u.service", "/usr/lib/systemd/user/v.service", "/usr/lib/systemd/user/w.timer",
		"/usr/etc/systemd/user/default.target.wants/v.service -> /usr/lib/systemd/user/v.service",
		"/etc/systemd/user/default.target.wants/v.service -> /usr/lib/systemd/user/v.service")
	return append(out, more...)
}

// same is what the image alone gives.
const same = `image system b.service enabled
image system e.service masked
image system gdm.service enabled
image system getty@tty1.service enabled
image system two.service enabled
image user v.service enabled`

func TestCaptureOfAnImage(t *testing.T) {
	dir, lib, home := "/etc/systemd/system/", "/usr/lib/systemd/system/", "/home/ada/.config/systemd/user/"
	for _, c := range []struct {
		name  string
		files []string
		gone  []string
		want  string // before what the image alone gives; =, and all of it
	}{
		{"untouched", nil, nil, ""},
		{"enabled", []string{dir + "multi-user.target.wants/a.service -> " + lib + "a.service", dir + "x.target.requires/c.service -> ../../c.service"}, nil,
			"system a.service enabled\nsystem c.service enabled"},
		{"an instance", []string{dir + "multi-user.target.wants/vpn@home.service -> " + lib + "vpn@.service"}, nil, "system vpn@home.service enabled"},
		{"disabled, of two links one", nil, []string{dir + "multi-user.target.wants/b.service", dir + "two.target.wants/none"}, "system b.service disabled"},
		{"masked", []string{dir + "a.service -> /dev/null", dir + "c.service=", dir + "none.service -> ../../../dev/null"}, nil,
			"system a.service masked\nsystem c.service masked\nsystem none.service masked"},
		{"unmasked", nil, []string{dir + "e.service"}, "system e.service disabled"},
		{"enabled and masked", []string{dir + "m.wants/d.service -> " + lib + "d.service", dir + "d.service -> /dev/null"}, nil, "system d.service masked"},
		{"a dependency taken away", []string{dir + "m.target.wants/d.service -> /dev/null"}, nil, ""},
		{"of no account", []string{dir + "m.wants/bad name -> x", dir + "m.wants/vpn@.service -> " + lib + "vpn@.service", dir + "x.conf", dir + "note -> /dev/null",
			"/etc/systemd/system.control/a.service", dir + "m.target.wants/file.service"}, nil, ""},
		{"the user's own", []string{home + "default.target.wants/u.service -> /usr/lib/systemd/user/u.service", home + "w.timer -> /dev/null"}, nil,
			"user u.service enabled\nuser w.timer masked"},
		{"for every user", []string{"/etc/systemd/user/timers.target.wants/w.timer -> /usr/lib/systemd/user/w.timer"}, nil, "user w.timer enabled"},
		{"the same in both", []string{home + "default.target.wants/v.service -> /usr/lib/systemd/user/v.service"}, nil, ""},
		{"not to be reproduced", []string{dir + "m.wants/mine.service -> ../mine.service", dir + "mine.service", dir + "m.wants/linked.service -> /opt/linked.service",
			dir + "linked.service -> /opt/linked.service", dir + "m.wants/gone.service -> " + lib + "gone.service", dir + "m.wants/a.service -> ../a.service", dir + "a.service",
			home + "backup.service", home + "default.target.wants/backup.service -> ../backup.service"}, nil,
			"=image system a.service enabled\nimage system b.service enabled\nimage system e.service masked\nimage system gdm.service enabled\n" +
				"image system getty@tty1.service enabled\nimage system linked.service enabled\nimage system mine.service enabled\nimage system two.service enabled\n" +
				"image user backup.service enabled\nimage user v.service enabled\n" +
				"unmanaged system a.service: its unit was replaced on this machine\nunmanaged system gone.service: its unit is not there\n" +
				"unmanaged system linked.service: its unit is this machine's own\nunmanaged system mine.service: its unit is this machine's own\n" +
				"unmanaged user backup.service: its unit is this machine's own"},
		{"own, and left alone", []string{dir + "mine.service"}, nil, ""},
	} {
		h := machine(t, fake.Tool{}, image(c.files...)...)
		for _, g := range c.gone {
			if err := os.RemoveAll(h.Path(g)); err != nil {
				t.Fatal(err)
			}
		}
		f, err := Subsystem{}.Capture(t.Context(), h)
		want := same
		if whole, ok := strings.CutPrefix(c.want, "="); ok {
			want = whole
		} else if c.want != "" {
			want = c.want + "\n" + same
		}
		if got := told(f); err != nil || got != want || f.Partial != "" {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, want)
		}
		for _, i := range f.Items {
			if err := (Subsystem{}).Validate(i); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

func TestAnotherDefaultTarget(t *testing.T) {
	h := machine(t, fake.Tool{}, image()...)
	p := h.Path("/etc/systemd/system/default.target")
	if err := errors.Join(os.Remove(p), os.Symlink("/usr/lib/systemd/system/multi-user.target", p)); err != nil {
		t.Fatal(err)
	}
	f, err := Subsystem{}.Capture(t.Context(), h)
	if want := same + "\nunmanaged system default.target: another default target: multi-user.target"; err != nil || told(f) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, told(f), want)
	}
}

// answers is a systemctl that answers for the system and for the users.
func answers(t *testing.T, system, user string) run.Runner {
	return fake.Tool{Name: "systemctl", Do: func(c run.Cmd) (run.Result, error) {
		var args []string
		for _, a := range c.Argv[1:] {
			if !strings.HasPrefix(a, "--root=") {
				args = append(args, a)
			}
		}
		out := system
		if args[0] == "--global" {
			out, args = user, args[1:]
		}
		if strings.Join(args, " ") != "list-unit-files --output=json" || c.Effect != run.Reads {
			t.Errorf("called %q", c.Argv)
		}
		return run.Result{Stdout: []byte(out)}, nil
	}}
}

func TestCaptureByPresets(t *testing.T) {
	dir, lib := "/etc/systemd/system/", "/usr/lib/systemd/system/"
	h := machine(t, answers(t, fake.Fixture(t, "system.json"), fake.Fixture(t, "user.json")),
		lib+"sshd.service", lib+"tuned.service", lib+"mine.service", lib+"syncthing@.service", lib+"getty@.service", lib+"vendor-masked.service -> /dev/null", lib+"bluetooth.service",
		dir+"multi-user.target.wants/syncthing@ada.service -> "+lib+"syncthing@.service", dir+"getty.target.wants/getty@tty1.service -> "+lib+"getty@.service",
		dir+"cups.service -> /dev/null", dir+"local.service", dir+"multi-user.target.wants/local.service -> ../local.service",
		"/usr/lib/systemd/user/podman.socket", "/usr/lib/systemd/user/pipewire.socket",
		"/home/ada/.config/systemd/user/sockets.target.wants/podman.socket -> /usr/lib/systemd/user/podman.socket",
		"/home/ada/.config/systemd/user/pipewire.socket -> /dev/null")
	f, err := Subsystem{}.Capture(t.Context(), h)
	want := `system bluetooth.service disabled
system cups.service masked
system sshd.service enabled
system syncthing@ada.service enabled
user pipewire.socket masked
user podman.socket enabled
image system bluetooth.service enabled
image system cups.service enabled
image system local.service enabled
image system null-preset.service enabled
image system tuned.service enabled
image system vendor-masked.service masked
image system getty@tty1.service enabled
image user pipewire.socket enabled
unmanaged system local.service: its unit is this machine's own`
	if got := told(f); err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}

func TestCaptureInTrouble(t *testing.T) {
	for _, h := range []*host.Host{{Root: t.TempDir()}, machine(t, fake.Tool{})} {
		if _, err := (Subsystem{}).Capture(t.Context(), h); !errors.Is(err, subsystem.ErrUnavailable) {
			t.Errorf("no systemd: %v", err)
		}
	}
	bare := machine(t, fake.Tool{}, "/run/ostree-booted", "/etc/systemd/system/a.service -> /dev/null")
	if _, err := (Subsystem{}).Capture(t.Context(), bare); !errors.Is(err, subsystem.ErrUnavailable) || !strings.Contains(err.Error(), "/usr/etc") {
		t.Errorf("no /usr/etc: %v", err)
	}
	for want, out := range map[string]string{
		"no units": "[]", "systemctl list-unit-files:1:": "x", "row 2 has no": `[{"unit_file":"a.service","state":"enabled","preset":null},{"unit_file":"b.service"}]`,
	} {
		f, err := Subsystem{}.Capture(t.Context(), machine(t, answers(t, out, "[]")))
		if err == nil || errors.Is(err, subsystem.ErrUnavailable) || !strings.Contains(err.Error(), want) || told(f) != "" {
			t.Errorf("%s: %v, %v, want %s", out, told(f), err, want)
		}
	}
	h := machine(t, fake.Tool{}, image()...)
	if err := errors.Join(os.RemoveAll(h.Path("/usr/etc/systemd/system")), os.WriteFile(h.Path("/usr/etc/systemd/system"), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	if f, err := (Subsystem{}).Capture(t.Context(), h); err == nil || told(f) != "" {
		t.Errorf("what the image brings cannot be read: %s, %v", told(f), err)
	}
}

func FuzzParseList(f *testing.F) {
	f.Add([]byte(fake.Fixture(f, "system.json")))
	f.Add([]byte(`[{"unit_file":"a.service","state":"enabled","preset":null}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := parseList(b)
		for _, r := range rows {
			if validName(r.Unit) != nil || err != nil {
				t.Errorf("%v, %v", r, err)
			}
		}
	})
}
