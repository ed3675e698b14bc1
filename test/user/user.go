// Package user runs a suite as an ordinary user, since bkt treats root differently and no file is unreadable to it.
package user

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// Become runs this process again as the user 1000 of a user namespace whose files are root's,
// and gives its exit code: for the TestMain of a suite that root has started.
func Become() int {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, HostID: 0, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, HostID: 0, Size: 1}},
		Credential:  &syscall.Credential{Uid: 1000, Gid: 1000, NoSetGroups: true},
	}
	err := cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return ended.ExitCode()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "these tests cannot run as root, nor become another user here: %v\n", err)
		return 1
	}
	return 0
}
