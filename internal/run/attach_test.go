package run_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"bkt/internal/run"
	"bkt/test/pty"
)

// TestMain is also the program that the tests start in a terminal: it runs its arguments.
func TestMain(m *testing.M) {
	if os.Getenv("ATTACHED") == "" {
		os.Exit(m.Run())
	}
	x := &run.Exec{Env: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	ctx := context.Background()
	collects := os.Getenv("COLLECTS") != ""
	os.Unsetenv("COLLECTS")
	if collects {
		x.Env = os.Environ()
	}
	res, err := x.Run(ctx, run.Cmd{Argv: os.Args[1:], Interactive: !collects})
	os.Stdout.Write(res.Stdout)
	switch {
	case errors.Is(err, run.ErrNotFound):
		os.Exit(127)
	case errors.Is(err, run.ErrNotExecutable), errors.Is(err, run.ErrItself):
		os.Exit(126)
	}
	os.Exit(res.Code)
}

// program is the command line of this binary as a program that runs sh with a script.
func program(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), "/proc/self/exe", "sh", "-c", script)
	c.Env = []string{"ATTACHED=1", "PATH=" + os.Getenv("PATH"), "LC_ALL=de_DE.UTF-8", "TERM=dumb"}
	return c
}

// wrapped is a shell with job control in a terminal; $RUN is this binary as a program.
func wrapped(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "bash", "--norc", "--noprofile", "-c", "set -m\n"+script)
	c.Env = []string{"ATTACHED=1", "RUN=" + self, "PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TERM=dumb"}
	return c
}

// keys types an answer each time another one of the texts stands on the screen.
func keys(pairs ...string) func(string) string {
	return func(seen string) string {
		if len(pairs) == 0 || !strings.Contains(seen, pairs[0]) {
			return ""
		}
		answer := pairs[1]
		pairs = pairs[2:]
		return answer
	}
}

func TestACommandHasTheTerminal(t *testing.T) {
	for _, c := range []struct {
		name, script string
		reply        func(string) string
		shows        string
		code         int
	}{
		{"a question", `[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && printf 'sure? '; read x; echo "got $x"; exit 4`,
			keys("sure? ", "yes\n"), "got yes\n", 4},
		{"its language", `echo "$LC_ALL"`, keys(), "de_DE.UTF-8\n", 0},
		{"an interrupt that it handles", `trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.1; done`,
			keys("ready", "\x03"), "caught\n", 3},
		{"an interrupt that ends it", `echo ready; exec sleep 100`, keys("ready", "\x03"), "", 130},
		{"a quit that ends it", `ulimit -c 0; echo ready; exec sleep 100`, keys("ready", "\x1c"), "", 131},
		{"a signal that ends it", `kill -SEGV $$`, keys(), "", 139},
		{"the terminal's size", `trap 'echo bigger; exit 0' WINCH; echo ready; stty rows 50; while :; do sleep 0.1; done`,
			keys(), "bigger\n", 0},
	} {
		screen, code := pty.Run(t, program(t, c.script), c.reply)
		if code != c.code || !strings.Contains(screen, c.shows) {
			t.Errorf("%s: %d, want %d\n%s", c.name, code, c.code, screen)
		}
	}
}

