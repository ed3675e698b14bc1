package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bkt/test/real"
)

// noted is how many entries a long journal has.
const noted = 1000

// local looks at bkt-local: how long a list takes, and what watching a command costs.
func local(g *ground) []number {
	return []number{g.list(), g.watching()}
}

// list compares a list of many entries with a start of the program.
func (g *ground) list() number {
	env := append(os.Environ(), "HOME="+filepath.Join(g.temp, "lists"), "XDG_DATA_HOME=")
	g.write("lists/.local/share/bkt/ephemeral.json", journal(g))
	ours := g.program("bkt-local")
	got := g.race(max(g.rounds, 15)*4, &task{argv: []string{ours, "--version"}, env: env}, &task{argv: []string{ours, "list", "--format", "json"}, env: env})
	return limit("bkt-local list, 1,000 entries / --version", ratio(got[1], got[0]), 2, got[1], got[0])
}

// journal is one of this boot, with many entries.
func journal(g *ground) string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	g.check(err)
	var changes []map[string]any
	for n := range noted {
		id := fmt.Sprintf("org.bench.App%04d", n)
		changes = append(changes, map[string]any{"id": fmt.Sprintf("mwsmy6vo-%05d", n), "timestamp": "2031-05-04T12:00:00Z",
			"command": "flatpak install bench " + id, "subsystem": "flatpak", "action": "add", "item": id, "scope": "user",
			"before": nil, "after": map[string]string{"branch": "stable", "remote": "bench"}, "want": nil})
	}
	b, err := json.MarshalIndent(map[string]any{"boot_id": strings.TrimSpace(string(boot)), "created_at": "2031-05-04T12:00:00Z", "changes": changes}, "", "  ")
	g.check(err)
	return string(b)
}

// shim is one as bkt writes it, $1 its name.
const shim = `mkdir -p "$HOME/.local/bin" "$HOME/.local/toolbox/shims"
cat >"$HOME/.local/toolbox/shims/$1" <<END
#!/bin/sh
# $1: runs on the host when called in a container. Managed by bkt.
[ -e /run/.containerenv ] || { PATH=/usr/bin:/usr/sbin; exec podman "\$@"; }
[ -n "\${CONTAINER_ID-}" ] && command -v distrobox-host-exec >/dev/null && exec distrobox-host-exec podman "\$@"
exec flatpak-spawn --host /bin/sh -c 'PATH=/usr/bin:/usr/sbin; exec "\$@"' sh podman "\$@"
END
chmod +x "$HOME/.local/toolbox/shims/$1"
ln -s "../toolbox/shims/$1" "$HOME/.local/bin/$1"
`

// watching compares a command that changes something and is watched with two looks at the same
// subsystems and the command alone.
func (g *ground) watching() number {
	real.Need(g, "flatpak", "sh")
	machine := g.machine()
	home := func(name string) []string {
		g.check(os.MkdirAll(filepath.Join(g.temp, name), 0o755))
		return append(append([]string{}, machine...), "HOME="+filepath.Join(g.temp, name), "XDG_DATA_HOME=")
	}
	const looks = "flatpak,shim"
	watched, alone := home("watched"), home("alone")
	change := func(n int) []string { return []string{"sh", "-c", shim, "sh", fmt.Sprintf("tool%d", n)} }
	got := g.race(g.rounds,
		&task{each: func(n int) *task {
			return &task{argv: append([]string{g.program("bkt-local"), "run", "--subsystem", looks, "--"}, change(n)...), dir: g.temp, env: watched}
		}},
		&task{argv: []string{g.program("bkt-capture"), "--only", looks, "--format", "json"}, dir: g.temp, env: alone},
		&task{each: func(n int) *task { return &task{argv: change(n), dir: g.temp, env: alone} }})
	list := g.output(&task{argv: []string{g.program("bkt-local"), "list", "--format", "json"}, dir: g.temp, env: watched})
	if n := strings.Count(list, `"action": "add"`); n != g.rounds+1 {
		g.Fatalf("%d of %d changes were noted", n, g.rounds+1)
	}
	const most = 10 * time.Millisecond
	more := got[0].wall - 2*got[1].wall - got[2].wall
	return number{what: "a changing verb through bkt-local run / two captures of its subsystem alone + the command",
		got: fmt.Sprintf("%.1f ms more", float64(more.Microseconds())/1e3), limit: "10 ms more", holds: more <= most,
		how: fmt.Sprintf("%s / 2 × %s + %s", got[0], got[1], got[2])}
}
