package flatpak

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/keyfile"
	"bkt/internal/subsystem"
)

// Capture lists the applications of both installations.
func (Subsystem) Capture(ctx context.Context, h *host.Host) (subsystem.Found, error) {
	var found subsystem.Found
	if !h.Look("flatpak") {
		return found, subsystem.Unavailable("flatpak is not installed")
	}
	installations := h.Flatpaks()
	res, err := h.AskFlatpak(ctx, installations, "list", "--app", "--columns="+columns)
	if err != nil {
		return found, err
	}
	rows, err := parseList(res.Stdout)
	if err != nil {
		return found, err
	}
	if err := asked(rows, installations); err != nil {
		return found, err
	}
	for _, in := range installations {
		c := collector{h: h, in: in}
		if err := c.collect(rows, &found); err != nil {
			return subsystem.Found{}, err
		}
	}
	for _, r := range rows {
		if r.Scope == "" {
			found.Unmanaged = append(found.Unmanaged, r.unmanaged("in another installation, "+r.Installation))
		}
	}
	if found.Partial == "" {
		found.Partial = complaint(res.Stderr)
	}
	return found, nil
}

// asked says whether every row is of an installation that we know the folder of.
func asked(rows []row, installations []host.Flatpak) error {
	for _, r := range rows {
		known := func(f host.Flatpak) bool { return f.Scope == r.Scope }
		if r.Scope != "" && !slices.ContainsFunc(installations, known) {
			return fmt.Errorf("flatpak list: %s is in the %s installation, which has no folder here", r.ID, r.Scope)
		}
	}
	return nil
}

// complaint is what flatpak says of applications that it leaves out of the list.
func complaint(stderr []byte) string {
	for line := range strings.Lines(string(stderr)) {
		if _, ref, ok := strings.Cut(strings.TrimSpace(line), "Unable to load details of "); ok {
			ref, _, _ = strings.Cut(ref, ":")
			return "broken deployment: " + ref
		}
	}
	return ""
}

// collector sorts the applications of one installation.
type collector struct {
	h      *host.Host
	in     host.Flatpak
	config keyfile.File // repo/config
}

func (c *collector) collect(rows []row, found *subsystem.Found) error {
	path := filepath.Join(c.in.Dir, "repo", "config")
	b, err := c.h.ReadFile(path)
	if err != nil {
		return err
	}
	if c.config, err = keyfile.Parse(b); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.Scope != c.in.Scope })
	if err := c.broken(rows, found); err != nil {
		return err
	}
	for _, same := range c.byID(rows) {
		if err := c.app(same[0], found); err != nil {
			return err
		}
		for _, r := range same[1:] {
			found.Unmanaged = append(found.Unmanaged, r.unmanaged(fmt.Sprintf(
				"%s/%s stands beside %s/%s: a manifest holds one branch of an app", r.Arch, r.Branch, same[0].Arch, same[0].Branch)))
		}
	}
	return nil
}

// byID groups rows by application, the one that starts first. The identity of an item is (scope, id), so only one of
// several branches can be it: the one that `flatpak run ID` starts.
func (c *collector) byID(rows []row) [][]row {
	var out [][]row
	at := map[string]int{}
	for _, r := range rows {
		n, ok := at[r.ID]
		if !ok {
			n = len(out)
			at[r.ID], out = n, append(out, nil)
		}
		out[n] = append(out[n], r)
	}
	for _, l := range out {
		if len(l) < 2 {
			continue
		}
		current, _ := c.h.Readlink(filepath.Join(c.in.Dir, "app", l[0].ID, "current"))
		slices.SortStableFunc(l, func(a, b row) int {
			switch current {
			case a.Arch + "/" + a.Branch:
				return -1
			case b.Arch + "/" + b.Branch:
				return 1
			}
			return 0
		})
	}
	return out
}

// app puts one application where it belongs.
func (c *collector) app(r row, found *subsystem.Found) error {
	if !remoteName(r.Origin) {
		found.Unmanaged = append(found.Unmanaged, r.unmanaged(fmt.Sprintf("its remote is called %q", r.Origin)))
		return nil
	}
	if c.loose(r.Origin) {
		found.Unmanaged = append(found.Unmanaged, r.unmanaged("installed from a bundle or a .flatpakref, not from a remote"))
		return nil
	}
	attrs := func() doc.Attrs { return doc.Attrs(nil).Set(remote, r.Origin).Set(branch, r.Branch) }
	preinstalled := slices.Contains(c.config.Group("core").Strings("xa.preinstalled"), r.ref())
	if preinstalled {
		found.Present = append(found.Present, doc.Present{ID: r.ID, Scope: r.Scope, Attrs: attrs()})
	}
	l, err := c.overrides(r.ID)
	if err != nil {
		return err
	}
	item := doc.Item{Subsystem: Name, ID: r.ID, Scope: r.Scope, Attrs: attrs()}
	if l != nil {
		item.Attrs.Set(overrides, l)
	}
	// What somebody changed about an application of the image's is theirs.
	if !preinstalled || len(l) > 0 {
		found.Items = append(found.Items, item)
	}
	return nil
}

// loose says whether a remote is one that flatpak made up for a single application: NAME-origin, which lists nothing.
func (c *collector) loose(origin string) bool {
	g := c.config.Group(`remote "` + origin + `"`)
	return strings.HasSuffix(origin, "-origin") && (g.Keys == nil || g.String("xa.noenumerate") == "true")
}

// overrides reads the file of an application's overrides in this installation; nil where there is none.
func (c *collector) overrides(id string) ([]string, error) {
	path := filepath.Join(c.in.Dir, "overrides", id)
	b, err := c.h.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	l, err := parseOverrides(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return l, nil
}

func (r row) unmanaged(reason string) doc.Unmanaged {
	return doc.Unmanaged{Subsystem: Name, ID: r.ID, Scope: r.Scope, Reason: reason}
}
