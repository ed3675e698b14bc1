//go:build system

package system

import (
	"strings"
	"testing"
	"time"
)

// The boot brings what is the system's, once for each deployment; the login what is the
// account's, where its owner said so.
func TestSystemBoot(t *testing.T) {
	t.Parallel()
	w := newImages(t)
	remotes := `{"remotes": [` + w.remote("file://"+flatpakAt+"/signed", "system") + ", " + w.remote("file://"+flatpakAt+"/signed", "user") + "]}"
	first := map[string]string{
		"flatpak-remotes.json": remotes,
		"flatpak-apps.json":    apps("system org.test.Hello", "user org.test.World"),
		"host-shims.json":      `{"shims": [{"name": "podman"}]}`,
		"system-config.json":   `{"systemd": {"enable": ["wanted.service"], "disable": [], "mask": []}}`,
	}
	w.deploy(t, content{manifests: first})
	w.restart(t)
	w.reaches(t, "done at the first boot", succeeded)
	same(t, "first boot", w.installed(t, "system"), []string{"org.test.Hello"})
	same(t, "first boot, owned", w.owned(t), []string{"flatpak-remote signed", "flatpak org.test.Hello", "systemd wanted.service"})
	if !w.marked(t) || len(w.asked(t)) == 0 {
		t.Errorf("first boot: marked %v, calls %q", w.marked(t), w.asked(t))
	}
	if state := strings.TrimSpace(w.Exec(t, "systemctl", "is-enabled", "wanted.service")); state != "enabled" {
		t.Errorf("wanted.service is %s", state)
	}
	verify := []string{"systemd-analyze", "verify", "--recursive-errors=no", "--man=no"}
	if said := w.Exec(t, append(verify, "bootc-apply.service")...) + w.User(t, append(verify, "--user", "bootc-bootstrap.service")...); said != "" {
		t.Errorf("systemd says of the units:\n%s", said)
	}
	t.Run("login", func(t *testing.T) { login(t, w) })

	w.restart(t)
	w.reaches(t, "done at the second boot", succeeded)
	if calls := w.asked(t); len(calls) > 0 || !w.marked(t) {
		t.Errorf("the same deployment again: marked %v, calls %q", w.marked(t), calls)
	}

	// The next image brings World, and lets Hello go, which is left to a person.
	w.deploy(t, content{manifests: map[string]string{"flatpak-remotes.json": remotes, "flatpak-apps.json": apps("system org.test.World")}})
	w.restart(t)
	w.reaches(t, "done in the new deployment", succeeded)
	same(t, "new deployment, alice's", w.installed(t, "user"), []string{"org.test.World"})
	same(t, "new deployment", w.installed(t, "system"), []string{"org.test.Hello", "org.test.World"})
	if text := w.journal(t); !strings.Contains(text, "nobody is here to say yes") || !w.marked(t) {
		t.Errorf("new deployment: marked %v\n%s", w.marked(t), text)
	}

	// A person says yes to it, for the account and for the system.
	w.Exec(t, "sh", "-c", `printf '%s\n' 'Defaults secure_path="/usr/local/bin:/usr/sbin:/usr/bin"' 'alice ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/alice`)
	said := w.User(t, "sh", "-c", "bkt apply --yes 2>&1")
	t.Logf("bkt apply --yes:\n%s", said)
	same(t, "bkt apply, system", w.installed(t, "system"), []string{"org.test.World"})
	same(t, "bkt apply, alice's", w.installed(t, "user"), nil)
	if !strings.Contains(said, "bkt: warning: not fetched: ") {
		t.Errorf("bkt apply without a network says\n%s", said)
	}

	// Back to the first image: nothing is removed or set back. It brings Hello again, which is
	// nobody's to remove, since newer manifests had let it go.
	w.Exec(t, "ostree", "admin", "set-default", "1")
	w.restart(t)
	w.reaches(t, "done after the rollback", succeeded)
	same(t, "rollback", w.installed(t, "system"), []string{"org.test.Hello", "org.test.World"})
	if text := w.journal(t); !strings.Contains(text, "is older than what was applied here last") || !w.marked(t) {
		t.Errorf("rollback: marked %v\n%s", w.marked(t), text)
	}
	same(t, "rollback, owned", w.owned(t), []string{"flatpak-remote signed", "flatpak org.test.World", "systemd wanted.service"})
}

