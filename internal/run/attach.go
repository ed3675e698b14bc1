package run

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"unsafe"
)

// ErrNotExecutable is the cause of an error about a file that is there and is no program.
var ErrNotExecutable = errors.New("permission denied")

// ErrItself is the cause of an error about a command that only starts itself again.
var ErrItself = errors.New("it only starts itself again")

// Guard is the variable that says which files led to a process, of those that a Runner started:
// what stands in for a command, and starts it through us, is so told from the command.
const Guard = "BKT_LOCAL_RUN"

// attach starts a command that has the terminal and waits for it. The command stays in this
// process group, so that keys and the terminal's size reach it without us; what is sent to this
// process alone is passed on, and where the command stops, this process does: so a shell's job
// control sees one job.
func attach(cmd *exec.Cmd) error {
	signals := make(chan os.Signal, 16)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTSTP, syscall.SIGTERM, syscall.SIGHUP,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGTTIN, syscall.SIGTTOU, syscall.SIGCONT} {
		if !signal.Ignored(s) { // by nohup, or a shell's &: the command inherits that
			signal.Notify(signals, s)
		}
	}
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return err
	}
	defer deaf()()
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				pass(cmd.Process, s)
			case <-ended:
				return
			}
		}
	}()
	mirror(cmd.Process)
	err := cmd.Wait()
	close(ended)
	return err
}

// pass gives a signal to the command, unless the terminal has sent it to both.
func pass(p *os.Process, s os.Signal) {
	switch s {
	case syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU: // from before deaf
		return
	case syscall.SIGINT, syscall.SIGQUIT:
		if foreground() == syscall.Getpgrp() {
			return
		}
	case syscall.SIGCONT: // once: it may have stopped again
		resume(p)
		return
	}
	_ = p.Signal(s)
}

// mirror waits until the command has ended, and stops where it stops. A shell has a process group
// of its own, with the terminal: whoever waits for us is left in front of it all the same.
func mirror(p *os.Process) {
	const exited, stopped, noHang, noWait = 4, 2, 1, 0x01000000 // WEXITED, WSTOPPED, WNOHANG, WNOWAIT
	for {
		code, by, err := waitid(p.Pid, exited|stopped|noWait)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil || code != 5: // CLD_STOPPED
			return
		}
		_, _, _ = waitid(p.Pid, stopped|noHang) // it is known now
		front, group := foreground(), groupOf(p)
		if by == syscall.SIGTTIN || by == syscall.SIGTTOU || front == syscall.Getpgrp() || front != 0 && front == group {
			halt(by) // what continues us is passed on
		}
	}
}

// deaf ignores what stops processes, until it is undone: it is the command's to stop, or not to.
// Nothing else is started meanwhile, which would inherit that.
func deaf() (undo func()) {
	was := map[syscall.Signal]*disposition{}
	for _, s := range []syscall.Signal{syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU} {
		was[s] = &disposition{}
		sigaction(s, &disposition{ignore}, was[s])
	}
	return func() {
		for s, d := range was {
			sigaction(s, d, nil)
		}
	}
}

// halt stops this process, until somebody continues it, by the signal that stopped the command:
// shells tell them apart. The thread that calls is the one that gets the signal, and so gets no
// further before the end.
func halt(by syscall.Signal) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var own disposition
	there := sigaction(by, &disposition{}, &own)
	_ = syscall.Tgkill(os.Getpid(), syscall.Gettid(), by)
	if there {
		sigaction(by, &own, nil)
	}
}

// disposition is what a process does with a signal, as the kernel has it: handler, flags,
// restorer, mask. The zero value is what the system does by itself.
type disposition [4]uint64

const ignore = 1 // SIG_IGN

// sigaction is sigaction(2): the runtime's own would not stop for a signal that it knows.
func sigaction(s syscall.Signal, now, before *disposition) bool {
	_, _, errno := syscall.Syscall6(syscall.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(now)), uintptr(unsafe.Pointer(before)), 8, 0, 0)
	return errno == 0
}

// resume continues the command. One that has a process group of its own gets the terminal back,
// where that is here.
func resume(p *os.Process) {
	group := groupOf(p)
	if group == 0 || group == syscall.Getpgrp() {
		_ = p.Signal(syscall.SIGCONT)
		return
	}
	if foreground() == syscall.Getpgrp() {
		n := int32(group)
		_ = terminal(syscall.TIOCSPGRP, &n)
	}
	_ = syscall.Kill(-group, syscall.SIGCONT)
}

