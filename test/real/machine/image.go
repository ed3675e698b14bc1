package machine

import (
	_ "embed"
	"os"
	"path/filepath"

	"bkt/test/real"
	"bkt/test/real/rpmrepo"
)

//go:embed mkimage
var mkimage string

// ImageName is the base that a build finds in the store of Images.
const ImageName = "quay.io/fedora/fedora-silverblue:42"

// Images returns a container store that holds ImageName: the machine as a base
// image with BasePackages, whose only repository is the folder /run/rpms. It is
// for reading: as the imagestore of another.
func Images(t real.T) string {
	t.Helper()
	real.Need(t, "buildah")
	dir := build(t)
	defer lock(t)()
	store, done := filepath.Join(dir, "images"), filepath.Join(dir, "images-done")
	if built, err := os.ReadFile(done); err == nil && string(built) == mkimage {
		return store
	}
	rpms := rpmrepo.Build(t, t.TempDir(), BasePackages...)
	if err := script(dir, mkimage, "mkimage", filepath.Join(dir, "tree"), store, rpms.Dir, ImageName); err != nil {
		t.Fatalf("%v", err)
	}
	real.Write(t, done, mkimage, 0o644)
	return store
}
