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

// machine is a tree: `path` is a unit's file, `path=` an empty one, `path := text` one with that
// text, and `path -> target` a link.
func machine(t *testing.T, r run.Runner, files ...string) *host.Host {
	h := &host.Host{Root: t.TempDir(), Runner: r, Env: map[string]string{"HOME": "/home/ada"}}
	for _, f := range append(files, "/usr/lib/systemd/systemd") {
		name, to, link := strings.Cut(f, " -> ")
		name, empty := strings.CutSuffix(name, "=")
		name, text, _ := strings.Cut(name, " := ")
		p := h.Path(name)
		switch {
		case link:
			if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.Symlink(to, p)); err != nil {
				t.Fatal(err)
			}
		case empty:
			fake.Write(t, p, "")
		default:
			fake.Write(t, p, "[Unit]\n"+text)
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

// installs makes a file of a machine one of a unit that can be enabled.
const installs = " := [Install]\nWantedBy=multi-user.target\n"

func TestCaptureByPresets(t *testing.T) {
	dir, lib, home := "/etc/systemd/system/", "/usr/lib/systemd/system/", "/home/ada/.config/systemd/user/"
	wants := dir + "multi-user.target.wants/"
	h := machine(t, fake.Tool{},
		"/usr/lib/systemd/system-preset/50-x.preset := enable vpn@.service home\nenable [!il]*\nignore i*\ndisable *\n",
		"/etc/systemd/system-preset/10-mine.preset := disable sshd.*\ndisable rtk.service\ndisable sync@.service\n",
		"/usr/lib/systemd/system-preset/10-mine.preset := disable *\n",
		"/usr/lib/systemd/user-preset/1.preset := enable pipewire.*\ndisable *\n",
		lib+"sshd.service"+installs, wants+"sshd.service -> "+lib+"sshd.service",
		lib+"tuned.service"+installs, wants+"tuned.service -> /lib/systemd/system/tuned.service",
		lib+"bluetooth.service"+installs, lib+"bt.service -> bluetooth.service",
		lib+"grown.service", dir+"grown.service.d/x.conf := [Install]\nWantedBy=a.target\n",
		lib+"shrunk.service"+installs, dir+"shrunk.service.d/x.conf := [Install]\nWantedBy=\n",
		lib+"static.service", lib+"vendor-masked.service -> /dev/null", lib+"cups.service"+installs, dir+"cups.service -> /dev/null",
		lib+"ignored.service"+installs, wants+"ignored.service -> "+lib+"ignored.service", lib+"idle.service"+installs, lib+"imasked.service", dir+"imasked.service=",
		lib+"rtk.service"+installs, "/run/systemd/system/m.target.wants/rtk.service -> "+lib+"rtk.service",
		lib+"rtm.service"+installs, "/run/systemd/system/rtm.service -> /dev/null",
		lib+"login.service := [Install]\nAlias=display.service\n", dir+"display.service -> "+lib+"login.service",
		lib+"ntp.service"+installs, dir+"time.service -> "+lib+"ntp.service",
		lib+"sync@.service"+installs, wants+"sync@ada.service -> "+lib+"sync@.service",
		lib+"getty@.service"+installs, wants+"getty@tty1.service -> "+lib+"getty@.service",
		lib+"vpn@.service"+installs, wants+"vpn@home.service -> "+lib+"vpn@.service", wants+"vpn@work.service -> "+lib+"vpn@.service",
		dir+"local.service"+installs, wants+"local.service -> ../local.service", wants+"gone.service -> "+lib+"gone.service",
		"/usr/lib/systemd/user/podman.socket"+installs, home+"sockets.target.wants/podman.socket -> /usr/lib/systemd/user/podman.socket",
		"/usr/lib/systemd/user/pipewire.socket"+installs, home+"pipewire.socket -> /dev/null", "/usr/lib/systemd/user/index.service", home+"index.service -> /dev/null",
		"/usr/lib/systemd/user/hook@.service", home+"m.target.wants/hook@a.service -> /usr/lib/systemd/user/hook@.service",
		"/usr/lib/systemd/user/pipewire.service"+installs, "/etc/systemd/user/default.target.wants/pipewire.service -> /usr/lib/systemd/user/pipewire.service")
	f, err := Subsystem{}.Capture(t.Context(), h)
	want := `system bluetooth.service disabled
system cups.service masked
system grown.service disabled
system imasked.service masked
system login.service enabled
system sshd.service enabled
system sync@ada.service enabled
system vpn@work.service enabled
user hook@a.service enabled
user index.service masked
user pipewire.socket masked
user podman.socket enabled
image system bluetooth.service enabled
image system cups.service enabled
image system getty@tty1.service enabled
image system grown.service enabled
image system ignored.service enabled
image system local.service enabled
image system tuned.service enabled
image system vendor-masked.service masked
image system vpn@home.service enabled
image user pipewire.service enabled
image user pipewire.socket enabled
unmanaged system local.service: its unit is this machine's own`
	if got := told(f); err != nil || got != want || f.Partial != "" {
		t.Errorf("%v, %s\n%s\nwant\n%s", err, f.Partial, got, want)
	}
}

// A unit that cannot be read may be static: that is said where a preset would enable it.
func TestCaptureOfAUnitThatCannotBeRead(t *testing.T) {
	lib := "/usr/lib/systemd/system/"
	files := []string{lib + "odd.service -> /opt/odd.service", "/opt/odd.service/x", lib + "a.service" + installs, "/etc/systemd/system/m.wants/a.service -> " + lib + "a.service"}
	f, err := Subsystem{}.Capture(t.Context(), machine(t, fake.Tool{}, files...))
	if err != nil || told(f) != "image system a.service enabled" || f.Partial != "cannot read '/opt/odd.service': is a directory" {
		t.Errorf("%v, %q\n%s", err, f.Partial, told(f))
	}
	for _, more := range []string{"/etc/systemd/system-preset/1.preset := disable odd.service\n", "/etc/systemd/system/m.wants/odd.service -> /opt/odd.service"} {
		f, err := Subsystem{}.Capture(t.Context(), machine(t, fake.Tool{}, append(files, more)...))
		if err != nil || f.Partial != "" || len(f.Items) > 0 {
			t.Errorf("%s: %v, %q\n%s", more, err, f.Partial, told(f))
		}
	}
}

func TestCaptureInTrouble(t *testing.T) {
	if _, err := (Subsystem{}).Capture(t.Context(), &host.Host{Root: t.TempDir()}); !errors.Is(err, subsystem.ErrUnavailable) {
		t.Errorf("no systemd: %v", err)
	}
	bare := machine(t, fake.Tool{}, "/run/ostree-booted", "/etc/systemd/system/a.service -> /dev/null")
	if _, err := (Subsystem{}).Capture(t.Context(), bare); !errors.Is(err, subsystem.ErrUnavailable) || !strings.Contains(err.Error(), "/usr/etc") {
		t.Errorf("no /usr/etc: %v", err)
	}
	unit := "/usr/lib/systemd/system/a.service"
	for want, files := range map[string][]string{
		"no units": nil, "'/etc/systemd/system'": {unit, "/etc/systemd/system"}, "'/run/systemd/system'": {unit, "/run/systemd/system"},
		"'/etc/systemd/system-preset'": {unit, "/etc/systemd/system-preset"}, "'/usr/lib/systemd/user-preset/x.preset'": {unit, "/usr/lib/systemd/user-preset/x.preset -> /opt", "/opt/x"},
	} {
		f, err := Subsystem{}.Capture(t.Context(), machine(t, fake.Tool{}, files...))
		if err == nil || errors.Is(err, subsystem.ErrUnavailable) || !strings.Contains(err.Error(), want) || told(f) != "" {
			t.Errorf("%v, %v, want %s", told(f), err, want)
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
