package main

import (
	"fmt"
	"os"
)

// stage is what a test is to the parts: it fails by panicking, and clears up.
type stage struct {
	dir      string
	cleanups []func()
}

func (s *stage) Helper() {}

func (s *stage) Logf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "stand: "+format+"\n", args...)
}

func (s *stage) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func (s *stage) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

// TempDir makes a folder that goes when the stage is cleared.
func (s *stage) TempDir() string {
	dir, err := os.MkdirTemp("", "stage-")
	if err != nil {
		panic(err)
	}
	s.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (s *stage) clear() {
	for len(s.cleanups) > 0 {
		last := len(s.cleanups) - 1
		f := s.cleanups[last]
		s.cleanups = s.cleanups[:last]
		f()
	}
}
