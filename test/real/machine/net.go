package machine

import (
	"fmt"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"bkt/test/real"
)

// Listen listens on an address of the machine, whose network has nothing but
// the loopback, until the test ends: a server of the test is then one of the
// machine's.
func (m *Machine) Listen(t real.T, address string) net.Listener {
	t.Helper()
	l, err := listenIn(m.leader, address)
	if err != nil {
		t.Fatalf("listen on %s in the machine: %v", address, err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// listenIn goes into the network of a process and back. The thread must live
// on: machines that it started would be killed with it (Pdeathsig).
func listenIn(pid int, address string) (net.Listener, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return nil, err
	}
	defer home.Close()
	there, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		return nil, err
	}
	defer there.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", address)
	if back := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); back != nil {
		panic(back) // this thread is lost in the machine's network
	}
	return l, err
}
