package cli

import (
	"cmp"
	"errors"
	"flag"
	"io"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3"

	"bkt/internal/run"
)

// Command is the command line of one program. The fields are the common flags; those that
// the program does not take are refused.
type Command struct {
	Name string

	Repo, Manifests, Ref string
	Only, Exclude        string
	Format, Color, Root  string
	Resolve              string
	Verbose              bool

	flags   *flag.FlagSet
	usage   string
	stdout  io.Writer
	stderr  io.Writer
	version bool
}

// New is the command line of a program with its usage text; common names the common flags
// it takes beside --help and --version.
func New(name, usage string, stdout, stderr io.Writer, common ...string) *Command {
	c := &Command{Name: name, usage: usage, stdout: stdout, stderr: stderr, Format: "auto", Color: "auto"}
	c.flags = flag.NewFlagSet(name, flag.ContinueOnError)
	c.flags.SetOutput(io.Discard)
	c.flags.Usage = func() {}
	c.flags.BoolVar(&c.version, "version", false, "")
	values := map[string]*string{
		"repo": &c.Repo, "manifests": &c.Manifests, "ref": &c.Ref, "only": &c.Only, "exclude": &c.Exclude,
		"format": &c.Format, "color": &c.Color, "root": &c.Root, "resolve": &c.Resolve,
	}
	for _, n := range common {
		if n == "verbose" {
			c.flags.BoolVar(&c.Verbose, n, false, "")
			continue
		}
		c.flags.StringVar(values[n], n, *values[n], "")
	}
	return c
}

// Bool declares a flag of the program's own.
func (c *Command) Bool(name string) *bool { return c.flags.Bool(name, false, "") }

// Flags is the flag set, for the other kinds of flags.
func (c *Command) Flags() *flag.FlagSet { return c.flags }

// Parse reads the command line: at most operands operands, no flag behind one. It answers
// --help and --version itself; the error then ends the program with 0.
func (c *Command) Parse(args []string, operands int) error {
	switch err := ff.Parse(c.flags, args); {
	case errors.Is(err, flag.ErrHelp):
		if _, err := io.WriteString(c.stdout, c.usage); err != nil {
			return err
		}
		return Silent(OK)
	case err != nil:
		return c.refuse("%s", words(err))
	case c.version:
		return cmp.Or(version(c.stdout, c.Name), Silent(OK))
	}
	if name := c.empty(); name != "" {
		return c.refuse("--%s is empty", name)
	}
	rest := c.flags.Args()
	for _, a := range rest {
		if strings.HasPrefix(a, "-") && a != "-" {
			return c.refuse("flag '%s' stands behind an operand", a)
		}
	}
	if len(rest) > operands {
		return c.refuse("unknown operand '%s'", rest[operands])
	}
	if !slices.Contains([]string{"auto", "json", "text"}, c.Format) {
		return c.refuse("--format is auto, json or text, not '%s'", c.Format)
	}
	if !slices.Contains([]string{"auto", "always", "never"}, c.Color) {
		return c.refuse("--color is auto, always or never, not '%s'", c.Color)
	}
	if c.Repo != "" && c.Manifests != "" {
		return c.refuse("--repo and --manifests exclude each other")
	}
	if c.Ref != "" && c.Manifests != "" {
		return c.refuse("--ref and --manifests exclude each other")
	}
	return nil
}

// version answers --version.
func version(stdout io.Writer, name string) error {
	_, err := io.WriteString(stdout, name+" "+Version+"\n")
	return err
}

// empty is a flag that was given without saying anything, as an unset variable does in a
// script: it must not mean "all".
func (c *Command) empty() (name string) {
	c.flags.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			name = f.Name
		}
	})
	return name
}

// Operand is the nth operand, "" where there is none.
func (c *Command) Operand(n int) string { return c.flags.Arg(n) }

// Excludes refuses two flags that are both set.
func (c *Command) Excludes(pairs ...[2]string) error {
	set := map[string]bool{}
	c.flags.Visit(func(f *flag.Flag) { set[f.Name] = true })
	for _, p := range pairs {
		if set[p[0]] && set[p[1]] {
			return c.refuse("--%s and --%s exclude each other", p[0], p[1])
		}
	}
	return nil
}

func (c *Command) refuse(format string, args ...any) error {
	return Hint(Usage(format, args...), c.Name+" --help")
}

// words is an error of the flag package in ours.
func words(err error) string {
	msg := err.Error()
	msg = strings.TrimPrefix(msg, "error parsing commandline arguments: ")
	if n, ok := strings.CutPrefix(msg, "flag provided but not defined: -"); ok {
		return "unknown flag '--" + strings.TrimPrefix(n, "-") + "'"
	}
	if n, ok := strings.CutPrefix(msg, "flag needs an argument: -"); ok {
		return "flag '--" + strings.TrimPrefix(n, "-") + "' needs a value"
	}
	return msg
}

// Wrap gives the decorators that the common flags ask for: --verbose shows each command.
func (c *Command) Wrap(r run.Runner) run.Runner {
	if c.Verbose {
		return &run.Log{Runner: r, Out: c.stderr}
	}
	return r
}
