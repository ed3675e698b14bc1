package host

import (
	"context"
	"os"
	"path"
	"strings"
	"syscall"
)

// Booted names the deployment that runs, CHECKSUM.SERIAL, which takes no process. "" where the
// machine has no deployments. The link of the kernel's command line tells it only at the boot: a
// rollback, or another deployment with the same kernel, leads it elsewhere at once.
func (h *Host) Booted(ctx context.Context) (string, error) {
	if !h.Ostree() {
		return "", nil
	}
	for _, tell := range []func() string{h.running, h.linked} {
		if name := tell(); name != "" {
			return name, nil
		}
	}
	all, err := h.Deployments(ctx)
	if err != nil {
		return "", err
	}
	return all.Booted().Checksum, nil
}

// sysroots are where the tree that holds the deployments may be.
func sysroots() []string { return []string{"/sysroot", "/"} }

// node is which file something is, under whatever names.
type node struct{ dev, ino uint64 }

// running is the deployment whose folder the root of the machine is, as OSTree itself looks for
// it; "" where none is, or it can't be told.
func (h *Host) running() string {
	known := map[node]bool{}
	if root, ok := h.node("/"); ok {
		known[root] = true
	}
	if b, err := h.ReadFile("/run/ostree-booted"); err == nil {
		if below, ok := backing(b); ok { // what composefs is laid over
			known[below] = true
		}
	}
	for _, sysroot := range sysroots() {
		deploy := path.Join(sysroot, "ostree/deploy")
		systems, _ := h.ReadDir(deploy)
		for _, system := range systems {
			dir := path.Join(deploy, system.Name(), "deploy")
			all, _ := h.ReadDir(dir)
			for _, d := range all {
				if n, ok := h.node(path.Join(dir, d.Name())); ok && d.IsDir() && known[n] {
					return d.Name()
				}
			}
		}
	}
	return ""
}

// node tells which file a path of the machine leads to.
func (h *Host) node(path string) (node, bool) {
	fi, err := os.Stat(h.Path(path))
	if err != nil {
		return node{}, false
	}
	st, ok := fi.Sys().(*syscall.Stat_t)
	if !ok {
		return node{}, false
	}
	return node{uint64(st.Dev), st.Ino}, true
}

// linked is the deployment that the kernel's command line leads to, "" where it names none:
// ostree=/ostree/boot.1/OS/KERNEL/0 is a link to its folder.
func (h *Host) linked() string {
	b, err := h.ReadFile("/proc/cmdline")
	if err != nil {
		return ""
	}
	for arg := range strings.FieldsSeq(string(b)) {
		link, ok := strings.CutPrefix(arg, "ostree=")
		if !ok {
			continue
		}
		for _, sysroot := range sysroots() {
			if to, err := os.Readlink(h.Path(path.Join(sysroot, link))); err == nil {
				return path.Base(to)
			}
		}
	}
	return ""
}
