package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// result runs a program that ends with err.
func result(err error) (code int, stderr string) {
	var b bytes.Buffer
	code = Run(context.Background(), "bkt-x", func(context.Context, []string, io.Reader, io.Writer, io.Writer) error { return err }, nil, nil, nil, &b)
	return code, b.String()
}

func TestMessagesAndCodes(t *testing.T) {
	plain := errors.New("cannot read 'x': permission denied")
	for _, c := range []struct {
		name   string
		err    error
		code   int
		stderr string
	}{
		{"success", nil, 0, ""},
		{"any error", plain, 2, "bkt-x: error: cannot read 'x': permission denied\n"},
		{"usage", Usage("unknown operand '%s'", "y"), 2, "bkt-x: error: unknown operand 'y'\n"},
		{"no", Silent(No), 1, ""},
		{"nothing to say and all is well", Silent(OK), 0, ""},
		{"partial is a warning", With(Partial, errors.New("flatpak: no answer")), 3, "bkt-x: warning: flatpak: no answer\n"},
		{"try again", With(TryAgain, plain), 75, "bkt-x: error: cannot read 'x': permission denied\n"},
		{"hint", Hint(plain, "bkt capture"), 2, "bkt-x: error: cannot read 'x': permission denied\nhint: bkt capture\n"},
		{"hint keeps the code", Hint(With(TryAgain, plain), "bkt capture"), 75, "bkt-x: error: cannot read 'x': permission denied\nhint: bkt capture\n"},
		{"the inner hint is nearer", Hint(Hint(plain, "one"), "two"), 2, "bkt-x: error: cannot read 'x': permission denied\nhint: one\n"},
		{"wrapped", fmt.Errorf("manifests: %w", With(No, plain)), 1, "bkt-x: error: manifests: cannot read 'x': permission denied\n"},
		{"joined", With(Partial, errors.Join(errors.New("a"), errors.New("b"))), 3, "bkt-x: warning: a\nbkt-x: warning: b\n"},
		{"last newline", errors.New("a\n"), 2, "bkt-x: error: a\n"},
	} {
		code, stderr := result(c.err)
		if code != c.code || stderr != c.stderr {
			t.Errorf("%s: %d, %q", c.name, code, stderr)
		}
	}
	if !errors.Is(Hint(With(No, plain), "x"), plain) {
		t.Error("the cause is lost")
	}
}

func TestInterrupted(t *testing.T) {
	var b bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	f := func(ctx context.Context, _ []string, _ io.Reader, _, _ io.Writer) error {
		cancel()
		return ctx.Err()
	}
	if code := Run(ctx, "bkt-x", f, nil, nil, nil, &b); code != 130 || b.String() != "bkt-x: error: interrupted\n" {
		t.Errorf("%d, %q", code, b.String())
	}
	done := func(context.Context, []string, io.Reader, io.Writer, io.Writer) error { return nil }
	if code := Run(ctx, "bkt-x", done, nil, nil, nil, &b); code != 0 {
		t.Errorf("done before the signal came: %d", code)
	}
}

func TestRunPassesEverythingOn(t *testing.T) {
	var out, errs bytes.Buffer
	f := func(_ context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
		in, err := io.ReadAll(stdin)
		fmt.Fprintf(stdout, "%s %s", args, in)
		fmt.Fprint(stderr, "e")
		return err
	}
	code := Run(context.Background(), "x", f, []string{"a", "b"}, strings.NewReader("in"), &out, &errs)
	if code != 0 || out.String() != "[a b] in" || errs.String() != "e" {
		t.Errorf("%d, %q, %q", code, out.String(), errs.String())
	}
}

// FuzzNoControlCharacterReachesTheTerminal: names in documents come from anywhere.
func FuzzNoControlCharacterReachesTheTerminal(f *testing.F) {
	for _, s := range []string{"", "a", "\x1b[2J", "a\nb", "a\r\nb", "\x9b2J", "\u009b2J", "\x00", "\x7f", "tab\tbed", "\u202egnp", "\u2066", "é", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		Warn(&b, "bkt-x", "%s", s)
		_, stderr := result(Hint(errors.New("a "+s+" b"), "bkt ignore "+s))
		lines := strings.Count("a "+s+" b", "\n") + 1
		if n := strings.Count(stderr, "\n"); n != lines+1 {
			t.Errorf("%d lines of %d: %q", n, lines+1, stderr)
		}
		if strings.Count(b.String(), "\n") != 1 {
			t.Errorf("not one line: %q", b.String())
		}
		for _, r := range b.String() + stderr {
			if r != '\n' && r != '\t' && (r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
				t.Errorf("%U in %q, %q", r, b.String(), stderr)
			}
		}
	})
}