// groupOf is the process group of a command; 0 where nobody knows.
func groupOf(p *os.Process) int {
	group, err := syscall.Getpgid(p.Pid)
	if err != nil {
		return 0
	}
	return group
}

// waitid is waitid(2) for one process: what became of it, and by which signal or with which code.
func waitid(pid, options int) (code int32, status syscall.Signal, err error) {
	const one = 1 // P_PID
	var info [128]byte
	_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, one, uintptr(pid), uintptr(unsafe.Pointer(&info)), uintptr(options), 0, 0)
	if errno != 0 {
		return 0, 0, errno
	}
	field := func(at int) int32 { return *(*int32)(unsafe.Pointer(&info[at])) } // siginfo_t: si_code, si_status
	return field(8), syscall.Signal(field(24)), nil
}

// foreground is the process group that the terminal's keys reach; 0 without a terminal.
func foreground() int {
	var group int32
	if !terminal(syscall.TIOCGPGRP, &group) {
		return 0
	}
	return int(group)
}

// terminal asks the terminal of this process.
func terminal(request uintptr, arg *int32) bool {
	tty, err := os.OpenFile("/dev/tty", os.O_RDONLY|syscall.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	defer tty.Close()
	raw, err := tty.SyscallConn()
	if err != nil {
		return false
	}
	var errno syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(arg)))
	})
	return err == nil && errno == 0
}

// find is Look as shells do it: relative folders of PATH count, and a file that is no program
// is told from one that is not there. A file that this was started by is passed over, for it
// may be a script that stands in for the command; where there is no other it is the command.
func (x *Exec) find(name string) (string, error) {
	cause, once := ErrNotFound, ""
	dirs := filepath.SplitList(getenv(x.Env, "PATH"))
	switch {
	case name == "":
		dirs = nil
	case strings.ContainsRune(name, '/'):
		if cause = startable(name, true); cause == nil {
			return name, nil
		}
		dirs = nil
	}
	for _, dir := range dirs {
		if dir == "" {
			dir = "."
		}
		p := dir + "/" + name
		if err := startable(p, false); err != nil {
			if err != ErrNotFound {
				cause = err
			}
			continue
		}
		switch n := x.starters(p); {
		case n == 0:
			return p, nil
		case n == 1 && once == "":
			once = p
		case n > 1:
			cause = ErrItself
		}
	}
	if once != "" {
		return once, nil
	}
	return "", &Error{Argv: []string{name}, Code: -1, Err: cause}
}

// startable is nil for a program. A folder is one that cannot be started only where it was named.
func startable(path string, named bool) error {
	fi, err := os.Stat(path)
	switch {
	case err != nil:
		return ErrNotFound
	case fi.Mode().IsRegular() && syscall.Access(path, 1) == nil:
		return nil
	case fi.Mode().IsRegular() || named:
		return ErrNotExecutable
	}
	return ErrNotFound
}

// starters counts how many of the files that this was started by are that file.
func (x *Exec) starters(path string) (n int) {
	list := getenv(x.Env, Guard)
	if list == "" {
		return 0
	}
	fi, err := os.Stat(path)
	if err != nil {
		return 0
	}
	for _, p := range filepath.SplitList(list) {
		if other, err := os.Stat(p); err == nil && os.SameFile(fi, other) {
			n++
		}
	}
	return n
}

// guard is the variable for what is started from a file: it, and all that led here.
func (x *Exec) guard(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if before := getenv(x.Env, Guard); before != "" {
		path = before + string(filepath.ListSeparator) + path
	}
	return Guard + "=" + path
}

// attached runs an interactive command: in its own language, with the environment as it is. What
// the kernel does not take for a program is the shell's, as it is in shells.
func (x *Exec) attached(cmd *exec.Cmd) error {
	err := attach(cmd)
	if !errors.Is(err, syscall.ENOEXEC) {
		return err
	}
	again := exec.Command("/bin/sh", append([]string{cmd.Path}, cmd.Args[1:]...)...)
	again.Dir, again.Env, again.Stdin, again.Stdout, again.Stderr = cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr
	err = attach(again)
	cmd.Process, cmd.ProcessState = again.Process, again.ProcessState
	return err
}
