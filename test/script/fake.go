package script

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bkt/internal/run"
)

// Where fakes note what they were asked, below a script's folder.
const (
	asked      = ".calls"
	unexpected = ".unexpected"
)

// answer is what a fake says to one command line.
type answer struct {
	call   string // as `--verbose` shows it, but on one line: \n and \t for newlines and tabs
	stdout strings.Builder
	stderr strings.Builder
	code   int
	pause  time.Duration
}

// line is a command line as scripts have it.
func line(argv []string) string {
	return strings.NewReplacer("\n", `\n`, "\t", `\t`).Replace(run.Quote(argv))
}

// parseAnswers reads a fake's file. `$ command line` begins an answer; `!exit N`, `!stderr
// TEXT`, `!sleep DURATION` and `!cat FILE` are about it; all other lines are its stdout.
func parseAnswers(text, work string) ([]*answer, error) {
	var out []*answer
	for n, l := range strings.Split(strings.TrimSuffix(expand(text, work), "\n"), "\n") {
		if call, ok := strings.CutPrefix(l, "$ "); ok {
			out = append(out, &answer{call: call})
			continue
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("line %d stands before the first $", n+1)
		}
		if err := out[len(out)-1].add(l, work); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return out, nil
}

func (a *answer) add(l, work string) (err error) {
	verb, rest, _ := strings.Cut(l, " ")
	switch verb {
	case "!exit":
		a.code, err = strconv.Atoi(rest)
	case "!stderr":
		a.stderr.WriteString(rest + "\n")
	case "!sleep":
		a.pause, err = time.ParseDuration(rest)
	case "!cat":
		var b []byte
		b, err = os.ReadFile(filepath.Join(work, rest))
		a.stdout.Write(b)
	default:
		a.stdout.WriteString(l + "\n")
	}
	return err
}

// fake answers one call from the script's file; the nth of several answers to one command
// line is that to its nth call, and the last one to all that follow. Anything that the file
// does not have, or that is asked in another language than C, fails the script.
func fake(name string, args []string) int {
	work := os.Getenv("WORK")
	call := line(append([]string{name}, args...))
	code, err := reply(work, name, call)
	if err != nil {
		note(filepath.Join(work, unexpected), fmt.Sprintf("%s: %v", call, err))
		fmt.Fprintf(os.Stderr, "unexpected call: %s: %v\n", call, err)
		return 97
	}
	return code
}

func reply(work, name, call string) (int, error) {
	if l := os.Getenv("LC_ALL"); l != "C" {
		return 0, fmt.Errorf("the language is %q", l)
	}
	b, err := os.ReadFile(filepath.Join(work, "fakes", name+".txt"))
	if err != nil {
		return 0, err
	}
	all, err := parseAnswers(string(b), work)
	if err != nil {
		return 0, err
	}
	var fit []*answer
	for _, a := range all {
		if a.call == call {
			fit = append(fit, a)
		}
	}
	if len(fit) == 0 {
		return 0, errors.New("no answer for it")
	}
	before, err := calls(work)
	if err != nil {
		return 0, err
	}
	nth := 0
	for _, c := range before {
		if c == call {
			nth++
		}
	}
	note(filepath.Join(work, asked), call)
	a := fit[min(nth, len(fit)-1)]
	time.Sleep(a.pause)
	os.Stderr.WriteString(a.stderr.String())
	os.Stdout.WriteString(a.stdout.String())
	return a.code, nil
}

// calls are the command lines that were answered so far.
func calls(work string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(work, asked))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n"), err
}

// note appends a line, whole even when two processes do so at once.
func note(path, line string) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(line + "\n")
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		panic(err)
	}
}
