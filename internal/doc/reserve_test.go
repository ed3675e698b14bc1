package doc

import (
	"bytes"
	"fmt"
	"io"
	"runtime/metrics"
	"strings"
	"testing"
	"testing/iotest"
)

// What was reserved is the heap's to use.
func TestReserve(t *testing.T) {
	free := func() uint64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64() + s[1].Value.Uint64()
	}
	reserve(4 << 20)
	if now := free(); now < 4<<20*perByte/2 {
		t.Errorf("%d bytes are free for a large document", now)
	}
}

// What Soon has readied can be used, and a short file does without.
func TestSoon(t *testing.T) {
	if n := testing.AllocsPerRun(10, func() { Soon(large) }); n > 0 {
		t.Errorf("%v allocations for a short file", n)
	}
	for range 3 {
		Soon(large + 1)
		if b := bytes.Repeat([]byte("x"), 3<<20); bytes.Count(b, []byte("x")) != len(b) {
			t.Error("what was written is not what is read")
		}
	}
}

// A document of any length is read whole, however little comes at once, and an error is not lost.
func TestReadAll(t *testing.T) {
	for _, n := range []int{0, 1, large - 1, large, large + 1, 9 * large, usual + 1} {
		text := strings.Repeat("0123456", n/7+1)[:n]
		for _, r := range []io.Reader{strings.NewReader(text), iotest.HalfReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text))} {
			if b, err := readAll(r); err != nil || string(b) != text {
				t.Errorf("%d of %d bytes: %v", len(b), n, err)
			}
		}
		if _, err := readAll(io.MultiReader(strings.NewReader(text), iotest.ErrReader(io.ErrClosedPipe))); err != io.ErrClosedPipe {
			t.Errorf("%d bytes and then: %v", n, err)
		}
	}
}

// A small document takes no huge pages.
func TestReadAllSmall(t *testing.T) {
	text := strings.Repeat(" ", large-1)
	if n := testing.AllocsPerRun(10, func() { readAll(strings.NewReader(text)) }); n > 2 {
		t.Errorf("%v allocations for a small document", n)
	}
}

func TestReadLarge(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"kind": "bkt.state/v1", "host": {"hostname": "h"}, "unmanaged": [], "subsystems": {}, "items": [`)
	const items = 5000
	for n := range items {
		fmt.Fprintf(&b, `%s{"subsystem": "dnf", "id": "package-%05d", "attrs": {"mode": "install"}}`, strings.Repeat(",", min(n, 1)), n)
	}
	b.WriteString(`]}`)
	if b.Len() < large {
		t.Fatalf("%d bytes are not large", b.Len())
	}
	d, err := Read("stdin", bytes.NewBufferString(b.String()), &State{})
	if err != nil || len(d.(*State).Items) != items || d.(*State).Items[items-1].ID != "package-04999" {
		t.Errorf("%v", err)
	}
}
