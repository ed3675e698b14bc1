package main

import (
	"testing"

	"bkt/test/script"
)

func TestMain(m *testing.M) { script.Main(m, map[string]func(){"bkt-apply": main}) }

func TestScripts(t *testing.T) { script.Run(t, "bkt-apply") }
