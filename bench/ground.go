package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ground is what the measurements share: the programs, a folder that stays, and one that goes.
type ground struct {
	rounds int
	root   string // of the repository
	bin    string // the programs as `make build` makes them
	keep   string // .cache/bench
	temp   string
	into   string // where TempDir makes its folders; "": in temp
	ends   []func()
}

// failure is how a step ends everything; measure turns it into an error.
type failure string

// prepare builds the programs.
func prepare(rounds int) (*ground, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, "bench", "ground.go")); err != nil {
		return nil, fmt.Errorf("run it in the repository's root: make bench")
	}
	g := &ground{rounds: rounds, root: root, bin: filepath.Join(root, "bin"), keep: filepath.Join(root, ".cache", "bench")}
	if err := os.MkdirAll(g.keep, 0o755); err != nil {
		return nil, err
	}
	if g.temp, err = os.MkdirTemp("", "bkt-bench-"); err != nil {
		return nil, err
	}
	if out, err := exec.Command("make", "-s", "build").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make build: %w\n%s", err, out)
	}
	return g, nil
}

// close removes what is not kept.
func (g *ground) close() {
	for len(g.ends) > 0 {
		last := g.ends[len(g.ends)-1]
		g.ends = g.ends[:len(g.ends)-1]
		last()
	}
	os.RemoveAll(g.temp)
}

func (g *ground) check(err error) {
	if err != nil {
		g.Fatalf("%v", err)
	}
}

// Helper, Logf, Fatalf, Cleanup and TempDir are what the parts of test/real need.
func (g *ground) Helper() {}
func (g *ground) Logf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}
func (g *ground) Fatalf(format string, args ...any) { panic(failure(fmt.Sprintf(format, args...))) }
func (g *ground) Cleanup(f func())                  { g.ends = append(g.ends, f) }

// TempDir is a folder that goes at the end, or stays with what is being prepared.
func (g *ground) TempDir() string {
	where := g.temp
	if g.into != "" {
		where = g.into
	}
	dir, err := os.MkdirTemp(where, "")
	g.check(err)
	return dir
}

// program is the path of one of ours.
func (g *ground) program(name string) string { return filepath.Join(g.bin, name) }

// write writes a file below the temporary folder, with its folders, and gives its path.
func (g *ground) write(path, content string) string {
	path = filepath.Join(g.temp, path)
	g.check(os.MkdirAll(filepath.Dir(path), 0o755))
	g.check(os.WriteFile(path, []byte(content), 0o644))
	return path
}

// output runs a command to its end, outside of any measurement.
func (g *ground) output(t *task) string {
	c := t.command()
	var out, errs strings.Builder
	c.Stdout, c.Stderr = &out, &errs
	if t.stdin != "" {
		f, err := os.Open(t.stdin)
		g.check(err)
		defer f.Close()
		c.Stdin = f
	}
	if err := c.Run(); err != nil {
		g.Fatalf("%s: %v\n%s", strings.Join(t.argv, " "), err, errs.String())
	}
	return out.String()
}

// memory is the machine's, rounded.
func memory() string {
	b, _ := os.ReadFile("/proc/meminfo")
	var kib int
	fmt.Sscanf(string(b), "MemTotal: %d kB", &kib)
	return fmt.Sprintf("%d GiB", (kib+1<<19)>>20)
}

// load is how busy the machine is beside us.
func load() string {
	b, _ := os.ReadFile("/proc/loadavg")
	one, _, _ := strings.Cut(string(b), " ")
	return "load " + one
}
