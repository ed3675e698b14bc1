package main

import (
	"testing"

	"bkt/internal/registry"
	"bkt/internal/subsystem"
	"bkt/test/script"
)

func TestMain(m *testing.M) {
	script.Main(m, map[string]func(){"bkt-local": main})
}

func TestScripts(t *testing.T) { script.Run(t, "bkt-local") }

// Whatever Render or Parse may know of an item can be said on the command line: a subsystem that
// names no attributes has none.
func TestEverySubsystemSaysItsAttributes(t *testing.T) {
	for _, s := range registry.All() {
		if _, ok := s.(subsystem.Attributer); !ok {
			t.Errorf("%s does not say which attributes a person may give", s.Info().Name)
		}
	}
}
