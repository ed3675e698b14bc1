package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"bkt/internal/run"
)

const usage = "Usage: bkt-x [--yes] [FILE]\n"

var common = []string{"repo", "manifests", "ref", "only", "exclude", "format", "color", "root", "resolve", "verbose"}

// command parses a command line of a program that takes all common flags, --yes and --write.
func command(operands int, args ...string) (c *Command, yes bool, code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	c = New("bkt-x", usage, &out, &errs, common...)
	y, w := c.Bool("yes"), c.Bool("write")
	f := func(context.Context, []string, io.Reader, io.Writer, io.Writer) error {
		if err := c.Parse(args, operands); err != nil {
			return err
		}
		return c.Excludes([2]string{"yes", "write"})
	}
	code = Run(context.Background(), "bkt-x", f, args, nil, &out, &errs)
	return c, *y || *w, code, out.String(), errs.String()
}

func TestFlags(t *testing.T) {
	c, yes, code, stdout, stderr := command(1, "--repo", "/r", "--ref=main", "--only", "dnf", "--exclude", "flatpak", "--format", "json",
		"--color=never", "--root", "/x", "--resolve", "local", "--verbose", "--yes", "-")
	if code != 0 || stdout+stderr != "" || !yes || !c.Verbose || c.Operand(0) != "-" || c.Operand(1) != "" {
		t.Errorf("%d, %q, %q, %+v", code, stdout, stderr, c)
	}
	got := []string{c.Repo, c.Ref, c.Only, c.Exclude, c.Format, c.Color, c.Root, c.Resolve}
	if want := []string{"/r", "main", "dnf", "flatpak", "json", "never", "/x", "local"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	if c, _, _, _, _ := command(0); c.Format != "auto" || c.Color != "auto" || c.Verbose || c.Repo != "" {
		t.Errorf("defaults: %+v", c)
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, arg := range []string{"--help", "-h", "-help"} {
		if _, _, code, stdout, stderr := command(0, arg); code != 0 || stdout != usage || stderr != "" {
			t.Errorf("%s: %d, %q, %q", arg, code, stdout, stderr)
		}
	}
	if _, _, code, stdout, stderr := command(0, "--version"); code != 0 || stdout != "bkt-x "+Version+"\n" || stderr != "" {
		t.Errorf("%d, %q, %q", code, stdout, stderr)
	}
}

func TestRefusedInOneLine(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--nope"}, "unknown flag '--nope'"},
		{[]string{"-nope=x"}, "unknown flag '--nope'"},
		{[]string{"--only"}, "flag '--only' needs a value"},
		{[]string{"--yes=maybe"}, `invalid boolean value "maybe" for -yes: parse error`},
		{[]string{"---yes"}, "bad flag syntax: ---yes"},
		{[]string{"a", "b"}, "unknown operand 'b'"},
		{[]string{"file", "--yes"}, "flag '--yes' stands behind an operand"},
		{[]string{"-", "--dry-run"}, "flag '--dry-run' stands behind an operand"},
		{[]string{"--", "-y"}, "flag '-y' stands behind an operand"},
		{[]string{"--format", "yaml"}, "--format is auto, json or text, not 'yaml'"},
		{[]string{"--format="}, "--format is empty"},
		{[]string{"--only", ""}, "--only is empty"},
		{[]string{"--color", "red"}, "--color is auto, always or never, not 'red'"},
		{[]string{"--repo", "x", "--manifests", "y"}, "--repo and --manifests exclude each other"},
		{[]string{"--ref", "x", "--manifests", "y"}, "--ref and --manifests exclude each other"},
		{[]string{"--yes", "--write"}, "--yes and --write exclude each other"},
		{[]string{"--\x1b[2J"}, "unknown flag '--?[2J'"},
	} {
		_, _, code, stdout, stderr := command(1, c.args...)
		if want := "bkt-x: error: " + c.want + "\nhint: bkt-x --help\n"; code != 2 || stdout != "" || stderr != want {
			t.Errorf("%q: %d, %q, %q", c.args, code, stdout, stderr)
		}
	}
}

func TestAFlagThatAProgramDoesNotTakeIsRefused(t *testing.T) {
	for _, flag := range common {
		for _, takes := range common {
			c := New("bkt-x", usage, io.Discard, io.Discard, takes)
			arg := "--" + flag + "=auto"
			if flag == "verbose" {
				arg = "--verbose"
			}
			err := c.Parse([]string{arg}, 0)
			if taken := err == nil; taken != (flag == takes) {
				t.Errorf("%s, which takes --%s: %v", arg, takes, err)
			}
		}
	}
}

// TestTheEnvironmentReachesNoFlag: BKT_YES=1 in a profile would arm every run.
func TestTheEnvironmentReachesNoFlag(t *testing.T) {
	for _, name := range append([]string{"yes", "write", "help", "version"}, common...) {
		for _, prefix := range []string{"BKT_", "BKT_X_", "X_", ""} {
			t.Setenv(prefix+strings.ToUpper(name), "true")
		}
	}
	c, yes, code, stdout, stderr := command(0)
	if code != 0 || stdout+stderr != "" || yes || c.Verbose || c.Format != "auto" || c.Color != "auto" ||
		c.Repo+c.Manifests+c.Ref+c.Only+c.Exclude+c.Root+c.Resolve != "" {
		t.Errorf("%d, %q, %q, %+v", code, stdout, stderr, c)
	}
}

func TestExcludesLooksAtWhatWasSet(t *testing.T) {
	c := New("bkt-x", usage, io.Discard, io.Discard)
	c.Bool("a")
	c.Bool("b")
	if err := c.Parse([]string{"--a", "--b=false"}, 0); err != nil {
		t.Fatal(err)
	}
	if err := c.Excludes([2]string{"a", "c"}); err != nil {
		t.Error(err)
	}
	if c.Excludes([2]string{"b", "a"}) == nil {
		t.Error("--b=false was said, too")
	}
	if c.Flags().Lookup("a") == nil {
		t.Error("Flags is another set")
	}
}

// nothing is a Runner that does nothing.
type nothing struct{}

func (nothing) Run(context.Context, run.Cmd) (run.Result, error) { return run.Result{}, nil }
func (nothing) Look(string) (string, error)                      { return "", run.ErrNotFound }

func TestVerboseShowsEachCommand(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{{nil, ""}, {[]string{"--verbose"}, "+ ls 'a b'\n"}} {
		var errs bytes.Buffer
		cmd := New("bkt-x", usage, io.Discard, &errs, "verbose")
		if err := cmd.Parse(c.args, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := cmd.Wrap(nothing{}).Run(t.Context(), run.Cmd{Argv: []string{"ls", "a b"}}); err != nil || errs.String() != c.want {
			t.Errorf("%q: %q, %v", c.args, errs.String(), err)
		}
	}
}

// full is a stdout that cannot be written to.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAFullStdoutIsTrouble(t *testing.T) {
	for _, arg := range []string{"--help", "--version"} {
		var e *Exit
		if err := New("bkt-x", usage, full{}, io.Discard).Parse([]string{arg}, 0); err == nil || errors.As(err, &e) {
			t.Errorf("%s: %v", arg, err)
		}
	}
}
