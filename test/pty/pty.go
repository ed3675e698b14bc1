// Package pty gives tests a terminal: whole programs ask on one, and look different on one.
package pty

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"unsafe"

	"bkt/test/real"
)

// Open opens a pseudo-terminal: the end that a person sees and types at, and the end that a
// program has.
func Open(t real.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { person.Close() })
	var n, unlock int32
	for request, arg := range map[uintptr]*int32{syscall.TIOCSPTLCK: &unlock, syscall.TIOCGPTN: &n} {
		if err := ioctl(person, request, arg); err != nil {
			t.Fatalf("/dev/ptmx: %v", err)
		}
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { program.Close() })
	return person, program
}

func ioctl(f *os.File, request uintptr, arg *int32) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var errno syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(arg)))
	})
	if err == nil && errno != 0 {
		err = errno
	}
	return err
}

// mark is written to the terminal when the command has ended.
const mark = "\x00the end\x00"

// Run runs a command in a session of its own, with the terminal as its stdin, stdout and
// stderr. After each piece of output it types what reply answers to all that was seen so far,
// which may be nothing. It gives what was seen, with plain line ends, and the exit code.
func Run(t real.T, c *exec.Cmd, reply func(seen string) string) (screen string, code int) {
	t.Helper()
	person, program := Open(t)
	c.Stdin, c.Stdout, c.Stderr = program, program, program
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		t.Fatalf("%v", err)
	}
	// A terminal that nobody has open may drop what was written last. It stays open here until
	// what stands behind that has come through.
	ended := make(chan error, 1)
	go func() {
		err := c.Wait()
		_, unwritten := io.WriteString(program, mark)
		ended <- errors.Join(err, unwritten)
	}()
	var seen strings.Builder
	b := make([]byte, 4096)
	for {
		n, err := person.Read(b)
		seen.Write(b[:n])
		if text := seen.String(); strings.Contains(text, mark) {
			seen.Reset()
			seen.WriteString(strings.Replace(text, mark, "", 1))
			program.Close()
		}
		screen = strings.ReplaceAll(seen.String(), "\r\n", "\n")
		if err != nil {
			break // the last program that had the terminal is gone
		}
		if _, err := io.WriteString(person, reply(screen)); err != nil && !errors.Is(err, syscall.EIO) {
			t.Fatalf("%v", err)
		}
	}
	err := <-ended
	if code = c.ProcessState.ExitCode(); code < 0 {
		t.Fatalf("%v\n%s", err, screen)
	}
	return screen, code
}
