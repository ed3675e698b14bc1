package machine

import (
	"strconv"
	"strings"

	"bkt/test/real"
)

// Exec runs a command in the machine as root and returns what it printed.
func (m *Machine) Exec(t real.T, argv ...string) string {
	t.Helper()
	out, errs, err := m.Try(argv...)
	if err != nil {
		t.Fatalf("in the machine: %s: %v\n%s%s", strings.Join(argv, " "), err, out, errs)
	}
	return out
}

// User runs a command in the machine as alice, in her session.
func (m *Machine) User(t real.T, argv ...string) string {
	t.Helper()
	out, errs, err := m.TryUser(argv...)
	if err != nil {
		t.Fatalf("in the machine, as alice: %s: %v\n%s%s", strings.Join(argv, " "), err, out, errs)
	}
	return out
}

// Try is Exec for a command that may fail.
func (m *Machine) Try(argv ...string) (stdout, stderr string, err error) {
	return m.run([]string{"env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
		"HOME=/root", "USER=root", "LANG=C.UTF-8"}, argv)
}

// TryUser is User for a command that may fail.
func (m *Machine) TryUser(argv ...string) (stdout, stderr string, err error) {
	return m.run([]string{"setpriv", "--reuid=1000", "--regid=1000", "--init-groups",
		"env", "-i", "-C", "/home/alice", "PATH=/usr/local/bin:/usr/bin", "HOME=/home/alice", "USER=alice", "LANG=C.UTF-8",
		"XDG_RUNTIME_DIR=/run/user/1000", "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus"}, argv)
}

func (m *Machine) run(as, argv []string) (stdout, stderr string, err error) {
	line := append([]string{"nsenter", "-t", strconv.Itoa(m.leader), "-a", "--"}, as...)
	env := []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	return real.Try("", env, append(line, argv...)...)
}

// AddRepo makes a folder of the machine known to its dnf as a repository.
func (m *Machine) AddRepo(t real.T, id, dir string) {
	t.Helper()
	m.Exec(t, "sh", "-ec", `mkdir -p /etc/yum.repos.d
		printf '[%s]\nname=%s\nbaseurl=file://%s\nenabled=1\ngpgcheck=0\n' "$1" "$1" "$2" >"/etc/yum.repos.d/$1.repo"`, "sh", id, dir)
}
