package main

import (
	"fmt"
	"os"
	"path/filepath"

	"bkt/test/real"
)

// pr compares bkt-pr, which adds a commit to its branch in a bare repository, with a git push
// that adds the same content. The mirror and both branches are there already.
func pr(g *ground) []number {
	real.Need(g, "git")
	env := real.Env(g.TempDir(), "GIT_AUTHOR_NAME=bench", "GIT_AUTHOR_EMAIL=bench@example.org", "GIT_COMMITTER_NAME=bench", "GIT_COMMITTER_EMAIL=bench@example.org")
	remote, dist, plain := filepath.Join(g.temp, "remote.git"), filepath.Join(g.temp, "pr"), filepath.Join(g.temp, "plain")
	url := "file://" + remote
	g.git(g.temp, env, "init", "-q", "--bare", "-b", "main", remote)
	g.distribution(dist, url, env)
	g.git(dist, env, "push", "-q", url, "main")
	g.git(g.temp, env, "clone", "-q", url, plain)
	ours := func(n int) *task {
		document := g.write("change.json", change(n))
		files := g.output(&task{argv: []string{g.program("bkt-cfgen"), "--repo", dist}, env: env, stdin: document})
		return &task{argv: []string{g.program("bkt-pr"), "--repo", dist}, dir: dist, env: env, stdin: g.write("files.json", files)}
	}
	theirs := func(n int) *task {
		g.output(&task{argv: []string{g.program("bkt-cfgen"), "--repo", plain, "--write"}, env: env, stdin: g.write("change.json", change(n))})
		g.git(plain, env, "commit", "-q", "-a", "-m", "a package")
		return &task{argv: []string{"git", "push", "-q", url, "HEAD:refs/heads/plain"}, dir: plain, env: env}
	}
	got := g.race(g.rounds, &task{each: theirs}, &task{each: ours})
	branches := g.git(remote, env, "for-each-ref", "--format=%(refname)", "refs/heads/bkt")
	if branches == "" {
		g.Fatalf("bkt-pr pushed nothing")
	}
	fmt.Fprintln(os.Stderr, "bench: pushed to", branches)
	return []number{limit("bkt-pr / git push", ratio(got[1], got[0]), 3, got[1], got[0])}
}

// change is one more package.
func change(n int) string {
	return fmt.Sprintf(`{"kind": "bkt.changes/v1", "host": {"hostname": "bench"}, "subsystems": {}, "changes": [`+
		`{"action": "add", "subsystem": "dnf", "id": "bench-%04d", "want": null, "have": {"mode": "install"}}]}`, n)
}
