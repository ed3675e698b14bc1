package dnf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"

	"bkt/internal/host"
)

// Where a deployment keeps its package databases.
const baseDB = "usr/lib/sysimage/rpm-ostree-base-db"

func plainDBs() []string { return []string{"usr/share/rpm", "usr/lib/sysimage/rpm"} }

// imageList is what the booted commit brings, without layers and live changes.
//
// A deployment without layers has just that in its own database. A layered one has a copy of
// its base's; but an image that was derived in a container build may carry the copy of *its*
// base along, which lacks all that the build added (rpm-ostree issue 4554), so that there
// the base commit is asked first.
func imageList(ctx context.Context, h *host.Host, d *host.Deployment) (*packages, error) {
	if !d.Layered() {
		if db := database(h, d, plainDBs()...); db != "" {
			return baseList(ctx, h, db)
		}
		return commitWithProvides(ctx, h, d.Base())
	}
	db := database(h, d, baseDB)
	if db != "" && d.ContainerRef == "" {
		return baseList(ctx, h, db)
	}
	p, err := commitWithProvides(ctx, h, d.Base())
	if err != nil && db != "" && ctx.Err() == nil {
		return baseList(ctx, h, db)
	}
	return p, err
}

// baseList reads the database of an image, which is never empty.
func baseList(ctx context.Context, h *host.Host, db string) (*packages, error) {
	p, err := rpmList(ctx, h, "--dbpath="+db)
	if err == nil && len(p.names) == 0 {
		return nil, fmt.Errorf("%s: no packages", db)
	}
	return p, err
}

// commitWithProvides is commitList with the other names that the packages have, as far as
// they are installed.
func commitWithProvides(ctx context.Context, h *host.Host, checksum string) (*packages, error) {
	p, err := commitList(ctx, h, checksum)
	if err != nil || !h.Look("rpm") {
		return p, err
	}
	live, err := rpmList(ctx, h, rpmRoot(h)...)
	if err != nil {
		return nil, err
	}
	p.provides = live.provides
	p.tidy()
	return p, nil
}

// rpmRoot is rpm's option for another tree.
func rpmRoot(h *host.Host) []string {
	if h.Alternate() {
		return []string{"--root=" + h.Root}
	}
	return nil
}

// database finds the first database of the deployment that can be read. rpm would make one
// where there is none, so it is never asked to look by itself. Where /usr was written to, the
// deployment's own folder has what was there before.
func database(h *host.Host, d *host.Deployment, dbs ...string) string {
	roots := []string{"/"}
	if d.Open() {
		own := path.Join("/ostree/deploy", d.OSName, "deploy", fmt.Sprintf("%s.%d", d.Checksum, d.Serial))
		roots = []string{own, path.Join("/sysroot", own)}
	}
	for _, r := range roots {
		for _, db := range dbs {
			for _, file := range []string{"rpmdb.sqlite", "Packages.db", "Packages"} {
				if readable(h.Path(path.Join(r, db, file))) {
					return h.Path(path.Join(r, db))
				}
			}
		}
	}
	return ""
}

func readable(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	fi, err := f.Stat()
	return errors.Join(err, f.Close()) == nil && fi.Mode().IsRegular() && fi.Size() > 0
}
