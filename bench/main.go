// Command bench measures what docs/performance.md promises, with the real tools, and prints it as ratios.
//
// It prepares its inputs below .cache/bench, where they stay for the next time, and measures
// what is compared in turns, so that a busy machine slows all of it. With --strict it ends
// with 1 where a ratio is over its limit; what does not depend on the machine's load (sizes,
// memory, processes) is never allowed to be.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
)

func main() {
	strict := flag.Bool("strict", false, "end with 1 when a ratio is over its limit")
	rounds := flag.Int("n", 15, "repetitions of each measurement, of which the median counts")
	only := flag.String("only", "", "one of "+strings.Join(names(), ", "))
	flag.Parse()
	if err := measure(*rounds, *only, *strict); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A number is one line of the table.
type number struct {
	what   string
	got    string
	limit  string
	holds  bool
	steady bool // does not depend on how busy the machine is
	how    string
}

// suites are the measurements, in the order of the table.
var suites = []struct {
	name string
	run  func(*ground) []number
}{
	{"size", size}, {"start", start}, {"local", local}, {"steps", steps}, {"cfgen", cfgen}, {"capture", capture}, {"apply", applying}, {"pr", pr},
}

func names() (out []string) {
	for _, s := range suites {
		out = append(out, s.name)
	}
	return out
}

func measure(rounds int, only string, strict bool) (err error) {
	g, err := prepare(rounds)
	if err != nil {
		return err
	}
	defer g.close()
	defer func() {
		if f, failed := recover().(failure); failed {
			err = errors.New(string(f))
		}
	}()
	var all []number
	for _, s := range suites {
		if only == "" || only == s.name {
			fmt.Fprintln(os.Stderr, "bench:", s.name)
			all = append(all, s.run(g)...)
		}
	}
	print(all, rounds)
	for _, n := range all {
		if !n.holds && (strict || n.steady) {
			return errors.New("not all limits hold")
		}
	}
	return nil
}

func print(all []number, rounds int) {
	fmt.Printf("%d CPUs, %s, %s, %s; medians of %d\n\n", runtime.NumCPU(), memory(), runtime.Version(), load(), rounds)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tmeasured\tlimit\tholds\thow")
	for _, n := range all {
		holds := "yes"
		if !n.holds {
			holds = "NO"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", n.what, n.got, n.limit, holds, n.how)
	}
	w.Flush()
}