// Job control is the shell's: it sees one job that stops and goes on, whoever stopped it and by
// which signal.
func TestACommandIsAJob(t *testing.T) {
	for _, c := range []struct {
		name, script string
		reply        func(string) string
		stopped      string
	}{
		{"the key", `"$RUN" sh -c 'echo ready; read x; echo "got $x"; exit 5'; echo "stopped $?"; jobs; fg >/dev/null; echo "ended $?"`,
			keys("ready", "\x1a", "Stopped", "word\n"), "stopped 148"},
		{"the command itself", `"$RUN" sh -c 'kill -STOP $$; read x; echo "got $x"; exit 5'; echo "stopped $?"; jobs; fg >/dev/null; echo "ended $?"`,
			keys("Stopped", "word\n"), "stopped 147"},
		{"the terminal, for it reads in the background", `"$RUN" sh -c 'read x; echo "got $x"; exit 5' & while ! jobs | grep Stopped; do sleep 0.1; done; echo stopped; fg >/dev/null; echo "ended $?"`,
			keys("stopped", "word\n"), "Stopped"},
		{"the key, and the wrapper is deaf again", `"$RUN" sh -c 'echo ready; read x; until grep -q "SigIgn:.*[89a-f]....$" /proc/$PPID/status; do sleep 0.01; done; echo "got $x"; exit 5'; echo "stopped $?"; fg >/dev/null; echo "ended $?"`,
			keys("ready", "\x1a", "stopped 148", "word\n"), "stopped 148"},
	} {
		screen, code := pty.Run(t, wrapped(t, c.script), c.reply)
		if code != 0 || !strings.Contains(screen, c.stopped) || !strings.Contains(screen, "got word\nended 5\n") {
			t.Errorf("%s: %d, want %q\n%s", c.name, code, c.stopped, screen)
		}
	}
}

// A shell that is run has a process group of its own, and the terminal is that group's. Where it
// stops, the shell outside is back; where it goes on, it has the terminal again.
func TestAShellThatIsSuspended(t *testing.T) {
	screen, code := pty.Run(t, wrapped(t, `PS1='inner> ' "$RUN" bash --norc --noprofile -i; echo "stopped $?"; fg >/dev/null; echo "again $?"; fg >/dev/null; echo "ended $?"`),
		keys("inner> ", "suspend -f\n", "stopped 147", "suspend -f\n", "again 147", "echo got word; exit 5\n"))
	if code != 0 || !strings.Contains(screen, "\ngot word\n") || !strings.HasSuffix(screen, "ended 5\n") {
		t.Errorf("%d\n%s", code, screen)
	}
}

// A command that does not stop for the key is not left alone: the shell goes on waiting.
func TestACommandThatIgnoresTheStopKey(t *testing.T) {
	screen, code := pty.Run(t, wrapped(t, `"$RUN" sh -c 'trap "" TSTP; echo ready; read x; echo "got $x"; exit 5'; echo "ended $?"`),
		keys("ready", "\x1aword\n"))
	if code != 0 || !strings.Contains(screen, "got word\nended 5\n") {
		t.Errorf("%d\n%s", code, screen)
	}
}

// What is sent to the program alone reaches the command.
func TestSignalsArePassedOn(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1} {
		out := filepath.Join(t.TempDir(), "out")
		c := program(t, `trap 'exit 9' INT TERM HUP QUIT USR1; echo ready >`+out+`; while :; do sleep 0.05; done`)
		c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		heard := make(chan os.Signal, 1)
		signal.Notify(heard, s) // else it stays ignored where these tests run under nohup
		err := c.Start()
		signal.Stop(heard)
		if err != nil {
			t.Fatal(err)
		}
		await(t, out)
		if err := c.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait()
		if code := c.ProcessState.ExitCode(); code != 9 {
			t.Errorf("%s: %d", s, code)
		}
	}
}

func await(t *testing.T, path string) {
	t.Helper()
	for b := []byte(nil); len(b) == 0; time.Sleep(10 * time.Millisecond) {
		b, _ = os.ReadFile(path)
	}
}

// nohup's wish is the command's, too.
func TestAnIgnoredSignalStaysIgnored(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "sh", "-c", `trap '' HUP; exec "$0" grep SigIgn /proc/self/status >`+out, self)
	c.Env = []string{"ATTACHED=1", "PATH=" + os.Getenv("PATH")}
	if b, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	set, err := strconv.ParseUint(strings.Fields(string(b))[1], 16, 64)
	if err != nil || set&1 == 0 { // SIGHUP is 1
		t.Errorf("%s, %v", b, err)
	}
}

