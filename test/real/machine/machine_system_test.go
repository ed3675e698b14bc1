//go:build system

package machine

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"bkt/test/real/flatpakrepo"
	"bkt/test/real/rpmrepo"
)

// rpms is a bind of a repository with htop, which needs lib.
func rpms(t *testing.T) string {
	repo := rpmrepo.Build(t, t.TempDir(), rpmrepo.Package{Name: "htop", Requires: []string{"lib"}}, rpmrepo.Package{Name: "lib"})
	return repo.Dir + ":/run/rpms"
}

func fields(s string) []string {
	f := strings.Fields(s)
	slices.Sort(f)
	return f
}

type deployment struct {
	Checksum, Version, Unlocked string
	Serial                      int
	Booted                      bool
	Packages                    []string
	Requested                   []string `json:"requested-packages"`
	Removals                    []string `json:"requested-base-removals"`
	LiveReplaced                string   `json:"live-replaced"`
}

func statusOf(t *testing.T, m *Machine) []deployment {
	t.Helper()
	var s struct{ Deployments []deployment }
	if err := json.Unmarshal([]byte(m.User(t, "rpm-ostree", "status", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	return s.Deployments
}

func TestSystemPackageMode(t *testing.T) {
	m := BootPackage(t, rpms(t))
	m.AddRepo(t, "local", "/run/rpms")
	m.Exec(t, "dnf", "-y", "-q", "install", "htop")
	if got := fields(m.User(t, "dnf", "-q", "repoquery", "--userinstalled", "--qf", `%{name}\n`)); !slices.Equal(got, []string{"htop"}) {
		t.Errorf("user-installed = %q", got)
	}
	if got := fields(m.User(t, "rpm", "-qa", "--qf", `%{NAME}\n`)); !slices.Equal(got, []string{"htop", "lib"}) {
		t.Errorf("installed = %q", got)
	}
	if _, stderr, err := m.TryUser("rpm-ostree", "status"); err == nil {
		t.Errorf("there is an rpm-ostree here: %s", stderr)
	}
}

func TestSystemAliceHasASession(t *testing.T) {
	repo := flatpakrepo.Build(t, t.TempDir(), "One", flatpakrepo.App{ID: "org.test.Hello"})
	m := BootPackage(t, repo.Dir+":/run/flatpak-repo")
	m.User(t, "flatpak", "remote-add", "--user", "--no-gpg-verify", "one", "file:///run/flatpak-repo")
	m.User(t, "flatpak", "install", "--user", "-y", "--noninteractive", "one", repo.Ref("org.test.Hello"))
	if got := m.User(t, "flatpak", "list", "--app", "--columns=application,origin,installation"); got != "org.test.Hello\tone\tuser\n" {
		t.Errorf("flatpak list = %q", got)
	}
	m.User(t, "gsettings", "set", "org.gnome.desktop.interface", "clock-show-date", "false")
	if got := m.User(t, "gsettings", "get", "org.gnome.desktop.interface", "clock-show-date"); got != "false\n" {
		t.Errorf("gsettings get = %q", got)
	}
	if _, stderr, err := m.TryUser("flatpak", "remote-add", "--system", "--no-gpg-verify", "one", "file:///run/flatpak-repo"); err == nil || !strings.Contains(stderr, "not allowed") {
		t.Errorf("a system remote as alice: err = %v, stderr %q", err, stderr)
	}
}

func TestSystemAtomicIsBooted(t *testing.T) {
	m := BootAtomic(t, rpms(t))
	d := statusOf(t, m)
	if len(d) != 1 || !d[0].Booted || d[0].Version != "42.20250101.0" || d[0].Unlocked != "none" || len(d[0].Requested) != 0 {
		t.Errorf("deployments = %+v", d)
	}
	if got := fields(m.User(t, "rpm", "-qa", "--qf", `%{NAME}\n`)); !slices.Equal(got, []string{"base-tools", "firefox", "gnome-maps"}) {
		t.Errorf("image's packages = %q", got)
	}
	if _, _, err := m.Try("touch", "/usr/x"); err == nil {
		t.Error("/usr is writable")
	}
	if got := m.User(t, "cat", "/proc/cmdline"); !strings.Contains(got, "ostree=/ostree/boot") {
		t.Errorf("kernel command line = %q", got)
	}
	m.AddRepo(t, "local", "/run/rpms")
	if _, stderr, err := m.Try("dnf", "-y", "install", "htop"); err == nil {
		t.Errorf("dnf installed on a read-only /usr: %s", stderr)
	}
}

func TestSystemLayeringSurvivesAReboot(t *testing.T) {
	m := BootAtomic(t, rpms(t))
	m.AddRepo(t, "local", "/run/rpms")
	m.Exec(t, "rpm-ostree", "install", "-y", "--idempotent", "htop", "firefox")
	m.Exec(t, "rpm-ostree", "override", "remove", "gnome-maps")
	d := statusOf(t, m)
	if len(d) != 2 || d[0].Booted || !d[1].Booted || len(d[1].Requested) != 0 {
		t.Fatalf("before the reboot: %+v", d)
	}
	m.Reboot(t)
	d = statusOf(t, m)
	if !d[0].Booted || !slices.Equal(d[0].Requested, []string{"firefox", "htop"}) ||
		!slices.Equal(d[0].Packages, []string{"htop"}) || !slices.Equal(d[0].Removals, []string{"gnome-maps"}) {
		t.Errorf("after the reboot: %+v", d)
	}
	if got := fields(m.User(t, "rpm", "-qa", "--qf", `%{NAME}\n`)); !slices.Equal(got, []string{"base-tools", "firefox", "htop", "lib"}) {
		t.Errorf("packages = %q", got)
	}
}

func TestSystemApplyLiveIsHereNow(t *testing.T) {
	m := BootAtomic(t, rpms(t))
	m.AddRepo(t, "local", "/run/rpms")
	m.Exec(t, "rpm-ostree", "install", "-y", "--idempotent", "--apply-live", "htop")
	d := statusOf(t, m)
	if len(d) != 2 || !slices.Equal(d[0].Requested, []string{"htop"}) || d[1].LiveReplaced == "" || d[1].Unlocked == "none" {
		t.Errorf("deployments = %+v", d)
	}
	if got := fields(m.User(t, "rpm", "-qa", "--qf", `%{NAME}\n`)); !slices.Contains(got, "htop") {
		t.Errorf("packages = %q", got)
	}
}

func TestSystemStandInIsStrict(t *testing.T) {
	m := BootAtomic(t)
	for _, argv := range [][]string{{"rpm-ostree", "upgrade"}, {"rpm-ostree", "install", "--what", "x"}} {
		if _, stderr, err := m.Try(argv...); err == nil || !strings.Contains(stderr, "stand-in: unknown") {
			t.Errorf("%q: err = %v, stderr %q", argv, err, stderr)
		}
	}
	if _, stderr, err := m.Try("rpm-ostree", "install", "-y", "nonesuch"); err == nil || !strings.Contains(stderr, "Packages not found: nonesuch") {
		t.Errorf("nonesuch: err = %v, stderr %q", err, stderr)
	}
}
