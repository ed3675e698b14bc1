// Package machine boots a look-alike of a Fedora desktop on this machine, with
// the real systemd, dnf, flatpak and ostree: as a package-mode system, or as a
// booted OSTree deployment. It needs root.
package machine

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"bkt/test/real"
	"bkt/test/real/rpmrepo"
)

//go:embed mktree
var mktree string

//go:embed mksysroot
var mksysroot string

//go:embed hold
var hold string

// BasePackages are the rpms of the image itself, in the deployment's database.
var BasePackages = []rpmrepo.Package{{Name: "base-tools"}, {Name: "gnome-maps"}, {Name: "firefox"}}

// suites are tried in this order. The first has dnf5; it moves daily, and may
// not be installable on some day.
var suites = []string{"forky", "trixie"}

// lock lets all tests wait for one build, those of other processes, too; go
// test runs two packages at once.
func lock(t real.T) (unlock func()) {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatalf("%v", err)
	}
	file, err := os.OpenFile(filepath.Join(cache, "bkt-test-machine.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatalf("%s: %v", file.Name(), err)
	}
	return func() { _ = file.Close() }
}

// build returns the folder that holds tree/ and sysroot/. It is kept in the
// user's cache for a week, since it takes a minute or two to make.
func build(t real.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatalf("the machine needs root\nhint: sudo make test-system")
	}
	real.Need(t, "systemd-nspawn", "mmdebstrap", "ostree", "nsenter", "unshare", "pgrep", "chattr")
	defer lock(t)()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatalf("%v", err)
	}
	cache = filepath.Join(cache, "bkt-test-machine")
	year, week := time.Now().ISOWeek()
	key := fmt.Sprintf("%d-%02d-%x", year, week, sha256.Sum256([]byte(mktree+mksysroot)))[:20]
	dir := filepath.Join(cache, key)
	if _, err := os.Stat(filepath.Join(dir, "done")); err == nil {
		return dir
	}
	discard(t, cache)
	start := time.Now()
	suite := tree(t, dir)
	rpms := rpmrepo.Build(t, t.TempDir(), BasePackages...)
	if err := script(dir, mksysroot, "mksysroot", filepath.Join(dir, "tree"), filepath.Join(dir, "sysroot"), rpms.Dir); err != nil {
		t.Fatalf("%v", err)
	}
	real.Write(t, filepath.Join(dir, "done"), suite+"\n", 0o644)
	t.Logf("the machine was built from %s in %s", suite, time.Since(start).Round(time.Second))
	return dir
}

// tree builds dir/tree and returns the suite that it could be built from.
func tree(t real.T, dir string) string {
	t.Helper()
	for i, suite := range suites {
		discard(t, dir)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatalf("%v", err)
		}
		err := script(dir, mktree, "mktree", filepath.Join(dir, "tree"), suite)
		if err == nil {
			if i > 0 {
				t.Logf("*** THE MACHINE IS %s, NOT %s: it has no dnf5", suite, suites[0])
			}
			return suite
		}
		t.Logf("*** the machine cannot be built from %s: %v", suite, err)
	}
	t.Fatalf("the machine cannot be built from any of %q", suites)
	return ""
}

// script runs one of the shell scripts of this package. Of this process's
// environment only a proxy goes along.
func script(dir, text string, args ...string) error {
	env := real.Env("/root")
	for _, name := range []string{"http_proxy", "https_proxy", "no_proxy"} {
		if value := os.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	// In namespaces of its own, so that what it mounts and starts ends with it,
	// however that is: a bind mount that stays is a trap for the next rm -rf.
	argv := []string{"unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "sh", "-c", text}
	out, errs, err := real.TryFor(15*time.Minute, dir, env, append(argv, args...)...)
	if err != nil {
		return fmt.Errorf("%s: %w\n%s%s", args[0], err, out, errs)
	}
	return nil
}

// discard removes a folder with deployments in it, which are immutable. It never
// leaves the file system that dir is on.
func discard(t real.T, dir string) {
	t.Helper()
	for _, depth := range []string{"*", "*/*"} {
		deployments, _ := filepath.Glob(filepath.Join(dir, depth, "ostree/deploy/*/deploy/*.[0-9]"))
		for _, d := range deployments {
			_, _, _ = real.Try("", real.Env("/"), "chattr", "-i", d)
		}
	}
	real.Output(t, "", real.Env("/"), "rm", "-rf", "--one-file-system", "--", dir)
}
