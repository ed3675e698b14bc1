// Package real is the ground of the suites that drive real tools: it finds the
// tools, runs them, and gives them an environment that holds nothing of ours.
package real

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// T is what a stand-in needs of a test. *testing.T and *testing.B have it, and
// so has the stage of test/stand, which builds the same parts for the demo.
type T interface {
	Helper()
	Logf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
	TempDir() string
}

// limit is how long one call of a tool may take before it counts as hung.
const limit = 2 * time.Minute

// Need ends the test unless every program is on PATH. A missing tool is a
// failure, here as in CI: a suite that skips itself proves nothing.
func Need(t T, programs ...string) {
	t.Helper()
	var missing []string
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			missing = append(missing, p)
		}
	}
	if len(missing) > 0 {
		t.Fatalf("these programs are missing: %s\nhint: make setup", strings.Join(missing, ", "))
	}
}

// Env is a whole environment: PATH as it is here, home as HOME, the C locale,
// and extra ("NAME=value") last. Nothing else of this process goes along, the
// certificate bundles of this machine and the session's bus least of all.
func Env(home string, extra ...string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/sbin",
		"HOME=" + home,
		"LC_ALL=C",
		"TZ=UTC",
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_TERMINAL_PROMPT=0",
		"DBUS_SESSION_BUS_ADDRESS=disabled:",
	}
	return append(env, extra...)
}

// Output runs argv in dir with exactly the environment env, nothing on stdin,
// and returns its standard output. A failure ends the test with what it said.
func Output(t T, dir string, env []string, argv ...string) string {
	t.Helper()
	out, errs, err := Try(dir, env, argv...)
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(argv, " "), err, out, errs)
	}
	return out
}

// Try is Output for a call that may fail.
func Try(dir string, env []string, argv ...string) (stdout, stderr string, err error) {
	return TryFor(limit, dir, env, argv...)
}

// TryFor is Try with another limit than two minutes.
func TryFor(limit time.Duration, dir string, env []string, argv ...string) (stdout, stderr string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, &out, &errs
	// A hung tool ends with all that it started.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// AsRoot is argv as it must be run to act as root in a folder of our own: as it
// is for root, in a user namespace for everybody else.
func AsRoot(argv ...string) []string {
	if os.Geteuid() == 0 {
		return argv
	}
	return append([]string{"unshare", "--map-root-user", "--"}, argv...)
}

// Write writes a file with its folders.
func Write(t T, path, content string, mode os.FileMode) {
	t.Helper()
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		if err := os.MkdirAll(path[:i], 0o755); err != nil {
			t.Fatalf("%v", err)
		}
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatalf("%v", err)
	}
}
