package dnf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"

	"bkt/internal/host"
	"bkt/internal/subsystem"
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
	where, err := live(h)
	if errors.Is(err, subsystem.ErrUnavailable) {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	here, err := rpmList(ctx, h, where...)
	if err != nil {
		return nil, err
	}
	p.provides = here.provides
	p.tidy()
	return p, nil
}

// live gives rpm's options for the packages of the running system, or of the tree in its place.
// In a tree rpm looks where the host has its own database, and makes an empty one where there
// is none: it is told where to look, and not asked if there is nothing.
func live(h *host.Host) ([]string, error) {
	if !h.Alternate() {
		return nil, nil
	}
	for _, db := range append(plainDBs(), "var/lib/rpm") {
		if holds(h.Path("/" + db)) {
			return []string{"--root=" + h.Root, "--dbpath=/" + db}, nil
		}
	}
	return nil, subsystem.Unavailable("no rpm database")
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
			if dir := h.Path(path.Join(r, db)); holds(dir) {
				return dir
			}
		}
	}
	return ""
}

// holds says whether a folder has a package database that can be read.
func holds(dir string) bool {
	return slices.ContainsFunc([]string{"rpmdb.sqlite", "Packages.db", "Packages"},
		func(file string) bool { return readable(path.Join(dir, file)) })
}

func readable(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	fi, err := f.Stat()
	return errors.Join(err, f.Close()) == nil && fi.Mode().IsRegular() && fi.Size() > 0
}
