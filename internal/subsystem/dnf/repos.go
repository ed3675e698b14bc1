package dnf

import (
	"bkt/internal/host"
	"bkt/internal/repofile"
)

// userRepos are the ids of the repositories that the machine uses and its image does not. A file
// that cannot be read counts as none: its own collector reports it.
func userRepos(h *host.Host) map[string]bool {
	out := map[string]bool{}
	all, err := repofile.Sort(h)
	if err != nil {
		return out
	}
	for _, r := range all.Mine {
		out[r.Name] = true
	}
	return out
}
