package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
	"bkt/test/real/rpmrepo"
)

const apps, packages = 60, 2000

// capture compares bkt-capture with the slowest of the tools that it runs, on a machine with
// 60 apps and 2,000 packages.
func capture(g *ground) []number {
	real.Need(g, "flatpak", "ostree", "rpmbuild", "createrepo_c", "dnf", "rpm", "strace", "bash")
	env := g.machine()
	ours := &task{argv: []string{g.program("bkt-capture"), "--format", "json"}, dir: g.temp, env: env}
	tools := g.tools(ours)
	got := g.race(g.rounds, append([]*task{ours, together(tools)}, tools...)...)
	slow := slowest(got[2:])
	peak := g.peak(ours)
	started, most := g.processes(ours)
	return []number{
		limit("bkt-capture / its slowest tool", ratio(got[0], slow), 1.15, got[0], slow),
		{what: "bkt-capture / its tools at once, from a shell", got: fmt.Sprintf("%.2f", ratio(got[0], got[1])), limit: "none", holds: true,
			how: got[0].String() + " / " + got[1].String()},
		{what: "bkt-capture, peak memory", got: fmt.Sprintf("%.1f MB", float64(peak)/1e6), limit: "30 MB", holds: peak <= 30e6, steady: true,
			how: fmt.Sprintf("its own pages, without the tools', of %d runs", g.rounds)},
		{what: "bkt-capture, processes per tool and scope", got: fmt.Sprintf("%g", most), limit: "1", holds: most <= 1, steady: true, how: started},
	}
}

// machine gives the environment of a machine with many things on it, and makes it where it is
// not yet there.
func (g *ground) machine() []string {
	stage := filepath.Join(g.keep, "machine")
	note := filepath.Join(stage, "env")
	if b, err := os.ReadFile(note); err == nil {
		return strings.Split(string(b), "\n")
	}
	g.Logf("making a machine with %d apps and %d packages", apps, packages)
	g.check(os.RemoveAll(stage))
	g.check(os.MkdirAll(stage, 0o755))
	g.into = stage
	defer func() { g.into = "" }()

	var list []flatpakrepo.App
	for n := range apps {
		list = append(list, flatpakrepo.App{ID: fmt.Sprintf("org.bench.App%03d", n)})
	}
	repo := flatpakrepo.Build(g, g.TempDir(), "Bench", list...)
	home := flatpakrepo.NewHome(g)
	for _, scope := range []string{"system", "user"} {
		home.AddRemote(g, scope, "bench", repo.URL())
	}
	args := map[string][]string{}
	for n, a := range list {
		scope := []string{"system", "user"}[n%2]
		args[scope] = append(args[scope], repo.Ref(a.ID))
	}
	for scope, refs := range args {
		home.Flatpak(g, append([]string{"install", "--" + scope, "-y", "--noninteractive", "bench"}, refs...)...)
	}

	root := rpmrepo.NewRoot(g)
	for part := range 8 { // rpmbuild takes more than its share of time for a spec file that is long
		rpms := make([]rpmrepo.Package, packages/8)
		for n := range rpms {
			rpms[n] = rpmrepo.Package{Name: fmt.Sprintf("bench-%d%03d", part, n)}
		}
		id := fmt.Sprintf("bench%d", part)
		root.AddRepo(g, id+".repo", id, rpmrepo.Build(g, g.TempDir(), rpms...))
	}
	root.DNF(g, "install", "bench-*")
	env := append(slices.Clone(home.Env), "PATH="+root.Wrappers(g)+":"+os.Getenv("PATH"))
	g.check(os.WriteFile(note, []byte(strings.Join(env, "\n")), 0o644))
	return env
}

// tools are the commands that a program says it runs, each as a task of its own.
func (g *ground) tools(t *task) (out []*task) {
	c := t.command()
	c.Args = append(c.Args, "--verbose")
	var errs bytes.Buffer
	c.Stderr = &errs
	if err := c.Run(); err != nil {
		g.Fatalf("%s: %v\n%s", strings.Join(t.argv, " "), err, errs.String())
	}
	for line := range strings.Lines(errs.String()) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "+ ")
		if !ok || strings.HasPrefix(command, "rpm-ostree ") { // not on this machine
			continue
		}
		g.Logf("runs %s", command)
		out = append(out, &task{argv: []string{"bash", "-c", "exec " + command}, dir: t.dir, env: append(slices.Clone(t.env), "LC_ALL=C")})
	}
	if len(out) < 3 {
		g.Fatalf("bkt-capture ran no more than %d tools:\n%s", len(out), errs.String())
	}
	return out
}

// together is a shell that starts the tools at once, and waits for them: no program that asks them
// all can be faster, since they take the processors from each other.
func together(tools []*task) *task {
	var b strings.Builder
	for _, t := range tools {
		fmt.Fprintf(&b, "(%s) >/dev/null &\n", t.argv[len(t.argv)-1])
	}
	all := *tools[0]
	all.argv = []string{"bash", "-c", b.String() + "wait"}
	return &all
}

// peak is the largest memory of a program's own, in bytes; what wait gives is its children's, too.
func (g *ground) peak(t *task) (most int64) {
	for range g.rounds {
		c := t.command()
		g.check(c.Start())
		done := make(chan error, 1)
		go func() { done <- c.Wait() }()
		for running := true; running; {
			select {
			case err := <-done:
				g.check(err)
				running = false
			case <-time.After(500 * time.Microsecond):
				most = max(most, highWater(c.Process.Pid))
			}
		}
	}
	return most
}

// highWater is VmHWM of /proc/PID/status, in bytes.
func highWater(pid int) int64 {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	var kib int64
	fmt.Sscan(rest, &kib)
	return kib << 10
}

// scopes is how many scopes a tool has, if more than one.
var scopes = map[string]int{"flatpak": 2}

// processes says how often a program starts each tool; most is the largest number per scope.
func (g *ground) processes(t *task) (started string, most float64) {
	log := filepath.Join(g.temp, "execve")
	// A file for each process: in one for all, a call that another one interrupts is cut in two.
	c := exec.Command("strace", append([]string{"-ff", "-qq", "-s", "4096", "-v", "-e", "trace=execve", "-e", "signal=none", "-o", log}, t.argv...)...)
	c.Dir, c.Env = t.dir, t.env
	if out, err := c.CombinedOutput(); err != nil {
		g.Fatalf("strace: %v\n%.2000s", err, out)
	}
	logs, err := filepath.Glob(log + ".*")
	g.check(err)
	var b []byte
	for _, l := range logs {
		one, err := os.ReadFile(l)
		g.check(err)
		b = append(b, one...)
		g.check(os.Remove(l)) // the next count begins anew
	}
	count := map[string]int{}
	for line := range strings.Lines(string(b)) {
		_, call, ok := strings.Cut(line, "execve(")
		if !ok || !strings.HasSuffix(strings.TrimSpace(line), " = 0") {
			continue
		}
		path, _, _ := strings.Cut(strings.TrimPrefix(call, `"`), `"`)
		name := filepath.Base(path)
		if scopes[name] > 0 || strings.HasPrefix(path, g.keep) { // a wrapper stands for the tool that it starts
			count[name]++
		}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(count)) {
		all = append(all, fmt.Sprintf("%s %d", name, count[name]))
		most = max(most, float64(count[name])/float64(max(scopes[name], 1)))
	}
	if len(all) == 0 {
		g.Fatalf("no tool was seen to start: the count is broken")
	}
	return strings.Join(all, ", "), most
}
