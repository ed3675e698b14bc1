package doc

import (
	"bytes"
	"io"
	"runtime"
	"runtime/debug"
	"syscall"
	"unsafe"
)

// A large document is one whose memory is worth asking for at once.
const large = 32 << 10

// What becomes of a document takes about forty times its size until a program is done with it, all in all. While it is
// not known how long it will be, it is taken for a long one.
const (
	perByte = 40
	usual   = 2 << 20
	most    = 256 << 20
)

// readAll reads r to its end.
func readAll(r io.Reader) ([]byte, error) {
	b := make([]byte, large)
	n, err := io.ReadFull(r, b)
	if err != nil {
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = nil
		}
		return b[:n], err
	}
	reserve(usual)
	all := bytes.NewBuffer(append(make([]byte, 0, 8*large), b...))
	_, err = all.ReadFrom(r)
	if all.Len() > usual {
		reserve(all.Len())
	}
	return all.Bytes(), err
}

// Brief is for a program that lives for milliseconds: garbage is collected seldom, as long as there is memory.
func Brief() {
	debug.SetGCPercent(800)
	debug.SetMemoryLimit(1 << 30)
}

// Ready is what Read does before it decodes n bytes, for who decodes, or is to write, so many without it.
func Ready(n int) {
	if n > large {
		reserve(n)
	}
}

// reserve makes the heap ready for what becomes of a document of n bytes: in huge pages, if the kernel has them. Else it
// hands out thousands of small ones, one by one, which is half of the time that a large document takes.
//
// The memory is taken, marked and given back to the heap; what is not used of it is never touched.
func reserve(n int) {
	b := make([]byte, min(n*perByte, most))
	if syscall.Madvise(b, syscall.MADV_HUGEPAGE) == nil { // one without them goes on as it is
		b = nil
		runtime.GC()
	}
}

// Soon is Ready for who reads n bytes that become no more than a few MiB: it makes the heap's next ones huge pages, and
// collects no garbage to get its own memory back, which would take longer than all that is to be done with so few. That
// memory is never touched.
//
// The heap grows by whole chunks, and hands out the lowest address that is free: a block that is a little longer than a
// chunk makes it grow by two, and one of them is what it hands out next.
func Soon(n int) {
	const chunk, page = 4 << 20, 8 << 10
	if n <= large {
		return
	}
	b := make([]byte, chunk+page)
	from := uintptr(unsafe.Pointer(&b[0]))
	to := from&^(chunk-1) + 3*chunk                                                      // the chunk that b begins in, and the two new ones
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, to-from, syscall.MADV_HUGEPAGE) // without them it goes on as it is
}
