// Package remotes is what Flatpak's remotes and Flatpak's apps share: how a remote is spelled, what it is trusted by, and
// how it comes into an installation.
package remotes

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// known are the remotes whose .flatpakrepo file, with their key, stands at a place that everybody knows: by canonical
// URL of the repository. Their keys are not kept in manifests. The names are those that their own pages tell people to use.
var known = []struct{ repo, file, name string }{
	{"https://dl.flathub.org/repo", "https://dl.flathub.org/repo/flathub.flatpakrepo", "flathub"},
	{"https://dl.flathub.org/beta-repo", "https://dl.flathub.org/beta-repo/flathub-beta.flatpakrepo", "flathub-beta"},
	{"https://nightly.gnome.org/repo", "https://nightly.gnome.org/gnome-nightly.flatpakrepo", "gnome-nightly"},
	{"https://flatpak.elementary.io/repo", "https://flatpak.elementary.io/repo.flatpakrepo", "elementary"},
}

// Known says whether everybody knows where the repository at a canonical URL has its .flatpakrepo file.
func Known(canonical string) bool { return file(canonical) != "" }

func file(canonical string) string {
	for _, k := range known {
		if k.repo == canonical {
			return k.file
		}
	}
	return ""
}

// CanonicalURL is one Spelling for all URLs of one repository: that of the folder for its .flatpakrepo file, without
// slashes at the end.
func CanonicalURL(s string) string {
	for _, k := range known {
		if s == k.file {
			return k.repo
		}
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return s
	}
	rest = strings.TrimRight(rest, "/")
	for n := 0; n >= 0 && strings.HasSuffix(rest, ".flatpakrepo"); {
		if n = strings.LastIndexByte(rest, '/'); n >= 0 {
			rest = strings.TrimRight(rest[:n], "/")
		}
	}
	if rest == "" {
		rest = "/"
	}
	return scheme + "://" + rest
}

// Spelling is how a new manifest entry writes a canonical URL: the .flatpakrepo file where it is known, since that is
// what a remote is added from.
func Spelling(canonical string) string {
	return cmp.Or(file(canonical), canonical)
}

// ValidURL says whether s can stand in a manifest, which is public. The error never shows a password.
func ValidURL(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return errors.New("the url is not one")
	case u.User != nil:
		return fmt.Errorf("the url of %s holds a user name or a password", u.Hostname())
	}
	switch u.Scheme {
	case "http", "https", "oci+http", "oci+https":
		if u.Hostname() == "" {
			return fmt.Errorf("url %q names no host", s)
		}
	case "file":
		if u.Host != "" || !strings.HasPrefix(u.Path, "/") {
			return fmt.Errorf("url %q is not file:// and an absolute path", s)
		}
	default:
		return fmt.Errorf("url %q is not http, https, oci+https or file", s)
	}
	return nil
}
