package machine

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// confine runs a command in the control group $0. Two machines in one group
// would take each other's services for their own, and end them.
const confine = `echo $$ >"$0/cgroup.procs"; exec "$@"`

// newGroup makes a control group below this process's own, in the hierarchy
// that a machine gets.
func newGroup() (string, error) {
	mounts, err := os.ReadFile("/proc/mounts")
	if err != nil {
		return "", err
	}
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	top, path := "", ""
	for line := range strings.Lines(string(mounts)) {
		if f := strings.Fields(line); len(f) > 2 && f[2] == "cgroup2" && top == "" {
			top = f[1]
		}
	}
	for line := range strings.Lines(string(own)) {
		if rest, ok := strings.CutPrefix(line, "0::"); ok {
			path = strings.TrimSpace(rest)
		}
	}
	if top == "" || path == "" {
		return "", fmt.Errorf("no cgroup2 hierarchy here: %q in %q", path, top)
	}
	return os.MkdirTemp(filepath.Join(top, path), "bkt-machine-")
}

// dropGroup removes a control group and those that were made below it; there is
// nothing left in them once the machine is off.
func dropGroup(group string) {
	var all []string
	_ = filepath.WalkDir(group, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			all = append(all, path)
		}
		return nil
	})
	slices.Reverse(all)
	for _, dir := range all {
		_ = os.Remove(dir)
	}
}