// A command that leaves something in the background is over when it ends, as in a shell, even if
// that has its files.
func TestADaemonIsNotWaitedFor(t *testing.T) {
	out := filepath.Join(t.TempDir(), "pid")
	c := program(t, `(exec sh -c 'echo $$ >`+out+`; exec sleep 1000') & while [ ! -s `+out+` ]; do sleep 0.01; done; exit 6`)
	var err error
	if c.Stdout, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
		t.Fatal(err)
	}
	if _ = c.Run(); c.ProcessState.ExitCode() != 6 {
		t.Error(c.ProcessState)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Errorf("it was waited for, or ended: %v", err)
	}
}

// A script that stands in for a command starts the command; it finds itself first.
func TestAWrapperOnPATH(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"first/tool": `echo first; exec "$RUN" tool "$@"`, "second/tool": `echo second; exec "$RUN" tool "$@"`, "real/tool": `echo "real $*"; exit 7`,
		"real/again": `echo "$1"; [ "$1" = 2 ] || exec "$RUN" again 2`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("first", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		argv []string
		code int
		out  string
	}{
		{"D/real", []string{"tool", "a"}, 7, "real a\n"},
		{"D/first:D/real", []string{"tool", "a"}, 7, "first\nreal a\n"},
		{"D/first:D/second:D/link:D/real", []string{"tool"}, 7, "first\nsecond\nreal \n"},
		{"first:D/real", []string{"tool"}, 7, "first\nreal \n"},
		{"D/first:D/real", []string{dir + "/first/tool"}, 7, "first\nreal \n"},
		{"D/first:D/second", []string{"tool"}, 126, "first\nsecond\nfirst\nsecond\n"}, // there is no real one
		{"D/real", []string{"again", "1"}, 0, "1\n2\n"},                               // no wrapper
	} {
		for _, interactive := range []string{"", "COLLECTS=1"} { // as a collector starts it
			cmd := exec.CommandContext(t.Context(), self, c.argv...)
			cmd.Dir = dir
			cmd.Env = []string{"ATTACHED=1", "RUN=" + self, "PATH=" + strings.ReplaceAll(c.path, "D/", dir+"/")}
			if interactive != "" && !strings.HasPrefix(c.path, "first") { // relative folders are for people
				cmd.Env = append(cmd.Env, interactive)
			}
			out, _ := cmd.Output()
			if code := cmd.ProcessState.ExitCode(); code != c.code || string(out) != c.out {
				t.Errorf("%q on %q %s: %d, %q", c.argv, c.path, interactive, code, out)
			}
		}
	}
}

func TestFindsAsShellsDo(t *testing.T) {
	dir := t.TempDir()
	for name, f := range map[string]struct {
		text string
		mode os.FileMode
	}{"plain": {"echo hello $1\n", 0o755}, "data": {"", 0o644}} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(f.text), f.mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		argv []string
		path string
		code int
		out  string
	}{
		{[]string{"plain", "you"}, dir, 0, "hello you\n"}, // not #!: the shell's
		{[]string{"./plain", "you"}, "/nowhere", 0, "hello you\n"},
		{[]string{"plain", "you"}, ".", 0, "hello you\n"},
		{[]string{"plain", "you"}, ":/nowhere", 0, "hello you\n"},
		{[]string{"nothing"}, dir, 127, ""},
		{[]string{"./nothing"}, dir, 127, ""},
		{[]string{""}, dir, 127, ""},
		{[]string{"data"}, dir, 126, ""},
		{[]string{"./data"}, dir, 126, ""},
		{[]string{dir}, dir, 126, ""},
	} {
		cmd := exec.Command("/proc/self/exe", c.argv...)
		cmd.Dir, cmd.Env = dir, []string{"ATTACHED=1", "PATH=" + c.path}
		out, _ := cmd.Output()
		if code := cmd.ProcessState.ExitCode(); code != c.code || string(out) != c.out {
			t.Errorf("%q on %q: %d, %q", c.argv, c.path, code, out)
		}
	}
}
