// Stand runs a command on a stage of real parts, and clears all of it away
// afterwards: a machine in package mode with real rpm, dnf and Flatpak, with
// nothing on it and something to install. The demo is played on it. No root and
// no network are needed.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"bkt/test/real/flatpakrepo"
	"bkt/test/real/laptop"
	"bkt/test/real/rpmrepo"
)

const usage = `Usage: stand COMMAND [ARG...]

Runs COMMAND with bin/ and the stage's dnf and rpm first on PATH, in the folder
STAGE/work, and with

  STAGE    the folder of it all; HOME and Flatpak's folders are below it, too
  machine  the root folder of the machine, for --root; dnf and rpm act on it,
           and know a repository with htop and neovim
  apps     .flatpakrepo file of a signed repository: org.demo.{Notes,Paint,Chess}

Example: stand sh test/demo.sh
The exit status is COMMAND's, 2 when the stage cannot be built, 130 when it was
interrupted before.
`

func main() {
	if len(os.Args) < 2 || os.Args[1] == "--help" {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	// Not ignored, which the command would inherit: the stage outlives it.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	os.Exit(play(os.Args[1:], signals))
}

// play builds the stage, runs the command, and returns its exit status.
func play(argv []string, signals <-chan os.Signal) (status int) {
	s := &stage{signals: signals}
	defer func() {
		switch err := recover(); err {
		case nil:
		case errInterrupted:
			status = 130
		default:
			fmt.Fprintf(os.Stderr, "stand: error: %v\n", err)
			status = 2
		}
		s.clear()
	}()
	env := s.build()
	if script := argv[len(argv)-1]; strings.HasSuffix(script, ".sh") && !filepath.IsAbs(script) {
		argv[len(argv)-1] = filepath.Join(here(), script)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = filepath.Join(s.dir, "work"), env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := s.run(cmd)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1)
	}
	if err != nil {
		panic(err)
	}
	return 0
}

// run runs the command and passes on the signals that it has not got itself.
func (s *stage) run(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case sig := <-s.signals:
			_ = cmd.Process.Signal(sig)
		case err := <-done:
			return err
		}
	}
}

// build makes the parts and returns the command's environment.
func (s *stage) build() []string {
	work := filepath.Join(s.folder(), "work")
	if err := os.Mkdir(work, 0o755); err != nil {
		panic(err)
	}
	apps := flatpakrepo.Build(s, s.TempDir(), "Demo",
		flatpakrepo.App{ID: "org.demo.Notes"}, flatpakrepo.App{ID: "org.demo.Paint"}, flatpakrepo.App{ID: "org.demo.Chess"})
	rpms := rpmrepo.Build(s, s.TempDir(), rpmrepo.Package{Name: "htop"}, rpmrepo.Package{Name: "neovim", Requires: []string{"libuv"}}, rpmrepo.Package{Name: "libuv"})
	machine := laptop.New(s)
	machine.Root.AddRepo(s, "fedora.repo", "fedora", rpms)
	machine.Prepend(filepath.Join(here(), "bin"))
	signed := apps.Sign(s, s.TempDir(), "Demo")
	return append(machine.Env,
		"PWD="+work,
		"TERM="+os.Getenv("TERM"),
		"NO_COLOR="+os.Getenv("NO_COLOR"),
		"STAGE="+s.dir,
		"machine="+machine.Root.Dir,
		"apps="+signed.RepoFile,
	)
}

func here() string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return dir
}
