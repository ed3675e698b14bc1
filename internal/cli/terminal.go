package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// Terminal says whether f is a terminal.
func Terminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}

// Text says whether the answer is for a person: asked for, or stdout is a terminal.
func (c *Command) Text() bool {
	return c.Format == "text" || c.Format == "auto" && Terminal(c.stdout)
}

// Colored says whether to use colour on stdout: the flag, then NO_COLOR and TERM, then
// whether it is a terminal.
func (c *Command) Colored(getenv func(string) string) bool {
	switch {
	case c.Color != "auto":
		return c.Color == "always"
	case getenv("NO_COLOR") != "" || getenv("TERM") == "dumb":
		return false
	}
	return Terminal(c.stdout)
}

// ReadDocument reads a document from stdin ("" and "-") or a file. maker is the command that
// makes one, for who forgot the pipe.
func (c *Command) ReadDocument(stdin io.Reader, from, maker string, want ...doc.Document) (doc.Document, error) {
	doc.Brief()
	if from == "" || from == "-" {
		if Terminal(stdin) {
			return nil, Hint(Usage("nothing on stdin"), maker)
		}
		return doc.Read("stdin", stdin, want...)
	}
	f, err := os.Open(from)
	if err != nil {
		return nil, fmt.Errorf("cannot read '%s': %w", from, host.Cause(err))
	}
	defer f.Close()
	return doc.Read(from, f, want...)
}

// WriteDocument writes a document to stdout.
func (c *Command) WriteDocument(d doc.Document) error {
	if err := doc.Write(c.stdout, d); err != nil {
		return fmt.Errorf("cannot write to stdout: %w", err)
	}
	return nil
}

// Stdout is where the document goes.
func (c *Command) Stdout() io.Writer { return c.stdout }
