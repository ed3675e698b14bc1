// Package run is the only place that starts processes; it knows argv, never a shell string.
package run

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Effect says what a command does to the machine. The zero value is Changes, so that a
// command nobody thought about is refused where only reading is allowed.
type Effect int

// The two effects a command can have.
const (
	Changes Effect = iota // may change the machine, a repository or a remote
	Reads                 // leaves everything as it was
)

// Cmd is one call of a foreign program.
type Cmd struct {
	Argv        []string      // program and its arguments
	Effect      Effect        // Changes unless said otherwise
	Dir         string        // working directory; "" is the caller's
	Env         []string      // KEY=value, added to the runner's own
	Stdin       io.Reader     // nil: closed
	Stdout      io.Writer     // nil: collected in Result.Stdout
	Interactive bool          // the terminal is the command's: all files, signals and its language passed through, no time-out
	Timeout     time.Duration // 0: the runner's
}

// Result is what a command that ran left behind; on an exit code other than zero
// it accompanies the error.
type Result struct {
	Stdout []byte
	Stderr []byte
	Code   int // exit status; 128+n when signal n ended it, -1 when it never ran
}

// Runner runs commands. Implementations are safe for use by several goroutines.
type Runner interface {
	// Run waits for the command. Its error is an *Error.
	Run(ctx context.Context, c Cmd) (Result, error)
	// Look finds a program on the runner's PATH; the error is ErrNotFound.
	Look(name string) (string, error)
}

// Causes that callers tell apart with errors.Is.
var (
	ErrNotFound = errors.New("command not found")
	ErrTimeout  = errors.New("timed out")
	ErrRefused  = errors.New("refused: this program only reads")
)

// Error is a command that could not be started or did not end with 0.
type Error struct {
	Argv   []string
	Code   int    // as in Result
	Stderr string // the end of it, trimmed
	Err    error  // the cause, nil for a plain exit code
	After  time.Duration
}

// Error names the command, what happened and the end of its stderr, in one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(Name(e.Argv))
	switch {
	case errors.Is(e.Err, ErrTimeout):
		b.WriteString(": no answer within " + e.After.String())
	case e.Err != nil:
		b.WriteString(": " + e.Err.Error())
	default:
		b.WriteString(": exit status " + strconv.Itoa(e.Code))
	}
	if s := lastLine(e.Stderr); s != "" {
		b.WriteString(": " + s)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Name is how messages call a command: the program with its verbs, without options and values,
// and without sudo.
func Name(argv []string) string {
	if end := slices.Index(argv, "--"); end > 0 && end < len(argv)-1 && argv[0] == "sudo" {
		argv = argv[end+1:]
	}
	if len(argv) == 0 {
		return "(no command)"
	}
	out := []string{argv[0][strings.LastIndexByte(argv[0], '/')+1:]}
	for _, a := range argv[1:] {
		if strings.HasPrefix(a, "-") || strings.ContainsAny(a, "/:=% ") || len(out) == 3 {
			break
		}
		out = append(out, a)
	}
	return strings.Join(out, " ")
}

// lastLine is the last line of s that says something, cut to a readable length.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(plain(s)), "\n")
	r := []rune(strings.TrimSpace(lines[len(lines)-1]))
	if len(r) > 300 {
		return string(r[:300]) + "…"
	}
	return string(r)
}

// plain is text without the colours that a tool gives a terminal: ESC [ … and a letter.
func plain(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r >= '@' && r <= '~' })
		s = rest[end+1:]
	}
}
