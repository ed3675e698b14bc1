package journal

import (
	"fmt"
	"testing"
)

// thousand is a journal of many entries.
func thousand(tb testing.TB) []byte {
	tb.Helper()
	j := &Journal{BootID: boot, CreatedAt: "2031-05-04T12:00:00Z"}
	for n := range 1000 {
		e := did("flatpak", fmt.Sprintf("org.test.App%d", n), "", "stable")
		e.ID, e.Timestamp, e.Scope = fmt.Sprintf("mwsmy6vo-%05d", n), j.CreatedAt, "user"
		j.Changes = append(j.Changes, e)
	}
	b, err := j.Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func BenchmarkParse(b *testing.B) {
	text := thousand(b)
	for b.Loop() {
		if _, err := Parse("x", text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMarshal(b *testing.B) {
	j, err := Parse("x", thousand(b))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := j.Marshal(); err != nil {
			b.Fatal(err)
		}
	}
}
