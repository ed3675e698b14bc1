package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// env is the environment of the commands in these tests.
var env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=de_DE.UTF-8", "LANGUAGE=de", "A=1", "A=2"}

func sh(script string) Cmd { return Cmd{Argv: []string{"sh", "-c", script}} }

func TestExecGivesOutputAndCode(t *testing.T) {
	x := &Exec{Env: env}
	res, err := x.Run(t.Context(), sh("echo out; echo err >&2"))
	if err != nil || string(res.Stdout) != "out\n" || string(res.Stderr) != "err\n" || res.Code != 0 {
		t.Errorf("%+v, %v", res, err)
	}
	for script, c := range map[string]struct {
		code int
		msg  string
	}{
		"echo out; echo one >&2; echo two >&2; exit 3": {3, "sh: exit status 3: two"},
		"exit 255":      {255, "sh: exit status 255"},
		"kill -TERM $$": {143, "sh: ended by signal: terminated"},
		"kill -KILL $$": {137, "sh: ended by signal: killed"},
		"exit 143":      {143, "sh: exit status 143"},
	} {
		res, err := x.Run(t.Context(), sh(script))
		var e *Error
		if !errors.As(err, &e) || res.Code != c.code || e.Code != c.code || err.Error() != c.msg {
			t.Errorf("%s: %+v, %v", script, res, err)
		}
		if strings.Contains(script, "echo out") && string(res.Stdout) != "out\n" {
			t.Errorf("%s: what it wrote is lost: %+v", script, res)
		}
	}
}

func TestExecSpeaksC(t *testing.T) {
	res, err := (&Exec{Env: env}).Run(t.Context(), Cmd{Argv: []string{"env"}, Env: []string{"B=3"}})
	if err != nil {
		t.Fatal(err)
	}
	got := "\n" + string(res.Stdout)
	for _, want := range []string{"\nLC_ALL=C\n", "\nLANGUAGE=\n", "\nA=2\n", "\nB=3\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if strings.Contains(got, "HOME=") {
		t.Errorf("the test's own environment leaks: %s", got)
	}
}

func TestExecHasNoStdinUnlessGiven(t *testing.T) {
	x := &Exec{Env: env, Stdin: strings.NewReader("the terminal")}
	if res, err := x.Run(t.Context(), sh("cat")); err != nil || len(res.Stdout) != 0 {
		t.Errorf("%q, %v", res.Stdout, err)
	}
	c := sh("cat")
	c.Stdin = strings.NewReader("given")
	if res, err := x.Run(t.Context(), c); err != nil || string(res.Stdout) != "given" {
		t.Errorf("%q, %v", res.Stdout, err)
	}
}

func TestExecInteractive(t *testing.T) {
	var out, errs bytes.Buffer
	x := &Exec{Env: env, Stdin: strings.NewReader("typed"), Stdout: &out, Stderr: &errs, Timeout: time.Nanosecond}
	c := sh("cat; echo e >&2; exit 7")
	c.Interactive = true
	res, err := x.Run(t.Context(), c)
	if res.Code != 7 || err == nil || out.String() != "typed" || errs.String() != "e\n" || res.Stdout != nil {
		t.Errorf("%+v, %v, %q, %q", res, err, out.String(), errs.String())
	}
}

func TestExecWritesToStdoutOfTheCaller(t *testing.T) {
	var out bytes.Buffer
	c := sh("echo out")
	c.Stdout = &out
	if res, err := (&Exec{Env: env}).Run(t.Context(), c); err != nil || out.String() != "out\n" || len(res.Stdout) != 0 {
		t.Errorf("%+v, %v, %q", res, err, out.String())
	}
}

func TestExecRunsInDir(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := sh("pwd -P")
	c.Dir = dir
	if res, err := (&Exec{Env: env}).Run(t.Context(), c); err != nil || string(res.Stdout) != dir+"\n" {
		t.Errorf("%s, %v", res.Stdout, err)
	}
}

