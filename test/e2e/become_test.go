package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// becomes is the variable that makes this binary put on a machine's name: the
// host name is its value. The machine's id is taken from the file $machine_id.
const becomes = "E2E_BECOMES"

const (
	capSysAdmin    = 21
	prCapAmbient   = 47
	ambientClear   = 4
	machineID      = "/etc/machine-id"
	newMachineID   = "E2E_MACHINE_ID"
	exitNoNewNames = 125
)

// named gives a command a host name and a machine id of its own.
func named(cmd *exec.Cmd, hostname, idFile string) {
	cmd.Args = append([]string{os.Args[0], cmd.Path}, cmd.Args[1:]...)
	cmd.Path = "/proc/self/exe"
	cmd.Env = append(cmd.Env, becomes+"="+hostname, newMachineID+"="+idFile)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Setpgid:     true,
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS | syscall.CLONE_NEWUTS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}},
		AmbientCaps: []uintptr{capSysAdmin},
	}
}

// become runs in namespaces of its own, and goes on as argv without privileges.
func become(hostname string, argv []string) {
	fail := func(what string, err error) {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(exitNoNewNames)
	}
	if err := syscall.Sethostname([]byte(hostname)); err != nil {
		fail("sethostname", err)
	}
	if _, err := os.Stat(machineID); err == nil { // many containers have none
		if err := syscall.Mount(os.Getenv(newMachineID), machineID, "", syscall.MS_BIND, ""); err != nil {
			fail("mount "+machineID, err)
		}
	}
	runtime.LockOSThread() // the thread that execs is the one that counts
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, prCapAmbient, ambientClear, 0, 0, 0, 0); errno != 0 {
		fail("prctl", errno)
	}
	_ = os.Unsetenv(becomes)
	fail(argv[0], syscall.Exec(argv[0], argv, os.Environ()))
}
