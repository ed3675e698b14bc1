// Stand runs a command on a stage of real parts, and clears all of it away
// afterwards: a machine in package mode with real rpm and dnf, an empty Flatpak
// with a remote to add, and a distribution in a bare git repository. The demo
// is played on it. No root and no network are needed.
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
	"bkt/test/real/gitremote"
	"bkt/test/real/rpmrepo"
)

const usage = `Usage: stand COMMAND [ARG...]

Runs COMMAND with bin/ and the stage's dnf and rpm first on PATH, and with

  STAGE         the folder of it all; the working directory is STAGE/work
  STAGE_ROOT    the root folder of the machine, for --root; dnf and rpm act on it
  STAGE_FLATPAK address of a flatpak repository: org.demo.{Notes,Paint,Chess}
  STAGE_RPMS    folder of an rpm repository, known to dnf: htop, neovim
  STAGE_GIT     address of the distribution's bare repository

Example: stand sh test/demo.sh
The exit status is COMMAND's, or 2 when the stage cannot be built.
`

func main() {
	if len(os.Args) < 2 || os.Args[1] == "--help" {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	os.Exit(play(os.Args[1:]))
}

// play builds the stage, runs the command, and returns its exit status.
func play(argv []string) (status int) {
	// The command gets the terminal's signals too; the stage outlives it. Not
	// ignored, which the command would inherit.
	signal.Notify(make(chan os.Signal, 8), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	s := &stage{}
	defer func() {
		if err := recover(); err != nil {
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
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1)
	}
	if err != nil {
		panic(err)
	}
	return 0
}

// build makes the parts and returns the command's environment.
func (s *stage) build() []string {
	s.dir = s.TempDir()
	if err := os.Mkdir(filepath.Join(s.dir, "work"), 0o755); err != nil {
		panic(err)
	}
	apps := flatpakrepo.Build(s, s.TempDir(), "Demo",
		flatpakrepo.App{ID: "org.demo.Notes"}, flatpakrepo.App{ID: "org.demo.Paint"}, flatpakrepo.App{ID: "org.demo.Chess"})
	rpms := rpmrepo.Build(s, s.TempDir(), rpmrepo.Package{Name: "htop"}, rpmrepo.Package{Name: "neovim", Requires: []string{"libuv"}}, rpmrepo.Package{Name: "libuv"})
	root := rpmrepo.NewRoot(s)
	root.AddRepo(s, "demo.repo", "demo", rpms)
	distribution := gitremote.New(s)
	home := flatpakrepo.NewHome(s)
	return append(home.Env,
		"PATH="+root.Wrappers(s)+":"+filepath.Join(here(), "bin")+":"+os.Getenv("PATH"),
		"TERM="+os.Getenv("TERM"),
		"NO_COLOR="+os.Getenv("NO_COLOR"),
		"STAGE="+s.dir,
		"STAGE_ROOT="+root.Dir,
		"STAGE_FLATPAK="+apps.URL(),
		"STAGE_RPMS="+rpms.Dir,
		"STAGE_GIT="+distribution.URL(),
	)
}

func here() string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return dir
}
