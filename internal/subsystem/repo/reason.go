package repo

import (
	"strings"

	"bkt/internal/host"
	"bkt/internal/repofile"
)

// irreproducible is why no manifest brings a repository to other machines, "" where one can. checked says whether packages are
// checked where the repository does not say. The reason has no value of the file's: it may be secret.
func irreproducible(h *host.Host, r repofile.Repo, checked bool) string {
	base := repofile.Words(r.Text("baseurl"))
	switch {
	case !r.Enabled():
		return "disabled"
	case secret(r) != "":
		return secret(r)
	case len(base) == 0 && (r.Has("metalink") || r.Has("mirrorlist")):
		return "has a list of mirrors, and no address of its own"
	case len(base) == 0:
		return "has no address"
	case hasPrefix(base, "file:"):
		return "its packages are in a folder of this machine"
	case !signed(r, checked):
		return "its packages are not checked (gpgcheck)"
	}
	keys := repofile.Words(keysHere(r.Text("gpgkey")))
	if len(keys) == 0 {
		return "names no key (gpgkey)"
	}
	for _, k := range keys {
		p, ok := strings.CutPrefix(k, "file://")
		if ok && !repofile.ImagesKey(h, p) || strings.HasPrefix(k, "/") {
			return "its key is a file of this machine"
		}
	}
	return ""
}

func hasPrefix(words []string, prefix string) bool {
	for _, w := range words {
		if strings.HasPrefix(w, prefix) {
			return true
		}
	}
	return false
}

// secret says that a repository is not for everybody, "" where nothing says so.
func secret(r repofile.Repo) string {
	for _, k := range []string{"username", "password", "proxy_username", "proxy_password"} {
		if r.Text(k) != "" {
			return "needs a password"
		}
	}
	if r.Text("sslclientkey") != "" || r.Text("sslclientcert") != "" {
		return "needs a certificate of this machine's"
	}
	for _, k := range []string{"baseurl", "gpgkey"} {
		for _, w := range repofile.Words(r.Text(k)) {
			if _, rest, ok := strings.Cut(w, "://"); ok {
				if at, _, _ := strings.Cut(rest, "/"); strings.Contains(at, "@") {
					return "has a name or a password in its address"
				}
			}
		}
	}
	return ""
}

// signed says whether packages are checked.
func signed(r repofile.Repo, byDefault bool) bool {
	for _, k := range []string{"pkg_gpgcheck", "gpgcheck"} {
		if r.Has(k) {
			return on(r, k)
		}
	}
	return byDefault
}

// on says whether an option is there and true.
func on(r repofile.Repo, key string) bool {
	v, err := r.Truth(key)
	return v && err == nil && r.Has(key)
}

// checkedByDefault is what dnf's own configuration says for repositories that do not say.
func checkedByDefault(h *host.Host) bool {
	f, err := repofile.Read(h, "/etc/dnf", "dnf.conf")
	if err != nil {
		return false
	}
	for _, s := range f {
		if s.Name == "main" {
			return signed(repofile.Repo{Section: s}, false)
		}
	}
	return false
}
