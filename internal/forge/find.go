package forge

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"bkt/internal/host"
	"bkt/internal/run"
)

// imageDir is where an image keeps the distribution that it was built from.
const imageDir = "/usr/share/bkt"

// Where says where to look for the distribution.
type Where struct {
	Manifests string        // --manifests: a manifests folder
	Repo      string        // --repo: a distribution's working tree
	Ref       string        // --ref: a revision, read instead of the working tree or the default branch
	Dir       string        // the working directory, absolute
	Roots     bool          // a --manifests that somebody else than root could have written is refused
	Content   bool          // its files are enough: a working tree's commit and branch are not asked for
	Fetch     bool          // bring the mirror up to date first; make it where there is none
	Timeout   time.Duration // for each call to the remote; 0: a minute
	Wait      time.Duration // for somebody else's lock on the mirror; 0: half a minute
}

// Find finds the distribution, first match (design.md §3): --manifests; --repo, $BKT_REPO or
// the nearest parent of the working directory with both repo.json and manifests/; the mirror
// of the url in $XDG_CONFIG_HOME/bkt/repo.json or /usr/share/bkt/repo.json; the image's copy
// in /usr/share/bkt.
//
// Root trusts what root owns: what somebody else left in a variable, a folder, a
// configuration or a cache must not decide what root does. Without w.Fetch nothing is written
// and no remote is asked. A machine without a distribution gets ErrNone.
func Find(ctx context.Context, h *host.Host, w Where) (*Distribution, error) {
	switch env := h.Getenv("BKT_REPO"); {
	case w.Manifests != "":
		return openManifests(ctx, h, w)
	case w.Repo != "":
		return openWorking(ctx, h, absolute(w.Dir, w.Repo), w)
	case env != "":
		d, err := openTrusted(ctx, h, absolute(w.Dir, env), w, h.UID == 0)
		if err != nil {
			return nil, fmt.Errorf("BKT_REPO: %w", err)
		}
		return d, nil
	}
	if dir := nearest(w.Dir); dir != "" {
		return openTrusted(ctx, h, dir, w, true)
	}
	var late error
	if h.UID != 0 || rootsOwn(h) {
		var d *Distribution
		var err error
		if d, late, err = openMirror(ctx, h, w); d != nil || err != nil {
			return d, err
		}
	}
	switch d, err := openImage(h, w.Ref); {
	case d != nil:
		d.FetchErr = late
		return d, nil
	case err != nil:
		return nil, err
	case late != nil:
		return nil, late
	}
	return nil, none(h)
}

// none is the error of a machine without a distribution, or with one that was never fetched.
func none(h *host.Host) error {
	if h.UID != 0 || rootsOwn(h) {
		if repo, err := configured(h); err == nil && repo != (RepoInfo{}) {
			return fault(ErrNone, "%s has not been fetched yet", repo).hint("bkt-pr --fetch")
		}
	}
	return fault(ErrNone, "no distribution here: no folder above has repo.json and manifests/, and neither '%s' nor '%s' is there",
		filepath.Join(h.ConfigHome(), "bkt", "repo.json"), filepath.Join(imageDir, "repo.json")).hint("git clone URL && cd NAME")
}

// nearest is the nearest folder, from dir upwards, that holds both repo.json and manifests/.
func nearest(dir string) string {
	for dir != "" {
		if is(dir, "repo.json", 0) && is(dir, "manifests", fs.ModeDir) {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
	return ""
}

// is says whether dir holds name, of a kind.
func is(dir, name string, kind fs.FileMode) bool {
	fi, err := os.Stat(filepath.Join(dir, name))
	return err == nil && fi.Mode().Type() == kind
}

// openTrusted opens a working tree that nobody named on the command line; careful: only if it
// is the user's, or root's.
func openTrusted(ctx context.Context, h *host.Host, dir string, w Where, careful bool) (*Distribution, error) {
	if careful && is(dir, ".", fs.ModeDir) && !ours(dir, h.UID) {
		return nil, fault(nil, "'%s' belongs to somebody else: name it if you trust it", dir).hint("bkt-drift --repo %s", run.Quote([]string{dir}))
	}
	return openWorking(ctx, h, dir, w)
}

// rootsOwn says whether root's home is root's own: under sudo it may be a user's.
func rootsOwn(h *host.Host) bool {
	for _, dir := range []string{h.Home(), h.ConfigHome(), h.CacheHome()} {
		if dir == "" || is(dir, ".", fs.ModeDir) && !ours(dir, 0) {
			return false
		}
	}
	return true
}

// ours says whether a folder belongs to the user, or to root.
func ours(dir string, uid int) bool {
	fi, err := os.Stat(dir)
	if err != nil {
		return false
	}
	st, ok := fi.Sys().(*syscall.Stat_t)
	return ok && (st.Uid == 0 || int(st.Uid) == uid)
}

func absolute(dir, p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(dir, p)
}

// openManifests opens a manifests folder. One that is called manifests and has repo.json or
// source.json beside it is its distribution's; any other stands for itself.
func openManifests(ctx context.Context, h *host.Host, w Where) (*Distribution, error) {
	if w.Ref != "" {
		return nil, errors.New("--ref needs a git repository, and --manifests names a folder")
	}
	dir := absolute(w.Dir, w.Manifests)
	if fi, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("--manifests: cannot read '%s': %w", dir, host.Cause(err))
	} else if !fi.IsDir() {
		return nil, fmt.Errorf("--manifests: '%s' is not a folder", dir)
	}
	up := filepath.Dir(dir)
	if w.Roots {
		if err := rootsAlone(whole(dir)); err != nil {
			return nil, err
		}
	}
	if filepath.Base(dir) == "manifests" {
		switch {
		case is(up, "source.json", 0):
			return openCopy(h, up)
		case is(up, "repo.json", 0):
			return openWorking(ctx, h, up, w)
		}
	}
	fsys, err := openDirFS(dir)
	if err != nil {
		return nil, err
	}
	return &Distribution{FS: manifestsFS{fsys}, Kind: Folder, h: h, label: dir}, nil
}

// whole is the folder of all that is read with a manifests folder.
func whole(dir string) string {
	if up := filepath.Dir(dir); filepath.Base(dir) == "manifests" && (is(up, "source.json", 0) || is(up, "repo.json", 0)) {
		return up
	}
	return dir
}
