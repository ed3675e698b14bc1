package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// size looks at the stripped binaries. bkt-apply may be larger than the others.
func size(g *ground) []number {
	entries, err := os.ReadDir(g.bin)
	g.check(err)
	var largest, apply int64
	var name string
	for _, e := range entries {
		fi, err := e.Info()
		g.check(err)
		matched, _ := filepath.Match("bkt-*", e.Name())
		switch {
		case e.Name() == "bkt-apply":
			apply = fi.Size()
		case matched && fi.Size() > largest:
			largest, name = fi.Size(), e.Name()
		}
	}
	binary := func(what, how string, bytes, most int64) number {
		return number{what: what, got: fmt.Sprintf("%.1f MB", float64(bytes)/1e6), limit: fmt.Sprintf("%d MB", most),
			holds: bytes > 0 && bytes <= most*1000*1000, steady: true, how: how}
	}
	return []number{binary("largest binary", name, largest, 6), binary("bkt-apply's binary", "bkt-apply", apply, 9)}
}

// start compares a program that only says its version with one that does nothing.
func start(g *ground) []number {
	g.write("empty/go.mod", "module empty\n\ngo 1.26\n")
	g.write("empty/main.go", "package main\n\nfunc main() {}\n")
	empty := filepath.Join(g.temp, "empty", "empty")
	g.output(&task{argv: []string{"go", "build", "-trimpath", "-ldflags", "-s -w", "-o", empty, "."},
		dir: filepath.Join(g.temp, "empty"), env: append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")})
	got := g.race(max(g.rounds, 15)*10, &task{argv: []string{empty}}, &task{argv: []string{g.program("bkt-drift"), "--version"}})
	return []number{limit("bkt-drift --version / empty program", ratio(got[1], got[0]), 1.5, got[1], got[0])}
}

// limit is a ratio with its limit.
func limit(what string, got, most float64, spans ...span) number {
	how := ""
	for i, s := range spans {
		if i > 0 {
			how += " / "
		}
		how += s.String()
	}
	return number{what: what, got: fmt.Sprintf("%.2f", got), limit: fmt.Sprintf("%g", most), holds: got <= most, how: how}
}

// least is a ratio that should not be below a number.
func least(what string, got, aim float64, spans ...span) number {
	n := limit(what, got, aim, spans...)
	n.limit, n.holds = "at least "+n.limit, got >= aim
	return n
}

// slowest is the span with the longest time.
func slowest(l []span) span {
	return slices.MaxFunc(l, func(a, b span) int { return int(a.wall - b.wall) })
}
