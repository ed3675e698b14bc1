package host

import (
	"io"
	"os"
	"strings"
	"time"

	"bkt/internal/run"
)

// ToolTimeout is how long a foreign program may take unless a command says otherwise.
const ToolTimeout = 20 * time.Second

// System is the machine this process runs on. runner wraps the real one; nil leaves it bare.
func System(stdin io.Reader, stdout, stderr io.Writer, wrap func(run.Runner) run.Runner) *Host {
	environ := os.Environ()
	h := &Host{Env: map[string]string{}, Now: time.Now, UID: os.Getuid()}
	h.Dir, _ = os.Getwd() // a folder that is gone has no distribution above it
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok {
			h.Env[k] = v
		}
	}
	h.Runner = &run.Exec{Env: environ, Timeout: ToolTimeout, Stdin: stdin, Stdout: stdout, Stderr: stderr}
	if wrap != nil {
		h.Runner = wrap(h.Runner)
	}
	return h
}
