package changelog

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkRead reads a long changelog from a disk's cache.
func BenchmarkRead(b *testing.B) {
	dir := filepath.Join(b.TempDir(), Dir)
	if err := os.Mkdir(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	for n := range 1000 {
		id := fmt.Sprintf("karg-bench-%04d", n)
		if err := os.WriteFile(filepath.Join(dir, id+".json"), []byte(good(id)), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	fsys := os.DirFS(filepath.Dir(dir))
	b.ReportAllocs()
	for b.Loop() {
		if l, odd := Read(fsys, ""); len(l) != 1000 || odd != nil {
			b.Fatal(len(l), odd)
		}
	}
}
