package flatpakremote

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/keyfile"
	"bkt/internal/remotes"
	"bkt/internal/subsystem"
)

// Capture lists the remotes of both installations.
func (Subsystem) Capture(ctx context.Context, h *host.Host) (subsystem.Found, error) {
	var found subsystem.Found
	if !h.Look("flatpak") {
		return found, subsystem.Unavailable("flatpak is not installed")
	}
	installations := h.Flatpaks()
	res, err := h.AskFlatpak(ctx, installations, "remotes", "--show-disabled", "--columns="+columns)
	if err != nil {
		return found, err
	}
	only := ""
	if len(installations) == 1 {
		only = installations[0].Scope
	}
	rows, err := parseRemotes(res.Stdout, only)
	if err != nil {
		return found, err
	}
	c := collector{h: h, dirs: map[string]string{}}
	for _, in := range installations {
		c.dirs[in.Scope] = in.Dir
	}
	if c.image, err = imageRemotes(h); err != nil {
		return found, err
	}
	for _, r := range rows {
		if err := c.remote(r, &found); err != nil {
			return subsystem.Found{}, err
		}
	}
	return found, nil
}

// imageRemotes are those that the distribution brings for the system-wide installation, from the .flatpakrepo files in
// its remotes.d folders: canonical URLs by name.
func imageRemotes(h *host.Host) (map[string]string, error) {
	out := map[string]string{}
	for _, dir := range h.FlatpakConfig() {
		dir = filepath.Join(dir, "remotes.d")
		files, err := h.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range files {
			name, ok := strings.CutSuffix(e.Name(), ".flatpakrepo")
			if _, earlier := out[name]; !ok || earlier {
				continue
			}
			path := filepath.Join(dir, e.Name())
			b, err := h.ReadFile(path)
			if err != nil {
				return nil, err
			}
			f, err := keyfile.Parse(b)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			out[name] = remotes.CanonicalURL(f.Group("Flatpak Repo").String("Url"))
		}
	}
	return out, nil
}

// collector puts remotes where they belong.
type collector struct {
	h     *host.Host
	dirs  map[string]string // by scope
	image map[string]string
}

func (c *collector) remote(r row, found *subsystem.Found) error {
	if reason := c.unmanaged(r); reason != "" {
		found.Unmanaged = append(found.Unmanaged, doc.Unmanaged{Subsystem: Name, ID: r.Name, Scope: r.Scope, Reason: reason})
		return nil
	}
	attrs := doc.Attrs(nil).Set(location, remotes.CanonicalURL(r.URL))
	if r.has(filtered) {
		attrs.Set(filtered, true)
	}
	ring, err := c.keys(r)
	if err != nil {
		return err
	}
	if ring != nil {
		attrs.Set(gpgKey, remotes.EncodeKeys(ring))
	}
	if url, ok := c.image[r.Name]; ok && r.Scope == "system" {
		brought := maps.Clone(attrs).Set(location, url)
		found.Present = append(found.Present, doc.Present{ID: r.Name, Scope: r.Scope, Attrs: brought})
		if attrs.Equal(brought) {
			return nil
		}
	}
	found.Items = append(found.Items, doc.Item{Subsystem: Name, ID: r.Name, Scope: r.Scope, Attrs: attrs})
	return nil
}

// unmanaged says why no manifest could give this remote to another machine; "" where one can.
func (c *collector) unmanaged(r row) string {
	switch {
	case r.Scope == "":
		return "in another installation, " + r.Installation
	case strings.HasSuffix(r.Name, "-origin") && r.has("no-enumerate"):
		return "made by flatpak for one app of a bundle or a .flatpakref"
	case r.has("disabled"):
		return "disabled here"
	case !remoteName.Re().MatchString(r.Name):
		return "its name is not plain ASCII"
	}
	if err := remotes.ValidURL(remotes.CanonicalURL(r.URL)); err != nil {
		return err.Error()
	}
	return ""
}

// keys are the keys that a remote's apps are signed with; nil where it has none, or everybody knows them.
func (c *collector) keys(r row) ([]byte, error) {
	dir, ok := c.dirs[r.Scope]
	if !ok {
		return nil, fmt.Errorf("flatpak remotes: %s is in the %s installation, which has no folder here", r.Name, r.Scope)
	}
	if ok := remotes.Known(remotes.CanonicalURL(r.URL)); ok || r.has("no-gpg-verify") {
		return nil, nil
	}
	path := filepath.Join(dir, "repo", r.Name+".trustedkeys.gpg")
	b, err := c.h.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil || len(b) == 0 {
		return nil, err
	}
	ring, err := remotes.CanonicalKeys(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return ring, nil
}
