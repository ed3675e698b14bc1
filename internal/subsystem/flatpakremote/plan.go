package flatpakremote

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/remotes"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// Batch is empty: each remote is another command.
func (Subsystem) Batch(subsystem.Task) string { return "" }

// Do adds, changes or deletes remotes. A remote is deleted only once nothing that is installed comes from it: flatpak
// refuses otherwise, and is never forced. Filters are the image's, and left alone.
func (Subsystem) Do(ctx context.Context, h *host.Host, v subsystem.View, tasks []subsystem.Task) error {
	for _, t := range tasks {
		var err error
		switch t.Verb {
		case subsystem.Install:
			err = install(ctx, h, v, t.Item)
		case subsystem.Set:
			err = modify(ctx, h, t)
		case subsystem.Remove:
			err = remove(ctx, h, t.Item)
		}
		if remotes.Down(err) {
			err = subsystem.TryAgain(err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func install(ctx context.Context, h *host.Host, v subsystem.View, i doc.Item) error {
	r, ok := find(i, v)
	if !ok {
		r = remotes.Of(i) // which says why not
	}
	return remotes.Ensure(ctx, h, r)
}

// find is the remote with a key that it is trusted by, wherever that is known from.
func find(i doc.Item, v subsystem.View) (remotes.Remote, bool) {
	has := func(scope string) (doc.Attrs, bool) { return v.Has(Name, scope, i.ID) }
	return remotes.Find(i.ID, i.Scope, append([]doc.Item{i}, v.Manifests.Items[Name]...), has)
}

// modify brings a remote to its URL and its key. Where the manifests name no key, the old one stays, and so what it does
// not open stays shut.
func modify(ctx context.Context, h *host.Host, t subsystem.Task) error {
	have := t.Have.Attrs()
	r := remotes.Of(t.Item)
	if t.Item.Attrs.String(location) == "" {
		r.URL = remotes.CanonicalURL(have.String(location))
	}
	var err error
	if r.Key == "" && remotes.Known(r.URL) && r.URL != have.String(location) {
		r, err = remotes.Fetch(ctx, h, r)
	}
	if err != nil {
		return err
	}
	if r.Key == have.String(gpgKey) {
		r.Key = ""
	}
	return remotes.Modify(ctx, h, r)
}

func remove(ctx context.Context, h *host.Host, i doc.Item) error {
	there, err := remotes.Exists(h, i.Scope, i.ID)
	if err != nil || !there {
		return err
	}
	_, err = h.Runner.Run(ctx, run.Cmd{Argv: []string{"flatpak", "remote-delete", "--" + i.Scope, i.ID}})
	var e *run.Error
	if errors.As(err, &e) && strings.Contains(e.Stderr, "with installed refs") {
		return fmt.Errorf("it stays: apps or runtimes from it are installed (flatpak uninstall --%s --unused removes what nothing uses)", i.Scope)
	}
	return err
}

// Blocked names a remote that nothing vouches for, and one that is to go while an app of the manifests comes from it.
func (Subsystem) Blocked(c doc.Change, v subsystem.View) string {
	i := doc.Item{Subsystem: Name, ID: c.ID, Scope: c.Scope, Attrs: c.Want.Attrs()}
	switch have := c.Have.Attrs(); {
	case c.Want.There():
		_, ok := find(i, v)
		// One that is verified already stays so.
		stays := c.Have.There() && (have.String(gpgKey) != "" || remotes.Known(have.String(location)))
		if !ok && !stays {
			return "no gpg_key says what its apps are signed with"
		}
	case c.Class == doc.Dropped:
		for _, app := range v.Manifests.Items["flatpak"] {
			if app.Scope == c.Scope && app.Attrs.String("remote") == c.ID {
				return fmt.Sprintf("%s comes from it", app.ID)
			}
		}
	}
	return ""
}
