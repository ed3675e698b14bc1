package generate

import (
	"io/fs"
	"strings"

	"bkt/internal/changelog"
)

// manifestsSection is the section that belongs to no subsystem.
const manifestsSection = "MANIFESTS"

// manifestsBody copies the distribution's own files into the image, with the commit they are
// of: what bkt finds on a machine that has no checkout.
func manifestsBody(fsys fs.FS) string {
	_, err := fs.Stat(fsys, "repo.json")
	return copies(err == nil, holds(fsys, changelog.Dir))
}

// copies is the section's text where there are those files.
func copies(repo, entries bool) string {
	lines := []string{"COPY manifests/ /usr/share/bkt/manifests/"}
	if repo {
		lines = append(lines, "COPY repo.json /usr/share/bkt/repo.json")
	}
	if entries {
		lines = append(lines, "COPY "+changelog.Dir+"/ "+changelog.Released+"/"+changelog.Dir+"/")
	}
	return strings.Join(append(lines,
		"ARG BKT_COMMIT=",
		"ARG BKT_DATE=",
		`RUN printf '{"commit": "%s", "date": "%s"}\n' "$BKT_COMMIT" "$BKT_DATE" > /usr/share/bkt/source.json`,
		`LABEL dev.bkt.commit="$BKT_COMMIT"`,
	), "\n") + "\n"
}

// copying says whether a section's text is ours for some distribution: repo.json and the changelog
// come and go beside the Containerfile.
func copying(text string) bool {
	for _, repo := range []bool{false, true} {
		for _, entries := range []bool{false, true} {
			if text == copies(repo, entries) {
				return true
			}
		}
	}
	return false
}
