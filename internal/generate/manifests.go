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
	lines := []string{"COPY manifests/ /usr/share/bkt/manifests/"}
	if _, err := fs.Stat(fsys, "repo.json"); err == nil {
		lines = append(lines, "COPY repo.json /usr/share/bkt/repo.json")
	}
	if holds(fsys, changelog.Dir) {
		lines = append(lines, "COPY "+changelog.Dir+"/ "+changelog.Released+"/"+changelog.Dir+"/")
	}
	return strings.Join(append(lines,
		"ARG BKT_COMMIT=",
		"ARG BKT_DATE=",
		`RUN printf '{"commit": "%s", "date": "%s"}\n' "$BKT_COMMIT" "$BKT_DATE" > /usr/share/bkt/source.json`,
		`LABEL dev.bkt.commit="$BKT_COMMIT"`,
	), "\n") + "\n"
}
