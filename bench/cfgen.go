package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"bkt/test/real"
)

// cfgen compares the generator with jq, which reads and prints the same document, and with
// itself on a tenth of it.
func cfgen(g *ground) []number {
	real.Need(g, "git", "jq")
	env := real.Env(g.TempDir(), "GIT_AUTHOR_NAME=bench", "GIT_AUTHOR_EMAIL=bench@example.org", "GIT_COMMITTER_NAME=bench", "GIT_COMMITTER_EMAIL=bench@example.org")
	dist := filepath.Join(g.temp, "dist")
	g.distribution(dist, "https://example.org/bench/dist.git", env)
	run := func(items int) *task {
		return &task{argv: []string{g.program("bkt-cfgen"), "--repo", dist}, env: env, stdin: g.write(fmt.Sprintf("state-%d.json", items), state(items))}
	}
	large, small := run(10_000), run(1_000)
	got := g.race(g.rounds, &task{argv: []string{"jq", "."}, stdin: large.stdin}, large, small)
	return []number{
		limit("bkt-cfgen, 10,000 items / jq .", ratio(got[1], got[0]), 1, got[1], got[0]),
		limit("bkt-cfgen, 10,000 / 1,000 items", ratio(got[1], got[2]), 12, got[1], got[2]),
	}
}

// distribution makes a git repository with manifests and a Containerfile.
func (g *ground) distribution(dir, url string, env []string) {
	g.check(os.MkdirAll(filepath.Join(dir, "manifests"), 0o755))
	for name, text := range map[string]string{
		"Containerfile": "FROM quay.io/fedora/fedora-silverblue:42\n\nRUN bootc container lint\n",
		"repo.json":     fmt.Sprintf("{\n  \"owner\": \"bench\",\n  \"name\": \"dist\",\n  \"url\": \"%s\",\n  \"default_branch\": \"main\"\n}\n", url),
	} {
		g.check(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	g.git(dir, env, "init", "-q", "-b", "main")
	g.output(&task{argv: []string{g.program("bkt-cfgen"), "--repo", dir, "--init", "--write"}, dir: dir, env: env})
	g.git(dir, env, "add", "-A")
	g.git(dir, env, "commit", "-q", "-m", "a distribution")
}

func (g *ground) git(dir string, env []string, args ...string) string {
	return strings.TrimSpace(g.output(&task{argv: append([]string{"git"}, args...), dir: dir, env: env}))
}

// state is a machine with so many things that no manifest has, half of them packages.
func state(items int) string {
	var b strings.Builder
	b.WriteString("{\n  \"kind\": \"bkt.state/v1\",\n  \"host\": {\n    \"hostname\": \"bench\"\n  },\n  \"items\": [")
	comma := ""
	item := func(text string) {
		b.WriteString(comma + "\n" + text)
		comma = ","
	}
	for n := range items / 2 {
		item(fmt.Sprintf("    {\n      \"subsystem\": \"dnf\",\n      \"id\": \"pkg-%05d\",\n      \"attrs\": {\n        \"mode\": \"install\"\n      }\n    }", n))
	}
	for n := range items / 2 {
		scope := "system"
		if n >= items/4 {
			scope = "user"
		}
		item(fmt.Sprintf("    {\n      \"subsystem\": \"flatpak\",\n      \"id\": \"org.example.App%05d\",\n      \"scope\": \"%s\",\n      \"attrs\": {\n        \"branch\": \"stable\",\n        \"remote\": \"flathub\"\n      }\n    }", n, scope))
	}
	fmt.Fprintf(&b, "\n  ],\n  \"unmanaged\": [],\n  \"subsystems\": {\n    \"dnf\": {\n      \"status\": \"ok\",\n      \"count\": %d\n    },\n    \"flatpak\": {\n      \"status\": \"ok\",\n      \"count\": %[1]d\n    }\n  }\n}\n", items/2)
	return b.String()
}
