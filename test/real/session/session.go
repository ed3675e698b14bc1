// Package session is a user's desktop session for the suites that drive real gsettings and dconf: a home of its own, a
// session bus, and what an image brings: schemas, defaults and locks.
package session

import (
	"bufio"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"bkt/test/real"
)

// Session is one user's session.
type Session struct {
	Home string // the user's home
	Data string // the image's folder of data, before /usr/share
	Vars map[string]string

	dir string
}

// Start gives a session whose bus runs until the test ends. The bus starts dconf's service with its own environment,
// so that nothing reaches the home of whoever runs the test.
func Start(t real.T) *Session {
	t.Helper()
	real.Need(t, "dbus-daemon", "dconf", "gsettings", "glib-compile-schemas")
	dir, err := os.MkdirTemp("", "session-") // a socket's path must stay under 108 bytes
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &Session{Home: dir + "/home", Data: dir + "/data", dir: dir, Vars: map[string]string{}}
	real.Write(t, s.profile(), "user-db:user\nfile-db:"+s.database()+"\n", 0o644)
	real.Write(t, s.database()+".d/00-image", "", 0o644)
	for _, d := range []string{s.Home, dir + "/run", s.Data + "/glib-2.0/schemas"} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatalf("%v", err)
		}
	}
	for _, pair := range real.Env(s.Home,
		"XDG_CONFIG_HOME="+s.Home+"/.config", "XDG_DATA_HOME="+s.Home+"/.local/share", "XDG_CACHE_HOME="+s.Home+"/.cache",
		"XDG_RUNTIME_DIR="+dir+"/run", "XDG_DATA_DIRS="+s.Data+":/usr/share", "DCONF_PROFILE="+s.profile(),
	) {
		key, value, _ := strings.Cut(pair, "=")
		s.Vars[key] = value
	}
	s.Image(t, "")
	s.Vars["DBUS_SESSION_BUS_ADDRESS"] = s.bus(t)
	return s
}

func (s *Session) profile() string { return s.dir + "/profile" }

func (s *Session) database() string { return s.dir + "/db/local" }

// bus starts the session's bus and gives its address.
func (s *Session) bus(t real.T) string {
	t.Helper()
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=unix:path="+s.dir+"/run/bus", "--print-address=1")
	cmd.Env = s.Env()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("dbus-daemon: %v", err)
	}
	return strings.TrimSpace(address)
}

// Env is the session's whole environment.
func (s *Session) Env() []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(s.Vars)) {
		out = append(out, k+"="+s.Vars[k])
	}
	return out
}

// Image gives the image its own defaults, a keyfile as in /etc/dconf/db/local.d, and locks these paths.
func (s *Session) Image(t real.T, keyfile string, locks ...string) {
	t.Helper()
	real.Write(t, s.database()+".d/00-image", keyfile, 0o644)
	real.Write(t, s.database()+".d/locks/image", strings.Join(locks, "\n")+"\n", 0o644)
	real.Output(t, s.dir, s.Env(), "dconf", "compile", s.database(), s.database()+".d")
}

// Schema gives the image a schema, as the text within <schemalist>.
func (s *Session) Schema(t real.T, name, text string) {
	t.Helper()
	CompileSchema(t, filepath.Join(s.Data, "glib-2.0/schemas"), name, text)
}

// CompileSchema writes a schema into a folder, and compiles all that are there.
func CompileSchema(t real.T, dir, name, text string) {
	t.Helper()
	real.Write(t, filepath.Join(dir, name+".gschema.xml"), "<schemalist>"+text+"</schemalist>\n", 0o644)
	real.Output(t, dir, real.Env(dir), "glib-compile-schemas", dir)
}

// Run runs a program of the session, and gives what it prints, trimmed.
func (s *Session) Run(t real.T, argv ...string) string {
	t.Helper()
	return strings.TrimSpace(real.Output(t, s.Home, s.Env(), argv...))
}
