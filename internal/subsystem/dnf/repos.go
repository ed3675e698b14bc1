package dnf

import (
	"path"
	"strings"

	"bkt/internal/host"
)

// distribution are how the .repo files begin that the distributions themselves bring. In
// package mode nothing but rpm's database tells whose a file is, and this is asked only to
// know what to warn about.
var distribution = []string{
	"alma", "amazon", "anaconda", "centos", "eln", "epel", "fedora", "oracle", "redhat", "rhel", "rocky", "ubi", "uek",
}

// userRepos are the ids of the repositories that the machine has and its image lacks. A file
// that cannot be read counts as none: its own collector reports it.
func userRepos(h *host.Host) map[string]bool {
	out := map[string]bool{}
	files, err := h.ReadDir("/etc/yum.repos.d")
	if err != nil {
		return out
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".repo") || imagesOwn(h, f.Name()) {
			continue
		}
		b, err := h.ReadFile(path.Join("/etc/yum.repos.d", f.Name()))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
				out[strings.Trim(line, "[]")] = true
			}
		}
	}
	delete(out, "main")
	return out
}

func imagesOwn(h *host.Host, file string) bool {
	if h.Ostree() {
		return h.Exists(path.Join("/usr/etc/yum.repos.d", file))
	}
	for _, d := range distribution {
		if strings.HasPrefix(file, d) {
			return true
		}
	}
	return false
}
