// Rpmostree stands in for rpm-ostree, which no package source of the tests has,
// over the real ostree: deployments are real, requests are kept where
// rpm-ostree keeps them, in the deployments' origin files, and packages are
// really installed into them by dnf. It is strict: an unknown call fails.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// refusal is an error in rpm-ostree's own words.
type refusal string

func (r refusal) Error() string { return string(r) }

func main() {
	if err := call(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error: "+err.Error())
		os.Exit(1)
	}
}

func call(args []string) error {
	if _, err := os.Stat("/run/ostree-booted"); err != nil {
		return refusal("This system was not booted via libostree.\nCurrently, most rpm-ostree commands only work on ostree-based host systems.")
	}
	if slices.Equal(args, []string{"status", "--json"}) {
		return status()
	}
	if len(args) > 0 && (args[0] == "install" || args[0] == "uninstall") {
		return change(args[0], args[1:])
	}
	if len(args) > 1 && args[0] == "override" && args[1] == "remove" {
		return change("override remove", args[2:])
	}
	return fmt.Errorf("stand-in: unknown call: rpm-ostree %s", strings.Join(args, " "))
}

// output runs a program and returns its standard output.
func output(argv ...string) (string, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
	}
	return string(out), nil
}
