package dnf

import (
	"context"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// Sift tells which packages no repository here offers, and what else is in the way of each.
func (Subsystem) Sift(ctx context.Context, h *host.Host, v subsystem.View, tasks []subsystem.Task) (map[doc.Key]string, error) {
	out := map[doc.Key]string{}
	if len(tasks) == 0 || tasks[0].Verb == subsystem.Remove || mode(tasks[0].Item.Attrs) != Install {
		return out, nil
	}
	gone := map[string]bool{}
	if v.Host.Image == nil {
		dnf, err := tool(h)
		if err == nil {
			gone, err = missing(ctx, h, dnf, idsOf(tasks))
		}
		if err != nil {
			return nil, err
		}
	} else {
		w, err := look(ctx, h)
		if err != nil {
			return nil, err
		}
		var rest []string
		for _, t := range tasks {
			if why := w.obstacle(t); why != "" {
				out[t.Item.Key()] = why
			} else {
				rest = append(rest, t.Item.ID)
			}
		}
		if len(rest) > 0 {
			if gone, err = w.missing(ctx, h, rest); err != nil {
				return nil, err
			}
		}
	}
	for _, t := range tasks {
		if gone[t.Item.ID] {
			out[t.Item.Key()] = nowhere(v)
		}
	}
	return out, nil
}

// sources are the subsystems of what may have a name.
func sources() []string { return []string{"copr", "repo"} }

// On names the repositories.
func (Subsystem) On() []string { return sources() }

// nowhere is why a name is not found. A repository that the manifests name and that is not here may have it.
func nowhere(v subsystem.View) string {
	var coming []string
	for _, s := range sources() {
		for _, i := range v.Manifests.Items[s] {
			if _, ok := v.Has(s, "", i.ID); !ok && v.Knows(s) && i.Attrs.Bool("enabled", true) {
				coming = append(coming, i.ID)
			}
		}
	}
	if len(coming) == 0 {
		return "no repository here offers it"
	}
	slices.Sort(coming)
	if v.Host.Image != nil {
		return "no repository here offers it; the image brings " + strings.Join(coming, ", ")
	}
	return "no repository here offers it; not here: " + strings.Join(coming, ", ")
}
