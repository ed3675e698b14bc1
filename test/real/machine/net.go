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
	type answer struct {
		l   net.Listener
		err error
	}
	done := make(chan answer)
	go func() {
		// The thread is in the other network by then and ends with the goroutine.
		runtime.LockOSThread()
		l, err := listenIn(m.leader, address)
		done <- answer{l, err}
	}()
	a := <-done
	if a.err != nil {
		t.Fatalf("listen on %s in the machine: %v", address, a.err)
	}
	t.Cleanup(func() { _ = a.l.Close() })
	return a.l
}

func listenIn(pid int, address string) (net.Listener, error) {
	ns, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		return nil, err
	}
	defer ns.Close()
	if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
		return nil, err
	}
	return net.Listen("tcp", address)
}
