package dnf

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// captureImage is Capture on an image-based host.
func captureImage(ctx context.Context, h *host.Host) (subsystem.Found, error) {
	all, err := h.Deployments(ctx)
	switch {
	case errors.Is(err, run.ErrNotFound):
		return subsystem.Found{}, subsystem.Unavailable("rpm-ostree is not installed")
	case errors.Is(err, host.ErrNotDeployed):
		return subsystem.Found{}, subsystem.Unavailable("rpm-ostree: " + err.Error())
	case err != nil:
		return subsystem.Found{}, err
	}
	items, unmanaged := requests(all)
	base, err := imageList(ctx, h, all.Booted())
	if err != nil {
		return subsystem.Found{}, fmt.Errorf("the image's packages: %w", err)
	}
	if all.Booted().Open() && h.Look("dnf5") {
		if err := transient(ctx, h, base, items); err != nil {
			return subsystem.Found{}, err
		}
	}
	return subsystem.Found{Items: sorted(items), Unmanaged: unmanaged, Present: base.present(nil)}, nil
}

// requests are what rpm-ostree was asked for on top of the image: in the deployment that runs,
// in the one whose packages were brought into it live, and in the one that waits for a reboot.
// What runs and is no longer asked for in the one that waits was taken back.
func requests(all *host.Deployments) (map[string]doc.Item, []doc.Unmanaged) {
	items := map[string]doc.Item{}
	var odd []doc.Unmanaged
	here := []*host.Deployment{all.Booted(), all.Live(), all.Staged()}
	for n, d := range here {
		if d == nil || n > 0 && slices.Contains(here[:n], d) {
			continue
		}
		put := func(ids []string, mode string) {
			for _, id := range ids {
				old, ok := items[id]
				if id == "" || ok && old.Attrs.String("mode") == mode || takenBack(all.Staged(), id, mode) {
					continue
				}
				a := doc.Attrs{}.Set("mode", mode)
				if n == 2 { // what is live, too, is here already
					a.Set(waits, true)
				}
				items[id] = item(id, a)
			}
		}
		put(d.RequestedPackages, Install)
		put(d.RequestedRemovals, Remove)
		odd = append(odd, irreproducible(d)...)
	}
	order := func(a, b doc.Unmanaged) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Reason, b.Reason))
	}
	slices.SortFunc(odd, order)
	return items, slices.CompactFunc(odd, func(a, b doc.Unmanaged) bool { return order(a, b) == 0 })
}

// takenBack says whether the deployment that waits for a reboot, if there is one, lacks a request.
func takenBack(staged *host.Deployment, id, mode string) bool {
	if staged == nil {
		return false
	}
	if mode == Remove {
		return !slices.Contains(staged.RequestedRemovals, id)
	}
	return !slices.Contains(staged.RequestedPackages, id)
}

// transient adds the packages that dnf5 installed into the running /usr. Of rpm-ostree's own
// live packages dnf5 has no record, so that those do not come as asked for.
func transient(ctx context.Context, h *host.Host, base *packages, items map[string]doc.Item) error {
	l, err := userInstalled(ctx, h, "dnf5")
	if err != nil {
		return err
	}
	repos := userRepos(h)
	for _, p := range l {
		if _, ok := items[p.name]; ok || base.names[p.name] || p.reason != asked {
			continue
		}
		a := doc.Attrs{}.Set("mode", Install).Set("until", "reboot")
		if repos[p.repo] {
			a.Set("repo", p.repo)
		}
		items[p.name] = item(p.name, a)
	}
	return nil
}

func item(id string, a doc.Attrs) doc.Item { return doc.Item{Subsystem: Name, ID: id, Attrs: a} }

func sorted(items map[string]doc.Item) []doc.Item {
	out := make([]doc.Item, 0, len(items))
	for _, id := range slices.Sorted(maps.Keys(items)) {
		out = append(out, items[id])
	}
	return out
}

// irreproducible are the deployment's packages that no list of names brings back.
func irreproducible(d *host.Deployment) []doc.Unmanaged {
	var out []doc.Unmanaged
	add := func(nevra, reason string) {
		if nevra != "" {
			out = append(out, doc.Unmanaged{Subsystem: Name, ID: nameOf(nevra), Reason: fmt.Sprintf(reason, nevra)})
		}
	}
	for _, p := range d.RequestedLocal {
		add(p, "layered from a local rpm, %s")
	}
	for _, p := range d.FileOverrides {
		add(p, "layered over the image's files from a local rpm, %s")
	}
	for _, p := range d.LocalReplacements {
		add(p, "the image's package is replaced by a local rpm, %s")
	}
	for _, p := range words(d.RemoteReplacements) {
		add(p, "the image's package is replaced from a repository, %s")
	}
	return out
}

// words are all strings in a JSON value, whatever its shape: that of remote replacements
// differs between the versions of rpm-ostree, and one that we did not expect must show as well.
func words(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, words(e)...)
		}
		return out
	case map[string]any:
		if l, ok := v["packages"]; ok {
			return words(l)
		}
		var out []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, words(v[k])...)
		}
		return out
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return []string{strings.TrimSpace(string(b))}
}
