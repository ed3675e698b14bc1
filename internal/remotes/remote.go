package remotes

import (
	"slices"

	"bkt/internal/doc"
)

// Subsystem is the name of the subsystem whose items are remotes.
const Subsystem = "flatpak-remote"

// The attributes of a remote. The url is canonical (see CanonicalURL), the key is base64 of a canonical key ring (see
// CanonicalKeys).
const (
	URL      = "url"
	Filtered = "filtered"
	Key      = "gpg_key"
)

// Remote is a remote as it is to be in one installation.
type Remote struct {
	Name, Scope string
	URL         string // canonical
	Key         string // "" where there is none, and where everybody knows it
}

// Of is the remote that an item means.
func Of(i doc.Item) Remote {
	return Remote{Name: i.ID, Scope: i.Scope, URL: CanonicalURL(i.Attrs.String(URL)), Key: i.Attrs.String(Key)}
}

// Trusted says whether it is known what the remote's apps must be signed with. Without that it is never added.
func (r Remote) Trusted() bool { return r.Key != "" || Known(r.URL) }

// Find looks for what is needed to add a remote to an installation: in the manifests, in this scope or the other; among
// the remotes that everybody knows; and in the other installation of this machine. What the manifests name is found
// with their URL or not at all. ok is false where nothing says what it is trusted by.
func Find(name, scope string, wanted []doc.Item, has func(scope string) (doc.Attrs, bool)) (found Remote, ok bool) {
	var named []Remote
	for _, i := range wanted {
		if i.ID == name {
			named = append(named, Of(i))
		}
	}
	slices.SortStableFunc(named, func(a, b Remote) int { return here(b, scope) - here(a, scope) })
	candidates := slices.Clone(named)
	for _, k := range known {
		if k.name == name {
			candidates = append(candidates, Remote{URL: k.repo})
		}
	}
	for _, other := range []string{"system", "user"} {
		if a, there := has(other); there {
			candidates = append(candidates, Of(doc.Item{Attrs: a}))
		}
	}
	for _, c := range candidates {
		if c.Trusted() && (len(named) == 0 || c.URL == named[0].URL) {
			return Remote{Name: name, Scope: scope, URL: c.URL, Key: c.Key}, true
		}
	}
	return Remote{}, false
}

// here is 1 for a remote of the scope, and 0 for others.
func here(r Remote, scope string) int {
	if r.Scope == scope {
		return 1
	}
	return 0
}
