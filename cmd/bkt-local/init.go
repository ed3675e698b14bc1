package main

import (
	"io"
	"strings"

	"bkt/internal/cli"
	"bkt/shell"
)

// hooks prints the integration for a shell.
func hooks(stdout io.Writer, words []string) error {
	if len(words) != 1 {
		return cli.Usage("which shell? init %s", strings.Join(shell.Shells(), ", init "))
	}
	text := shell.Hooks(words[0])
	if text == "" {
		return cli.Usage("no integration for '%s' (known: %s)", words[0], strings.Join(shell.Shells(), ", "))
	}
	_, err := io.WriteString(stdout, text)
	return err
}
