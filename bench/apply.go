package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
)

// shims is how many commands of the host the distribution names.
const shims = 10

// applying measures bkt-apply where there is nothing to do, beside bkt-capture and Ansible, and
// counts what it starts where there is.
func applying(g *ground) []number {
	real.Need(g, "git", "flatpak", "ansible-playbook")
	env := append(g.machine(), "XDG_STATE_HOME="+filepath.Join(g.temp, "state"), "BKT_STATE_DIR="+filepath.Join(g.temp, "system"),
		"GIT_AUTHOR_NAME=bench", "GIT_AUTHOR_EMAIL=bench@example.org", "GIT_COMMITTER_NAME=bench", "GIT_COMMITTER_EMAIL=bench@example.org")
	dist := g.applied(env)
	run := func(program, only string, more ...string) *task {
		argv := append([]string{g.program(program), "--only", only, "--format", "json"}, more...)
		return &task{argv: argv, dir: dist, env: env}
	}
	const whole, both = "flatpak-remote,dnf,flatpak,shim", "flatpak,shim"
	capture := run("bkt-capture", whole)
	apply := run("bkt-apply", whole, "--yes", "--scope", "all")
	some, drift := run("bkt-apply", both, "--yes", "--scope", "all"), run("bkt-drift", both)
	playbook := g.playbook(env)
	for _, t := range []*task{apply, some} {
		g.idle(t)
	}
	started, most := g.processes(apply)
	got := g.race(g.rounds, capture, apply)
	theirs := g.race(max(g.rounds/3, 3), playbook, some, drift)
	return append([]number{
		limit("bkt-apply, nothing to do / bkt-capture", ratio(got[1], got[0]), 1.2, got[1], got[0]),
		{what: "bkt-apply, nothing to do, processes per tool and scope", got: fmt.Sprintf("%g", most), limit: "1", holds: most <= 1, steady: true, how: started},
		least("ansible-playbook --check / bkt-apply, nothing to do", ratio(theirs[0], theirs[1]), 20, theirs[0], theirs[1]),
		least("ansible-playbook --check / bkt-drift", ratio(theirs[0], theirs[2]), 20, theirs[0], theirs[2]),
	}, g.missing()...)
}

// applied makes a distribution with all that the machine has and some shims, and applies it.
func (g *ground) applied(env []string) string {
	dist := filepath.Join(g.temp, "applied")
	g.distribution(dist, "https://example.org/bench/dist.git", env)
	state := &task{argv: []string{g.program("bkt-capture"), "--only", "flatpak-remote,dnf,flatpak"}, dir: dist, env: env}
	in := g.write("applied-state.json", g.output(state))
	g.output(&task{argv: []string{g.program("bkt-cfgen"), "--write"}, dir: dist, env: env, stdin: in})
	var names []string
	for n := range shims {
		names = append(names, fmt.Sprintf(`{"name": "bench-%d"}`, n))
	}
	g.check(os.WriteFile(filepath.Join(dist, "manifests", "host-shims.json"), []byte(`{"shims": [`+strings.Join(names, ", ")+"]}\n"), 0o644))
	g.output(&task{argv: []string{g.program("bkt-cfgen"), "--sync", "--write"}, dir: dist, env: env})
	g.git(dist, env, "add", "-A")
	g.git(dist, env, "commit", "-q", "-m", "what the machine has")
	g.output(&task{argv: []string{g.program("bkt-apply"), "--yes", "--scope", "all", "--only", "flatpak-remote,dnf,flatpak,shim"}, dir: dist, env: env})
	return dist
}

// idle fails where a run of bkt-apply has something to do.
func (g *ground) idle(t *task) {
	var report struct{ Steps []any }
	g.check(json.Unmarshal([]byte(g.output(t)), &report))
	if len(report.Steps) > 0 {
		g.Fatalf("bkt-apply has %d things to do where there should be none", len(report.Steps))
	}
}

// missing counts flatpak's processes where sixty apps are missing, and where one of them is
// gone from the remote.
func (g *ground) missing() []number {
	var list []flatpakrepo.App
	for n := range apps {
		list = append(list, flatpakrepo.App{ID: fmt.Sprintf("org.bench.App%03d", n)})
	}
	repo := flatpakrepo.Build(g, g.TempDir(), "Missing", list...)
	whole, how := g.installs(repo, apps)
	gone, howGone := g.installs(repo, apps+1)
	return []number{
		{what: "60 missing apps, processes of flatpak", got: fmt.Sprint(whole), limit: "1", holds: whole == 1, steady: true, how: how},
		{what: "the same with one more that is gone", got: fmt.Sprint(gone), limit: "3", holds: gone <= 3, steady: true, how: howGone},
	}
}

// installs brings so many apps of a repository to a new user's installation, and counts the
// processes of flatpak that do more than look at what is here.
func (g *ground) installs(repo *flatpakrepo.Repo, most int) (n int, how string) {
	home := flatpakrepo.NewHome(g)
	home.AddRemote(g, "user", "bench", repo.URL())
	dir := g.TempDir()
	path := "PATH=" + dir + ":" + os.Getenv("PATH")
	tool, err := exec.LookPath("flatpak")
	g.check(err)
	real.Write(g, dir+"/flatpak", "#!/bin/sh\necho \"$1\" >>"+dir+"/calls\nexec "+tool+" \"$@\"\n", 0o755)
	env := append(slices.Clone(home.Env), path, "BKT_STATE_DIR="+dir+"/system", "XDG_STATE_HOME="+dir+"/state")
	dist := filepath.Join(dir, "dist")
	var entries []string
	for n := range most {
		entries = append(entries, fmt.Sprintf(`{"id": "org.bench.App%03d", "remote": "bench", "scope": "user"}`, n))
	}
	real.Write(g, dist+"/manifests/flatpak-apps.json", `{"apps": [`+strings.Join(entries, ", ")+"]}\n", 0o644)
	real.Write(g, dist+"/repo.json", `{"owner": "b", "name": "d", "url": "https://example.org/b/d", "default_branch": "main"}`+"\n", 0o644)
	t := &task{argv: []string{g.program("bkt-apply"), "--yes", "--scope", "user", "--only", "flatpak", "--format", "json", "--repo", dist}, dir: dist, env: env}
	g.brings(t, apps, most-apps)
	b, err := os.ReadFile(dir + "/calls")
	g.check(err)
	var did []string
	for _, verb := range strings.Fields(string(b)) {
		if verb != "list" && verb != "remotes" {
			did = append(did, verb)
		}
	}
	return len(did), strings.Join(did, ", ")
}

// brings runs bkt-apply, of which so many steps must be done and so many fail.
func (g *ground) brings(t *task, done, failed int) {
	c := t.command()
	var text, errs strings.Builder
	c.Stdout, c.Stderr = &text, &errs
	if err := c.Run(); err != nil && c.ProcessState.ExitCode() != 3 {
		g.Fatalf("%s: %v\n%s", strings.Join(t.argv, " "), err, errs.String())
	}
	var out struct{ Counts struct{ Done, Failed int } }
	g.check(json.Unmarshal([]byte(text.String()), &out))
	if out.Counts.Done != done || out.Counts.Failed != failed {
		g.Fatalf("bkt-apply did %d of %d, and %d failed\n%s", out.Counts.Done, done, out.Counts.Failed, errs.String())
	}
}