// account is somebody of the machine who has a session.
type account struct {
	name, uid string
}

func (w *images) as(a account) func(argv ...string) (string, string, error) {
	return func(argv ...string) (string, string, error) {
		if argv[0] == "systemctl" {
			argv = append([]string{"systemctl", "--user"}, argv[1:]...)
		}
		return w.Try(append([]string{"setpriv", "--reuid=" + a.uid, "--regid=" + a.uid, "--init-groups", "env", "-i", "-C", "/var/home/" + a.name,
			"PATH=/usr/local/bin:/usr/bin", "HOME=/home/" + a.name, "USER=" + a.name, "LANG=C.UTF-8", "XDG_RUNTIME_DIR=/run/user/" + a.uid,
			"DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/" + a.uid + "/bus"}, argv...)...)
	}
}

// session starts a desktop's session for an account, waits for what it starts, ends it, and gives
// what had become of the login's service.
func (w *images) session(t *testing.T, a account) map[string]string {
	t.Helper()
	run, was := w.as(a), unit(w.as(a), "bootc-bootstrap.service")["ConditionTimestampMonotonic"]
	if _, errs, err := run("systemctl", "start", "session.target"); err != nil {
		t.Fatalf("%s: no session: %v\n%s", a.name, err, errs)
	}
	var u map[string]string
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		u = unit(run, "bootc-bootstrap.service")
		if u["ConditionTimestampMonotonic"] != was && (u["ActiveState"] == "inactive" || u["ActiveState"] == "failed") {
			break
		}
	}
	if _, errs, err := run("systemctl", "stop", "session.target"); err != nil {
		t.Fatalf("%s: the session does not end: %v\n%s", a.name, err, errs)
	}
	if was == u["ConditionTimestampMonotonic"] {
		t.Fatalf("%s: the session did not ask for the service: %v", a.name, u)
	}
	return u
}

func login(t *testing.T, w *images) {
	w.Exec(t, "sh", "-ec", `useradd -m -d /var/home/bob -u 1001 bob; useradd -r -m -d /var/home/greeter -u 801 greeter
		for n in bob greeter; do mkdir -p /var/home/$n/.config/bkt; chown -R $n: /var/home/$n; : >/var/lib/systemd/linger/$n; done
		systemctl start user@1001.service user@801.service
		: >/var/home/greeter/.config/bkt/consent
		timeout 60 sh -c 'until [ -S /run/user/1001/bus ] && [ -S /run/user/801/bus ]; do sleep 0.2; done'`)
	alice, bob, greeter := account{"alice", "1000"}, account{"bob", "1001"}, account{"greeter", "801"}
	untouched := func(a account, why string) {
		t.Helper()
		u := w.session(t, a)
		if u["ConditionResult"] != "no" || u["ActiveState"] != "inactive" || u["LoadState"] != "loaded" {
			t.Errorf("%s, %s: %v", a.name, why, u)
		}
		if out, _, _ := w.Try("sh", "-c", "ls -d /var/home/"+a.name+"/.local/state/bkt /var/home/"+a.name+"/.local/share/flatpak"); out != "" {
			t.Errorf("%s, %s: something was applied: %s", a.name, why, out)
		}
	}
	untouched(bob, "without consent")
	untouched(alice, "without consent")
	untouched(greeter, "a system account")

	w.User(t, "sh", "-c", "mkdir -p ~/.config/bkt && : >~/.config/bkt/consent")
	if u := w.session(t, alice); u["ConditionResult"] != "yes" || u["Result"] != "success" || u["ExecMainStatus"] != "0" {
		t.Fatalf("alice, with consent: %v\n%s", u, w.Exec(t, "journalctl", "--no-pager", "-b", "-o", "cat", "_UID=1000"))
	}
	same(t, "alice's apps", w.installed(t, "user"), []string{"org.test.World"})
	w.User(t, "test", "-x", ".local/toolbox/shims/podman")
	untouched(bob, "while alice has consented")

	w.Exec(t, "sh", "-c", ": >/var/stand/calls")
	was := unit(w.userctl, "bootc-bootstrap.service")["InvocationID"]
	u := w.session(t, alice)
	if calls := w.asked(t); len(calls) > 0 || u["Result"] != "success" || u["InvocationID"] == was {
		t.Errorf("alice's second login: %v, calls %q", u, calls)
	}
}
