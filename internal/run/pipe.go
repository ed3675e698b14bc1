package run

import (
	"bytes"
	"os"
	"syscall"
	"time"
)

// pipe collects what a command writes. The pipes of os/exec are closed a fixed time after the
// command has ended, read or not: on a busy machine a list would be cut off, and look whole.
type pipe struct {
	r, w *os.File
	b    bytes.Buffer
	done chan struct{}
}

func (p *pipe) open() (err error) {
	p.r, p.w, err = os.Pipe()
	return err
}

// start reads as long as the command runs, once it has its end of the pipe or could not start.
func (p *pipe) start() {
	if p.r == nil {
		return
	}
	p.w.Close()
	p.done = make(chan struct{})
	go func() {
		_, _ = p.b.ReadFrom(p.r)
		close(p.done)
	}()
}

// end gives all that the command has written. Somebody whom it left behind may keep the pipe;
// then it is what was in it when killWait is over, and no byte less.
func (p *pipe) end() []byte {
	if p.r == nil {
		return nil
	}
	defer p.r.Close()
	select {
	case <-p.done:
	case <-time.After(killWait):
		_ = p.r.SetReadDeadline(time.Now()) // wakes the reader up
		<-p.done
		p.rest()
	}
	return p.b.Bytes()
}

// rest takes what is still in the pipe, without waiting for more.
func (p *pipe) rest() {
	_ = p.r.SetReadDeadline(time.Time{})
	raw, err := p.r.SyscallConn()
	if err != nil {
		return
	}
	const most = 1 << 20 // no pipe holds more
	buf := make([]byte, 64<<10)
	_ = raw.Read(func(fd uintptr) bool {
		for got := 0; got < most; {
			n, err := syscall.Read(int(fd), buf)
			if err == syscall.EINTR {
				continue
			}
			if n <= 0 {
				break
			}
			got += n
			p.b.Write(buf[:n])
		}
		return true
	})
}
