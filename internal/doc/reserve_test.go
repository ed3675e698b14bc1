package doc

import (
	"bytes"
	"fmt"
	"runtime/metrics"
	"strings"
	"testing"
)

// What was reserved is the heap's to use, and a small document takes nothing.
func TestReserve(t *testing.T) {
	free := func() uint64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64() + s[1].Value.Uint64()
	}
	if n := testing.AllocsPerRun(10, func() { reserve(large - 1) }); n != 0 {
		t.Errorf("%v allocations for a small document", n)
	}
	reserve(4 << 20)
	if now := free(); now < 4<<20*perByte/2 {
		t.Errorf("%d bytes are free for a large document", now)
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
