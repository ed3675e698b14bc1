package flatpakrepo

import (
	"os"
	"path/filepath"
	"strings"

	"bkt/test/real"
)

// Home is one machine's Flatpak, in a folder of the test: a user and a system
// installation, with nothing in them and nothing of the host's.
type Home struct {
	Dir string   // HOME
	Env []string // whole; a program under test gets it too
}

// NewHome makes an empty one. For an ordinary user it also starts a private
// system bus, without which flatpak installs no app (it asks the account
// service, and an absent one is good enough).
func NewHome(t real.T) *Home {
	t.Helper()
	dir := t.TempDir()
	h := &Home{Dir: filepath.Join(dir, "home")}
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, d := range []string{h.Dir, at("xdg"), at("etc"), at("user"), at("sys")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatalf("%v", err)
		}
	}
	h.Env = real.Env(h.Dir,
		"FLATPAK_USER_DIR="+at("user"),
		"FLATPAK_SYSTEM_DIR="+at("sys"),
		"FLATPAK_CONFIG_DIR="+at("etc"),
		"FLATPAK_RUN_DIR="+at("run"),
		"FLATPAK_SYSTEM_CACHE_DIR="+at("cache"),
		"XDG_RUNTIME_DIR="+at("xdg"),
		"XDG_DATA_DIRS=/usr/local/share:/usr/share",
	)
	if os.Geteuid() != 0 {
		h.Env = append(h.Env, "DBUS_SYSTEM_BUS_ADDRESS="+startBus(t))
	}
	// An ordinary user cannot list a system installation that is not there yet.
	h.Flatpak(t, "remotes", "--system")
	return h
}

// Flatpak runs flatpak and returns what it printed. What touches the system
// installation is run as root (of a user namespace, for an ordinary user).
func (h *Home) Flatpak(t real.T, args ...string) string {
	t.Helper()
	argv := append([]string{"flatpak"}, args...)
	if strings.Contains(" "+strings.Join(args, " ")+" ", " --system ") {
		argv = real.AsRoot(argv...)
	}
	return real.Output(t, h.Dir, h.Env, argv...)
}

// AddRemote adds a remote without signatures to a scope, "user" or "system".
func (h *Home) AddRemote(t real.T, scope, name, url string) {
	t.Helper()
	h.Flatpak(t, "remote-add", "--"+scope, "--no-gpg-verify", name, url)
}

// AddRepoFile adds the remote that a .flatpakrepo describes.
func (h *Home) AddRepoFile(t real.T, scope, name, path string) {
	t.Helper()
	h.Flatpak(t, "remote-add", "--"+scope, "--from", name, path)
}

// Install installs an app's stable branch, by id or whole ref.
func (h *Home) Install(t real.T, scope, remote, ref string) {
	t.Helper()
	h.Flatpak(t, "install", "--"+scope, "-y", "--noninteractive", remote, ref)
}

// InstallBundle installs a single-file bundle; its origin is then the last
// part of its id in lower case, with -origin behind it.
func (h *Home) InstallBundle(t real.T, scope, path string) {
	t.Helper()
	h.Flatpak(t, "install", "--"+scope, "-y", "--noninteractive", "--bundle", path)
}
