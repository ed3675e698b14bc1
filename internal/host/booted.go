package host

import (
	"context"
	"os"
	"path"
	"strings"
)

// Booted names the deployment that runs, CHECKSUM.SERIAL where the kernel's command line
// leads to it, which takes no process. "" where the machine has no deployments.
func (h *Host) Booted(ctx context.Context) (string, error) {
	if !h.Ostree() {
		return "", nil
	}
	b, err := h.ReadFile("/proc/cmdline")
	if err == nil {
		for arg := range strings.FieldsSeq(string(b)) {
			// ostree=/ostree/boot.1/OS/KERNEL/0 is a link to the deployment's folder
			link, ok := strings.CutPrefix(arg, "ostree=")
			if !ok {
				continue
			}
			for _, sysroot := range []string{"/sysroot", "/"} {
				if to, err := os.Readlink(h.Path(path.Join(sysroot, link))); err == nil {
					return path.Base(to), nil
				}
			}
		}
	}
	all, err := h.Deployments(ctx)
	if err != nil {
		return "", err
	}
	return all.Booted().Checksum, nil
}
