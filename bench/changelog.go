package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"bkt/test/real"
)

// released is how many entries a long changelog has, none of whose steps is done.
const released = 1000

// steps looks at what a long changelog adds to bkt-drift.
func steps(g *ground) []number {
	real.Need(g, "git")
	env := real.Env(g.TempDir(), "GIT_AUTHOR_NAME=bench", "GIT_AUTHOR_EMAIL=bench@example.org", "GIT_COMMITTER_NAME=bench", "GIT_COMMITTER_EMAIL=bench@example.org")
	dist, root := filepath.Join(g.temp, "steps"), filepath.Join(g.temp, "released")
	g.distribution(dist, "https://example.org/bench/dist.git", env)
	for n := range released {
		id := fmt.Sprintf("karg-bench-%04d-%08x", n, n)
		b, err := json.MarshalIndent(map[string]any{"id": id, "summary": fmt.Sprintf("kernel argument bench=%d: no image takes it away", n),
			"steps": []map[string]string{{"id": id + "-1", "text": fmt.Sprintf("kernel argument bench=%d: `bkt apply` takes it away; then reboot", n)}}}, "", "  ")
		g.check(err)
		g.write("released/usr/share/bkt/changelog/"+id+".json", string(b)+"\n")
	}
	look := func(more ...string) *task {
		return &task{argv: append([]string{g.program("bkt-drift"), "--repo", dist, "--root", root, "--only", "shim", "--format", "json"}, more...), dir: g.temp, env: env}
	}
	if n := strings.Count(g.output(look()), `"text": `); n != released {
		g.Fatalf("%d of %d steps are told", n, released)
	}
	got := g.race(max(g.rounds, 15), look(), look("--no-changelog"))
	const most = 50 * time.Millisecond
	more := got[0].wall - got[1].wall
	return []number{{what: "bkt-drift, a changelog of 1,000 entries / --no-changelog",
		got: fmt.Sprintf("%.1f ms more", float64(more.Microseconds())/1e3), limit: "50 ms more", holds: more <= most,
		how: fmt.Sprintf("%s / %s", got[0], got[1])}}
}