func TestTimeout(t *testing.T) {
	for name, c := range map[string]struct{ runner, command time.Duration }{
		"the runner's":  {50 * time.Millisecond, 0},
		"the command's": {time.Hour, 50 * time.Millisecond},
	} {
		cmd := Cmd{Argv: []string{"sleep", "1000"}, Timeout: c.command}
		_, err := (&Exec{Env: env, Timeout: c.runner}).Run(t.Context(), cmd)
		if !errors.Is(err, ErrTimeout) || err.Error() != "sleep 1000: no answer within 50ms" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTheWholeGroupIsKilled cancels a command whose child's child holds its pipes.
func TestTheWholeGroupIsKilled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := (&Exec{Env: env, Timeout: time.Hour}).Run(ctx, sh("sh -c 'echo $$ >"+file+".new; mv "+file+".new "+file+"; exec sleep 1000' & wait"))
		done <- err
	}()
	var pid int
	eventually(t, "the grandchild starts", func() bool {
		b, _ := os.ReadFile(file)
		pid, _ = strconv.Atoi(strings.TrimSpace(string(b)))
		return pid > 0
	})
	if gone(pid) {
		t.Fatal("the grandchild is not there")
	}
	cause := errors.New("enough")
	cancel(cause)
	if err := <-done; !errors.Is(err, cause) {
		t.Errorf("%v", err)
	}
	eventually(t, "the grandchild is gone", func() bool { return gone(pid) })
}

// gone says whether a process has ended, buried or not.
func gone(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, after, _ := strings.Cut(string(b), ") ")
	return strings.HasPrefix(after, "Z") || strings.HasPrefix(after, "X")
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// TestADaemonThatStaysIsNoFailure: a command may start something that inherits its pipes.
func TestADaemonThatStaysIsNoFailure(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	res, err := (&Exec{Env: env}).Run(t.Context(), sh("sleep 1000 & echo $! >"+file+"; echo done"))
	b, _ := os.ReadFile(file)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(b)))
	if pid == 0 {
		t.Fatal("no daemon")
	}
	daemon, ferr := os.FindProcess(pid)
	if ferr != nil {
		t.Fatal(ferr)
	}
	defer daemon.Kill()
	if err != nil || string(res.Stdout) != "done\n" || res.Code != 0 {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestACancelledContextStartsNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (&Exec{Env: env}).Run(ctx, Cmd{Argv: []string{"touch", file}}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("it ran")
	}
}

func TestLook(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, mode os.FileMode) {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("a/tool", 0o644)
	write("b/tool", 0o755)
	write("c/tool", 0o755)
	write("c/other", 0o755)
	write("b/other/x", 0o755)
	t.Chdir(dir)
	x := &Exec{Env: []string{"PATH=/nowhere", "PATH=c::a:" + dir + "/a:" + dir + "/b:" + dir + "/c"}}
	for name, want := range map[string]string{
		"tool": dir + "/b/tool", "other": dir + "/c/other", "./b/tool": "./b/tool", dir + "/b/tool": dir + "/b/tool",
		"none": "", "./a/tool": "", "b/other": "", "": "",
	} {
		got, err := x.Look(name)
		if got != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	if _, err := (&Exec{}).Look("sh"); !errors.Is(err, ErrNotFound) {
		t.Errorf("without a PATH: %v", err)
	}
	for _, argv := range [][]string{{"no-such-command"}, {}, nil} {
		res, err := x.Run(t.Context(), Cmd{Argv: argv})
		if !errors.Is(err, ErrNotFound) || res.Code != -1 {
			t.Errorf("%q: %+v, %v", argv, res, err)
		}
	}
}

func TestAFileThatIsNoProgram(t *testing.T) {
	p := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(p, []byte("\x7fELFnot"), 0o755); err != nil {
		t.Fatal(err)
	}
	res, err := (&Exec{Env: env}).Run(t.Context(), Cmd{Argv: []string{p}})
	if err == nil || res.Code != -1 || !strings.HasPrefix(err.Error(), "x: fork/exec ") {
		t.Errorf("%+v, %v", res, err)
	}
}

// A command that changes something is told to end before it is killed; one that reads is not
// waited for.
func TestAChangeEndsByItself(t *testing.T) {
	x := &Exec{Env: os.Environ(), Stop: 200 * time.Millisecond}
	for _, c := range []struct {
		name, script string
		effect       Effect
		want         string
	}{
		{"a change", `trap 'echo finished >"$0"; exit 3' TERM; : >"$0"; while :; do sleep 0.02; done`, Changes, "finished\n"},
		{"a reading", `trap 'echo finished >"$0"; exit 3' TERM; : >"$0"; while :; do sleep 0.02; done`, Reads, ""},
		{"a change that does not listen", `trap 'echo told >>"$0"' TERM; : >"$0"; while :; do sleep 0.02; done`, Changes, "told\n"},
	} {
		file := filepath.Join(t.TempDir(), "said")
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for {
				if _, err := os.Stat(file); err == nil {
					cancel()
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		}()
		_, err := x.Run(ctx, Cmd{Argv: []string{"sh", "-c", c.script, file}, Effect: c.effect})
		b, _ := os.ReadFile(file)
		if !errors.Is(err, context.Canceled) || string(b) != c.want {
			t.Errorf("%s: %v, %q", c.name, err, b)
		}
		cancel()
	}
}
