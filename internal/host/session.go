package host

import (
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
)

// SessionBus says whether the user's session bus answers: the one that $DBUS_SESSION_BUS_ADDRESS
// names, else the one in $XDG_RUNTIME_DIR, as GLib looks for it. A socket that nobody listens at
// is none. Nothing is sent.
func (h *Host) SessionBus() bool {
	address := h.Env["DBUS_SESSION_BUS_ADDRESS"]
	if address == "" {
		run := h.Env["XDG_RUNTIME_DIR"]
		return filepath.IsAbs(run) && listens(filepath.Join(run, "bus"))
	}
	for _, one := range strings.Split(address, ";") {
		if h.answers(one) {
			return true
		}
	}
	return false
}

// answers tries one address of the D-Bus specification, `unix:path=/run/user/1000/bus,guid=…`. Of
// a transport that cannot be tried it is assumed.
func (h *Host) answers(address string) bool {
	transport, rest, _ := strings.Cut(address, ":")
	switch transport {
	case "unix":
	case "tcp", "nonce-tcp", "unixexec", "launchd":
		return true
	default:
		return false
	}
	for _, pair := range strings.Split(rest, ",") {
		key, value, _ := strings.Cut(pair, "=")
		value, err := url.PathUnescape(value)
		switch {
		case err != nil || value == "":
		case key == "path":
			return listens(value)
		case key == "abstract":
			return listens("@" + value)
		case key == "runtime" && value == "yes":
			return listens(filepath.Join(h.Env["XDG_RUNTIME_DIR"], "bus"))
		}
	}
	return false
}

// listens says whether somebody accepts connections at a local socket; @ begins an abstract one.
func listens(socket string) bool {
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer syscall.Close(fd)
	err = syscall.Connect(fd, &syscall.SockaddrUnix{Name: socket})
	return err == nil || err == syscall.EAGAIN
}
