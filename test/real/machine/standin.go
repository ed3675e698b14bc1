package machine

import (
	"path/filepath"

	"os"

	"bkt/test/real"
)

// standIn builds the rpm-ostree stand-in and returns its path.
func standIn(t real.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rpm-ostree")
	// The caller's environment: the build cache is in its home.
	real.Output(t, "", append(os.Environ(), "CGO_ENABLED=0"), "go", "build", "-o", path, "bkt/test/real/machine/rpmostree")
	return path
}
