package shim

import (
	"strings"

	"bkt/internal/run"
)

// Where shims are: below a home, below the image's skeleton of homes, and in a distribution.
const (
	shims     = ".local/toolbox/shims"
	bin       = ".local/bin"
	skeleton  = "/etc/skel"
	generated = "generated/shims"
)

// file is a shim's file in a distribution.
func file(name string) string { return generated + "/" + name }

// Script is the whole text of a shim. A home is shared between the host and its containers,
// and ~/.local/bin stands first in PATH on both: the script looks where it is, and never looks
// for the command in the home.
func Script(name, host string) string {
	return strings.NewReplacer("NAME", name, "HOSTCMD", run.Quote([]string{host})).Replace(
		`#!/bin/sh
# NAME: runs on the host when called in a container. Managed by bkt.
[ -e /run/.containerenv ] || { PATH=/usr/bin:/usr/sbin; exec HOSTCMD "$@"; }
[ -n "${CONTAINER_ID-}" ] && command -v distrobox-host-exec >/dev/null && exec distrobox-host-exec HOSTCMD "$@"
exec flatpak-spawn --host /bin/sh -c 'PATH=/usr/bin:/usr/sbin; exec "$@"' sh HOSTCMD "$@"
`)
}

// parse reads a shim back: the command on the host that it calls. ok is false for any text
// but that which Script gives for the name, byte for byte.
func parse(name, text string) (host string, ok bool) {
	_, rest, _ := strings.Cut(text, "; exec ")
	host, _, found := strings.Cut(rest, ` "$@"; }`)
	host = strings.Trim(host, "'") // quoted where it is a word of the shell's own
	return host, found && host != "" && Script(name, host) == text
}
