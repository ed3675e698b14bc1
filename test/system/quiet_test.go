//go:build system

package system

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// everything lists all that a program could have written to, with its size and
// times: every file system of the machine but the kernel's own. Left out are
// what systemd itself keeps writing, and the second names that a deployment's
// files have below /sysroot.
const everything = `find / /usr /var /boot /sysroot /tmp /run /run/user/1000 /dev/shm -xdev \
	\( -path /run/systemd -o -path '*/log/journal' -o -path /run/udev -o -path /proc -o -path /sys -o \
	-path /sysroot/ostree/deploy -o -path /sysroot/ostree/repo/objects \) -prune -o \
	-printf '%p %y %m %u %s %T@ %C@\n' 2>/dev/null`

// theirs are traces that the tools leave of themselves, however they are
// called: dnf5's log, SQLite's locks beside a database that is only read (and
// made where /usr is open), Flatpak's empty cache folder; dconf's mark in the session's
// runtime folder, and the bus that it wakes; and of the stand-in, ostree's look for a
// place to work in.
var theirs = regexp.MustCompile(`^(` + strings.Join([]string{
	`/home/alice/\.cache( |/flatpak( |/system-cache ))`,
	`(/var)?/home/alice/\.local( |/state( |/dnf5\.log ))`,
	`/var/log/dnf5\.log `,
	`(/run/live/upper/|/usr/).*/rpmdb\.sqlite-(shm|wal) `,
	`(/run/live/upper/|/usr/)lib/sysimage( |/rpm-ostree-base-db )`,
	`/run/live/work/work `,
	`/sysroot/tmp `,
	`/run/user/1000( |/dconf( |/user )|/dbus-1( |/services )|/systemd/units( |/invocation:dbus\.service ))`,
}, "|") + `)`)

func (w *world) list(t *testing.T) []string {
	t.Helper()
	list := strings.Split(strings.TrimSpace(w.Exec(t, "sh", "-c", everything+" || :")), "\n")
	if len(list) < 5000 {
		t.Fatalf("only %d files in the machine", len(list))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// without are the lines of a that b has not, but for the tools' own.
func without(a, b []string) []string {
	var out []string
	for _, line := range a {
		if _, found := slices.BinarySearch(b, line); !found && !theirs.MatchString(line) {
			out = append(out, line)
		}
	}
	return out
}

// writesNothing runs the readers as root and as alice, and looks for a trace of
// them anywhere in the machine.
func (w *world) writesNothing(t *testing.T) {
	t.Helper()
	before := w.list(t)
	w.User(t, "bkt-capture")
	w.Exec(t, "bkt-capture")
	w.User(t, "bkt-drift")
	w.User(t, "bash", "-euo", "pipefail", "-c", "bkt-capture | bkt-cfgen")
	after := w.list(t)
	if now, was := without(after, before), without(before, after); len(now)+len(was) > 0 {
		t.Errorf("the readers leave traces:\nnow %s\nwas %s", strings.Join(now, "\nnow "), strings.Join(was, "\nwas "))
	}
	// That such a trace would be seen.
	w.User(t, "touch", "trace")
	seen := without(w.list(t), after)
	w.User(t, "rm", "trace")
	if !slices.ContainsFunc(seen, func(line string) bool { return strings.Contains(line, "/home/alice/trace ") }) {
		t.Errorf("a new file is not seen: %q", seen)
	}
}
