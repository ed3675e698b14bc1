package real

import (
	"fmt"
	"os"
)

// Suite is the T of what all tests of a package share: it is built before the first of them,
// and Clear takes it away after the last. A failure ends the process.
type Suite struct{ cleanups []func() }

// Helper does nothing.
func (*Suite) Helper() {}

// Logf does nothing.
func (*Suite) Logf(string, ...any) {}

// Cleanup adds what Clear does; the last comes first.
func (s *Suite) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

// Fatalf clears up, says why, and ends the process.
func (s *Suite) Fatalf(format string, args ...any) {
	s.Clear()
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

// TempDir makes a folder that goes with the rest.
func (s *Suite) TempDir() string {
	dir, err := os.MkdirTemp("", "bkt-suite-")
	if err != nil {
		s.Fatalf("%v", err)
	}
	s.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// Clear does all clean-ups.
func (s *Suite) Clear() {
	for len(s.cleanups) > 0 {
		last := s.cleanups[len(s.cleanups)-1]
		s.cleanups = s.cleanups[:len(s.cleanups)-1]
		last()
	}
}
