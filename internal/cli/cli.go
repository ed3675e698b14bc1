// Package cli is the frame of every command: flags, exit codes, messages, terminals and
// colour. It knows no command.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// Version is set by the linker.
var Version = "dev"

// The exit codes, one table for all programs (design.md §3).
const (
	OK          = 0
	No          = 1 // drift with --exit-code, stale with --check, a conflict, a question answered no
	Trouble     = 2 // usage, bad input, refused; nothing changed
	Partial     = 3 // the document is whole and says what failed or was left out
	TryAgain    = 75
	Interrupted = 130
)

// Func is a program without its process.
type Func func(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error

// grace is how long an interrupted program may take to clear up.
const grace = 2 * time.Second

// Main runs a program and ends the process with its exit code. One that does not end when it
// is interrupted, since it waits for its stdin, is ended; so is any by a second signal.
func Main(name string, f Func) {
	if slices.Equal(os.Args[1:], []string{"--version"}) { // before anything is set up: this is asked often, and by scripts
		os.Exit(report(name, version(os.Stdout, name), os.Stderr))
	}
	var ignored []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		if signal.Ignored(s) { // in the background of a script
			ignored = append(ignored, s)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	leave := context.AfterFunc(ctx, func() {
		stop()
		time.Sleep(grace)
		os.Exit(report(name, interrupted(), os.Stderr))
	})
	ctx = context.WithValue(ctx, frame{}, &staying{leave: leave, ignored: ignored})
	os.Exit(Run(ctx, name, f, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// frame is the key of a staying in a context.
type frame struct{}

// staying takes signals out of the frame's hands.
type staying struct {
	leave   func() bool
	ignored []os.Signal // when the program began: what it starts is to ignore them, too
	on      bool
}

// Stay keeps the frame from ending the program when it is interrupted, and gives a context that
// is not: for a program whose work from here on is somebody else's command. ok is false where
// the program is interrupted already.
func Stay(ctx context.Context) (_ context.Context, ok bool) {
	s, framed := ctx.Value(frame{}).(*staying)
	if framed && !s.leave() || ctx.Err() != nil {
		return ctx, false
	}
	if framed {
		s.on = true
		if len(s.ignored) > 0 { // Ignore without a signal means all of them
			signal.Ignore(s.ignored...)
		}
	}
	return context.WithoutCancel(ctx), true
}

func interrupted() error { return &Exit{Code: Interrupted, Err: errors.New("interrupted")} }

// Run runs a program, prints its error, and gives the exit code.
func Run(ctx context.Context, name string, f Func, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	err := f(ctx, args, stdin, stdout, stderr)
	if s, framed := ctx.Value(frame{}).(*staying); framed && s.on {
		return report(name, err, stderr)
	}
	if err != nil && ctx.Err() != nil {
		err = interrupted()
	}
	return report(name, err, stderr)
}

// Exit is an error that says how the program ends.
type Exit struct {
	Code int
	Err  error  // nil: the program has said all there is to say
	Hint string // a command to paste, or ""
}

// Error is the message, which may be empty.
func (e *Exit) Error() string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}

// Unwrap gives the cause.
func (e *Exit) Unwrap() error { return e.Err }

// Usage is an error of the command line.
func Usage(format string, args ...any) error {
	return &Exit{Code: Trouble, Err: fmt.Errorf(format, args...)}
}

// Hint adds a command to paste to an error; the code stays what it is.
func Hint(err error, command string) error {
	e := *exit(err)
	e.Err = err
	if e.Hint == "" {
		e.Hint = command
	}
	return &e
}

// exit is what an error says of how the program ends: an Exit, or an error of a lower floor
// that knows its own code.
func exit(err error) *Exit {
	var e *Exit
	if errors.As(err, &e) {
		return e
	}
	var own interface {
		Exit() (code int, hint string)
	}
	if errors.As(err, &own) {
		code, hint := own.Exit()
		return &Exit{Code: code, Err: err, Hint: hint}
	}
	return &Exit{Code: Trouble, Err: err}
}

// With gives an error an exit code.
func With(code int, err error) error { return &Exit{Code: code, Err: err} }

// Silent ends the program with a code and no message.
func Silent(code int) error { return &Exit{Code: code} }

// report prints an error, a line for each that is joined in it, and the hint.
func report(name string, err error, stderr io.Writer) int {
	if err == nil {
		return OK
	}
	e := exit(err)
	if msg := strings.TrimSpace(err.Error()); msg != "" {
		word := "error"
		if e.Code == Partial {
			word = "warning"
		}
		for line := range strings.Lines(msg) {
			fmt.Fprintf(stderr, "%s: %s: %s\n", name, word, clean(line))
		}
	}
	if e.Hint != "" {
		fmt.Fprintf(stderr, "hint: %s\n", clean(e.Hint))
	}
	return e.Code
}

// clean is one line of a message without control characters, so that no name in a document
// can talk to the terminal, or turn the direction of what follows.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
			return '?'
		}
		return r
	}, strings.TrimRight(s, "\r\n"))
}

// Warn prints one warning.
func Warn(stderr io.Writer, name, format string, args ...any) {
	fmt.Fprintf(stderr, "%s: warning: %s\n", name, clean(fmt.Sprintf(format, args...)))
}
