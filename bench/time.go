package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A task is a command whose time is taken.
type task struct {
	argv  []string
	dir   string
	env   []string // whole; nil: this process's
	stdin string   // a file; "": nothing
	codes []int    // exit codes that are fine beside 0
	each  func(n int) *task
}

// A span is what one task took: the time that passed, and that of all CPUs.
type span struct{ wall, cpu time.Duration }

func (s span) String() string {
	return fmt.Sprintf("%.1f ms (CPU %.1f)", float64(s.wall.Microseconds())/1e3, float64(s.cpu.Microseconds())/1e3)
}

// ratio is a's share of b, in the time that passed.
func ratio(a, b span) float64 { return float64(a.wall) / float64(b.wall) }

// race runs the tasks in turns, once to warm up and then as often as asked, and gives the
// medians. A task with each is made anew for each turn, which is not part of its time.
func (g *ground) race(rounds int, tasks ...*task) []span {
	walls, cpus := make([][]time.Duration, len(tasks)), make([][]time.Duration, len(tasks))
	for n := range rounds + 1 {
		for i, t := range tasks {
			if t.each != nil {
				t = t.each(n)
			}
			if s := g.once(t); n > 0 {
				walls[i], cpus[i] = append(walls[i], s.wall), append(cpus[i], s.cpu)
			}
		}
	}
	out := make([]span, len(tasks))
	for i := range tasks {
		out[i] = span{median(walls[i]), median(cpus[i])}
	}
	return out
}

func median(l []time.Duration) time.Duration {
	slices.Sort(l)
	return l[len(l)/2]
}

func (t *task) command() *exec.Cmd {
	c := exec.Command(t.argv[0], t.argv[1:]...)
	c.Dir, c.Env, c.Stdout = t.dir, t.env, io.Discard
	return c
}

// once runs a task and throws away what it prints, unless it fails.
func (g *ground) once(t *task) span {
	c := t.command()
	var errs strings.Builder
	c.Stderr = &errs
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	g.check(err)
	defer null.Close()
	c.Stdout = null
	if t.stdin != "" {
		f, err := os.Open(t.stdin)
		g.check(err)
		defer f.Close()
		c.Stdin = f
	}
	begin := time.Now()
	err = c.Run()
	wall := time.Since(begin)
	if err != nil && !slices.Contains(t.codes, c.ProcessState.ExitCode()) {
		g.Fatalf("%s: %v\n%s", strings.Join(t.argv, " "), err, errs.String())
	}
	return span{wall, c.ProcessState.UserTime() + c.ProcessState.SystemTime()}
}
