package main

import (
	"errors"
	"fmt"
	"os"
)

// errInterrupted is the panic of a stage that somebody does not want any more.
var errInterrupted = errors.New("interrupted")

// stage is what a test is to the parts: it fails by panicking, and clears up.
type stage struct {
	dir      string
	cleanups []func()
	signals  <-chan os.Signal
}

// Helper is called at the start of each step, so it is where a signal ends the
// building.
func (s *stage) Helper() {
	select {
	case <-s.signals:
		panic(errInterrupted)
	default:
	}
}

func (s *stage) Logf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "stand: "+format+"\n", args...)
}

func (s *stage) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func (s *stage) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

// folder is the one that holds the whole stage; it goes when the stage is cleared.
func (s *stage) folder() string {
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "bkt-")
		if err != nil {
			panic(err)
		}
		s.dir = dir
		s.Cleanup(func() {
			if err := os.RemoveAll(dir); err != nil {
				fmt.Fprintf(os.Stderr, "stand: error: %v\n", err)
			}
		})
	}
	return s.dir
}

// TempDir makes a folder on the stage.
func (s *stage) TempDir() string {
	dir, err := os.MkdirTemp(s.folder(), "")
	if err != nil {
		panic(err)
	}
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
