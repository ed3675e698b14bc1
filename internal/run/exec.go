package run

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// killWait is how long an ended command's pipes may stay open in a grandchild's hands.
const killWait = 500 * time.Millisecond

// stopWait is how long a command that changes something may take to end by itself.
const stopWait = 10 * time.Second

// Exec runs commands for real: in the C locale, in a process group of their own,
// with stdin closed and a time-out.
type Exec struct {
	Env     []string      // the whole environment, KEY=value
	Timeout time.Duration // for commands that name none; 0: none
	Stop    time.Duration // how long a command that changes something may take to end when it is told to; 0: 10 s
	Stdin   io.Reader     // for interactive commands
	Stdout  io.Writer
	Stderr  io.Writer
}

// Look finds name on the PATH of x.Env; a name with a slash is taken as it is.
func (x *Exec) Look(name string) (string, error) {
	if strings.ContainsRune(name, '/') {
		if executable(name) {
			return name, nil
		}
		return "", &Error{Argv: []string{name}, Code: -1, Err: ErrNotFound}
	}
	for _, dir := range filepath.SplitList(getenv(x.Env, "PATH")) {
		if p := filepath.Join(dir, name); filepath.IsAbs(dir) && executable(p) {
			return p, nil
		}
	}
	return "", &Error{Argv: []string{name}, Code: -1, Err: ErrNotFound}
}

// Run starts the command and waits for it; see Cmd for what is passed on.
func (x *Exec) Run(ctx context.Context, c Cmd) (Result, error) {
	if len(c.Argv) == 0 {
		return Result{Code: -1}, &Error{Code: -1, Err: ErrNotFound}
	}
	look := x.Look
	if c.Interactive {
		look = x.find
	}
	path, err := look(c.Argv[0])
	if err != nil {
		return Result{Code: -1}, err
	}
	limit := c.Timeout
	if limit == 0 {
		limit = x.Timeout
	}
	run := ctx
	if limit > 0 && !c.Interactive {
		var cancel context.CancelFunc
		run, cancel = context.WithTimeoutCause(ctx, limit, ErrTimeout)
		defer cancel()
	}
	cmd := exec.CommandContext(run, path, c.Argv[1:]...)
	cmd.Dir = c.Dir
	cmd.Env = append(cmd.Env, x.Env...)
	if !c.Interactive {
		cmd.Env = append(cmd.Env, "LC_ALL=C", "LANGUAGE=")
	}
	cmd.Env = append(append(cmd.Env, x.guard(path)), c.Env...)
	if c.Interactive {
		cmd.Args[0] = c.Argv[0]
		cmd.Stdin, cmd.Stdout, cmd.Stderr = x.Stdin, x.Stdout, x.Stderr
		err := x.attached(cmd)
		return ended(run, c, cmd, Result{Code: code(cmd, err)}, err, limit)
	}
	var out, errs pipe
	err = x.wire(cmd, c, &out, &errs)
	if c.Effect == Changes {
		defer x.gently(cmd)()
	}
	if err == nil {
		err = cmd.Start()
	}
	out.start()
	errs.start()
	if err == nil {
		err = cmd.Wait()
	}
	return ended(run, c, cmd, Result{Stdout: out.end(), Stderr: errs.end(), Code: code(cmd, err)}, err, limit)
}

// ended words how a command ended.
func ended(run context.Context, c Cmd, cmd *exec.Cmd, res Result, err error, limit time.Duration) (Result, error) {
	if err == nil || errors.Is(err, exec.ErrWaitDelay) && run.Err() == nil && c.Stdout == nil {
		return res, nil // it did not want all of its stdin
	}
	e := &Error{Argv: c.Argv, Code: res.Code, Stderr: tail(res.Stderr), After: limit}
	switch {
	case run.Err() != nil:
		e.Err = context.Cause(run)
	case !errors.As(err, new(*exec.ExitError)):
		e.Err = err
	case res.Code > 128:
		if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			e.Err = errors.New("ended by signal: " + ws.Signal().String())
		}
	}
	return res, e
}

// wire connects the standard files and arranges for the whole group to be killed.
func (x *Exec) wire(cmd *exec.Cmd, c Cmd, out, errs *pipe) error {
	cmd.Stdin, cmd.Stdout = c.Stdin, c.Stdout
	if c.Stdout == nil {
		if err := out.open(); err != nil {
			return err
		}
		cmd.Stdout = out.w
	}
	if err := errs.open(); err != nil {
		return err
	}
	cmd.Stderr = errs.w
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return send(cmd, syscall.SIGKILL) }
	cmd.WaitDelay = killWait
	return nil
}

// gently lets a command that changes something come to an end by itself: killed in the middle
// of a transaction it would leave the machine broken. done is to be called once it has ended.
func (x *Exec) gently(cmd *exec.Cmd) (done func()) {
	patience := cmp.Or(x.Stop, stopWait)
	var mu sync.Mutex
	var last *time.Timer
	cmd.Cancel = func() error {
		mu.Lock()
		defer mu.Unlock()
		last = time.AfterFunc(patience, func() { _ = send(cmd, syscall.SIGKILL) })
		return send(cmd, syscall.SIGTERM)
	}
	cmd.WaitDelay = patience + killWait
	return func() {
		mu.Lock()
		defer mu.Unlock()
		if last != nil && last.Stop() {
			_ = send(cmd, syscall.SIGKILL) // what it left behind in its group
		}
	}
}

// send reaches the whole group of a command.
func send(cmd *exec.Cmd, sig syscall.Signal) error {
	if err := syscall.Kill(-cmd.Process.Pid, sig); err != syscall.ESRCH {
		return err
	}
	return os.ErrProcessDone
}

// code is the shell's idea of how a command ended.
func code(cmd *exec.Cmd, err error) int {
	if cmd.ProcessState == nil {
		return -1
	}
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return cmd.ProcessState.ExitCode()
}

// tail is the end of a command's stderr.
func tail(b []byte) string {
	const most = 2000
	if len(b) > most {
		b = b[len(b)-most:]
	}
	return strings.ToValidUTF8(strings.TrimSpace(string(b)), "?")
}

// getenv reads one variable of an environment; the last one wins, as in exec.
func getenv(env []string, key string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(env[i], key+"="); ok {
			return v
		}
	}
	return ""
}

func executable(path string) bool {
	fi, err := os.Stat(path)
	return err == nil && fi.Mode().IsRegular() && fi.Mode()&0o111 != 0
}
