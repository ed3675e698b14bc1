package repo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/repofile"
	"bkt/internal/subsystem"
)

// Capture reads the .repo files, and starts nothing. A repository that the image brings is the image's, whatever the machine
// changed of it; but one that the image has switched off, and that is switched on here, is the user's.
func (s Subsystem) Capture(_ context.Context, h *host.Host) (subsystem.Found, error) {
	if !h.Exists(repofile.Folder) {
		return subsystem.Found{}, subsystem.Unavailable("no " + repofile.Folder)
	}
	all, err := repofile.Sort(h)
	if err != nil {
		return subsystem.Found{}, err
	}
	f := subsystem.Found{Partial: faults(all.Faults)}
	checked := checkedByDefault(h)
	used := map[string]bool{} // files with a repository that is switched on
	for _, r := range all.Mine {
		used[r.File] = used[r.File] || r.Enabled()
	}
	for _, r := range all.Mine {
		if repofile.Copr(r.File) || !r.Enabled() && used[r.File] { // the sources or test versions of one that is used
			continue
		}
		i := item(r)
		reason := irreproducible(h, r, checked)
		if reason == "" && s.Validate(i) != nil {
			reason = "its id, name or address is not one that a manifest takes"
		}
		if reason != "" {
			f.Unmanaged = append(f.Unmanaged, doc.Unmanaged{Subsystem: Name, ID: r.Name, Reason: reason})
			continue
		}
		f.Items = append(f.Items, i)
	}
	f.Present = s.present(all.Image)
	return f, nil
}

// present are the repositories that an image uses. What it says of one that no manifest could name is left out.
func (s Subsystem) present(image []repofile.Repo) []doc.Present {
	var out []doc.Present
	done := map[string]bool{}
	for _, r := range image {
		if repofile.Copr(r.File) || !r.Enabled() || !validID(r.Name) || done[r.Name] {
			continue
		}
		done[r.Name] = true
		p := doc.Present{ID: r.Name}
		if i := item(r); secret(r) == "" && r.Text("baseurl") != "" && r.Text("gpgkey") != "" && s.Validate(i) == nil {
			delete(i.Attrs, unkept)
			p.Attrs = i.Attrs
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b doc.Present) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// faults says that files could not be read. COPR's collector reports its own.
func faults(l []repofile.Fault) string {
	l = slices.DeleteFunc(slices.Clone(l), func(f repofile.Fault) bool { return repofile.Copr(f.File) })
	switch len(l) {
	case 0:
		return ""
	case 1:
		return l[0].Err.Error()
	}
	return fmt.Sprintf("%v, and %d more", l[0].Err, len(l)-1)
}

// item is a repository as a manifest would have it.
func item(r repofile.Repo) doc.Item {
	a := doc.Attrs{}.Set(baseURL, r.Text("baseurl")).Set(gpgKey, keysHere(r.Text("gpgkey")))
	if n := strings.TrimSpace(r.Text("name")); n != "" {
		a.Set(displayName, n)
	}
	if l := options(r); len(l) > 0 {
		a.Set(unkept, l)
	}
	return doc.Item{Subsystem: Name, ID: r.Name, Attrs: canonical(a)}
}

// keysHere are a repository's keys; those that the image has from the distribution by the paths that they have there.
func keysHere(list string) string {
	words := repofile.Words(list)
	for i, w := range words {
		if p, ok := strings.CutPrefix(w, "file://"+keyFolder+"/"); ok && isFile(p) {
			words[i] = p
		}
	}
	return strings.Join(words, " ")
}

// options are what the manifest cannot say of a repository. Those that only say how often to look, or for how long, are none.
func options(r repofile.Repo) []string {
	said := []string{
		"name", "baseurl", "enabled", "gpgcheck", "pkg_gpgcheck", "gpgkey", "type", "autorefresh", "metadata_expire",
		"skip_if_unavailable", "enabled_metadata", "countme", "metalink", "mirrorlist", "keepcache", "timeout", "failovermethod",
	}
	var out []string
	for _, k := range r.Keys {
		off := k.Name == "repo_gpgcheck" && !on(r, k.Name)
		if !slices.Contains(said, k.Name) && !off && isLine(k.Name) {
			out = append(out, k.Name)
		}
	}
	slices.Sort(out)
	return out
}
