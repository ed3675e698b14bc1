package dnf

import (
	"fmt"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// Warn names a package of a repository that the image will not have when it is built.
func (Subsystem) Warn(i doc.Item, m subsystem.Manifests) string {
	repo := i.Attrs.String("repo")
	if repo == "" || i.Attrs.String("mode") != "install" || offered(repo, m) {
		return ""
	}
	return fmt.Sprintf("package %s comes from the repository '%s', which neither the image nor this distribution has: the build will not find it",
		i.ID, repo)
}

// offered says whether the distribution brings a repository: a COPR, copr:HUB:OWNER:PROJECT.
func offered(repo string, m subsystem.Manifests) bool {
	for _, c := range m.Items["copr"] {
		id := strings.ReplaceAll(strings.Replace(c.ID, "@", "group_", 1), "/", ":")
		if strings.HasPrefix(repo, "copr:") && strings.HasSuffix(repo, ":"+id) && c.Attrs.Bool("enabled", true) {
			return true
		}
	}
	for _, r := range m.Items["repo"] {
		if r.ID == repo {
			return true
		}
	}
	return false
}
