package dnf

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// groupsFile is where dnf5 notes the groups that it installed.
const groupsFile = "/usr/lib/sysimage/libdnf5/groups.toml"

// Capture lists what the user installed or removed on top of the image or, in package mode,
// asked dnf for by name; and as present the rest.
func (Subsystem) Capture(ctx context.Context, h *host.Host) (subsystem.Found, error) {
	if h.Ostree() {
		return captureImage(ctx, h)
	}
	for _, tool := range []string{"dnf5", "dnf"} {
		if h.Look(tool) {
			return capturePackages(ctx, h, tool)
		}
	}
	return subsystem.Found{}, subsystem.Unavailable("neither dnf5 nor dnf is installed")
}

func capturePackages(ctx context.Context, h *host.Host, tool string) (subsystem.Found, error) {
	where, err := live(h)
	if err != nil {
		return subsystem.Found{}, err
	}
	type answer struct {
		p   *packages
		err error
	}
	all := make(chan answer, 1)
	go func() {
		p, err := rpmList(ctx, h, where...)
		all <- answer{p, err}
	}()
	user, err := userInstalled(ctx, h, tool)
	have := <-all
	if err := errors.Join(err, have.err); err != nil {
		return subsystem.Found{}, err
	}
	groups, err := userGroups(h)
	if err != nil {
		return subsystem.Found{}, err
	}
	items, unmanaged := split(user, userRepos(h))
	for _, g := range groups {
		items["@"+g] = item("@"+g, doc.Attrs{}.Set("mode", Install))
	}
	own := map[string]bool{}
	for id := range items {
		own[id] = true
	}
	return subsystem.Found{Items: sorted(items), Unmanaged: unmanaged, Present: have.p.present(own)}, nil
}

// split tells what a repository can give again from what none can. Where dnf has no record at
// all, as in an image that was composed without it, what it did not install says nothing of
// the user.
func split(user []installed, repos map[string]bool) (map[string]doc.Item, []doc.Unmanaged) {
	items := map[string]doc.Item{}
	records := false
	for _, p := range user {
		records = records || p.reason != foreign
		if p.reason == asked && p.repo != "" {
			a := doc.Attrs{}.Set("mode", Install)
			if repos[p.repo] {
				a.Set("repo", p.repo)
			}
			items[p.name] = item(p.name, a)
		}
	}
	var out []doc.Unmanaged
	done := map[string]bool{"gpg-pubkey": true}
	for _, p := range user {
		reason := "installed from a local rpm"
		if p.reason == foreign {
			reason = "not installed by dnf"
		}
		_, ok := items[p.name]
		if ok || done[p.name] || !records || p.reason == grouped || p.repo != "" {
			continue
		}
		done[p.name] = true
		out = append(out, doc.Unmanaged{Subsystem: Name, ID: p.name, Reason: reason})
	}
	return items, out
}

// userGroups are the groups that were asked for by name; dnf4 does not tell them.
func userGroups(h *host.Host) ([]string, error) {
	b, err := h.ReadFile(groupsFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("groups: %w", err)
	}
	return parseGroups(b)
}
