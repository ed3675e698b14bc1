//go:build system

package system

import (
	_ "embed"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/test/real"
	"bkt/test/real/gitremote"
)

//go:embed faults
var faults string

// first makes the tree from which the second starts, so that the second has a
// file to take away.
const (
	first = `{"kind": "bkt.changes/v1", "host": {"hostname": "x"}, "subsystems": {}, "changes": [
		{"action": "add", "subsystem": "shim", "id": "docker", "have": {"host": "docker"}}]}`
	second = `{"kind": "bkt.changes/v1", "host": {"hostname": "x"}, "subsystems": {}, "changes": [
		{"action": "add", "subsystem": "dnf", "id": "neovim", "have": {"mode": "install"}},
		{"action": "add", "subsystem": "flatpak", "id": "org.test.Hello", "scope": "user", "have": {"remote": "flathub"}},
		{"action": "add", "subsystem": "shim", "id": "podman", "have": {"host": "podman"}},
		{"action": "remove", "subsystem": "shim", "id": "docker", "have": null}]}`
)

// fault is one run during which something went wrong.
type fault struct {
	point  string   // what went wrong
	status string   // the exit status
	rest   []string // what the script says then
}

// strike runs the script and returns its runs.
func strike(t *testing.T, kind string) []fault {
	t.Helper()
	real.Need(t, "strace", "xfs_io", "mkfs.ext4", "unshare", "git")
	dir := t.TempDir()
	env := real.Env(dir)
	env = append(env, "PATH="+bin+":"+os.Getenv("PATH")+":/usr/sbin:/sbin")
	remote := gitremote.New(t)
	tree := remote.Clone(t, remote.URL())
	real.Write(t, filepath.Join(dir, "first"), first, 0o644)
	real.Write(t, filepath.Join(dir, "second"), second, 0o644)
	real.Output(t, tree, env, "sh", "-ec", `bkt-cfgen --init --write >/dev/null 2>&1; bkt-cfgen --write <"$1" >/dev/null 2>&1
		git add -A; git -c user.name=Ada -c user.email=ada@example.test commit -q -m shims`, "sh", filepath.Join(dir, "first"))
	work := filepath.Join(dir, "work")
	real.Write(t, filepath.Join(work, ".keep"), "", 0o644)
	out := real.Output(t, dir, env, "unshare", "--mount", "--propagation", "private", "bash", "-c", faults, "faults",
		kind, tree, filepath.Join(dir, "second"), work)
	var all []fault
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		if len(f) < 3 {
			t.Fatalf("the script says %q", line)
		}
		all = append(all, fault{f[0], f[1], f[2:]})
	}
	return all
}

// recovered checks what comes after a kill: a run that only regenerates leaves
// either the old tree or the new one, and the same run again succeeds.
func recovered(t *testing.T, f fault, after []string) {
	t.Helper()
	if len(after) != 3 || after[0] != "old" && after[0] != "new" || after[1] != "0" || after[2] != "new" {
		t.Errorf("%s: the runs after it leave %s", f.point, strings.Join(after, ", "))
	}
}

func TestSystemFullDisk(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, f := range strike(t, "full") {
		seen[f.status]++
		got := f.status + " " + strings.Join(f.rest, " ")
		if got != "2 old 1" && got != "0 new 0" { // status, tree, lines on stderr
			t.Errorf("%s free: %s", f.point, got)
		}
	}
	if seen["2"] < 3 || seen["0"] < 1 {
		t.Errorf("the disk was not full and not empty often enough: %v", seen)
	}
}

func TestSystemKillAtEveryMoment(t *testing.T) {
	t.Parallel()
	struck := map[string]bool{}
	for _, f := range strike(t, "kill") {
		if f.status == "137" {
			struck[f.point] = true
		} else if f.status != "0" || !strings.HasPrefix(f.point, "fsync:") {
			t.Errorf("%s: exit status %s, not killed", f.point, f.status)
		}
		recovered(t, f, f.rest)
	}
	for _, point := range []string{"fsync:1", "renameat:Containerfile", "renameat:manifests/flatpak-apps.json",
		"renameat:manifests/host-shims.json", "renameat:manifests/system-packages.json", "renameat:generated/shims/podman",
		"unlinkat:generated/shims/docker"} {
		if !struck[point] {
			t.Errorf("%s: no kill there", point)
		}
	}
}

func TestSystemPowerCut(t *testing.T) {
	t.Parallel()
	cuts := 0
	for _, f := range strike(t, "power") {
		if f.point == "none:." {
			// The run had said that all is done.
			if got := f.status + " " + f.rest[0]; got != "0 new" || f.rest[1] != "new" {
				t.Errorf("a power cut after the run: %s", strings.Join(f.rest, ", "))
			}
		} else if f.status != "137" {
			t.Errorf("%s: exit status %s, not killed", f.point, f.status)
		}
		cuts++
		recovered(t, f, f.rest[1:])
	}
	if cuts < 8 {
		t.Errorf("only %d cuts", cuts)
	}
}

func TestSystemReadOnly(t *testing.T) {
	t.Parallel()
	all := strike(t, "readonly")
	if len(all) != 3 {
		t.Errorf("%d runs", len(all))
	}
	for _, f := range all {
		message := strings.Join(f.rest[1:], " ")
		if f.status != "2" || f.rest[0] != "old" || !strings.HasPrefix(message, "bkt-cfgen: error: cannot write ") ||
			!strings.HasSuffix(message, "': read-only file system") {
			t.Errorf("%s: exit status %s, tree %s, %s", f.point, f.status, f.rest[0], message)
		}
	}
}
