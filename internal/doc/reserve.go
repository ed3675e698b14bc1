package doc

import (
	"runtime"
	"syscall"
)

// A large document is one whose memory is worth asking for at once; that of a usual machine is much smaller.
const large = 256 << 10

// What becomes of a document takes about forty times its size until a program is done with it, all in all.
const (
	perByte = 40
	most    = 256 << 20
)

// reserve makes the heap ready for what becomes of a document of n bytes: in huge pages, if the kernel has them. Else it
// hands out thousands of small ones, one by one, which is half of the time that a large document takes.
//
// The memory is taken, marked and given back to the heap; what is not used of it is never touched.
func reserve(n int) {
	if n < large {
		return
	}
	b := make([]byte, min(n*perByte, most))
	if syscall.Madvise(b, syscall.MADV_HUGEPAGE) == nil { // one without them goes on as it is
		b = nil
		runtime.GC()
	}
}
