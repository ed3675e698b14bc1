package forge

import (
	"net/url"
	"strings"
)

// place is a repository on a forge: where its pages are.
type place struct {
	scheme string // https, or http where git uses that
	host   string // with a port where the pages need one
	path   string // owner/name, without .git
}

// locate reads a git url as a place; false for files and for what has no owner and name.
func locate(raw string) (place, bool) {
	var p place
	if !scheme.Re().MatchString(raw) {
		host, path, ok := strings.Cut(raw, ":")
		if !ok || strings.HasPrefix(raw, "/") {
			return place{}, false
		}
		if _, h, user := strings.Cut(host, "@"); user {
			host = h
		}
		p = place{"https", host, path}
	} else {
		u, err := url.Parse(raw)
		if err != nil {
			return place{}, false
		}
		switch u.Scheme {
		case "https", "http":
			p = place{u.Scheme, u.Host, u.Path}
		case "ssh", "git":
			p = place{"https", u.Hostname(), u.Path} // the port is ssh's own
		default:
			return place{}, false
		}
	}
	p.host = strings.ToLower(p.host)
	switch p.host {
	case "ssh.github.com": // ssh over port 443
		p.host = "github.com"
	case "altssh.gitlab.com":
		p.host = "gitlab.com"
	}
	p.path = strings.TrimSuffix(strings.Trim(p.path, "/"), ".git")
	if p.host == "" || !strings.Contains(p.path, "/") || strings.HasPrefix(p.path, "~") {
		return place{}, false
	}
	return p, true
}

// page is the repository's own page.
func (p place) page() string { return p.scheme + "://" + p.host + "/" + escape(p.path) }

// slug is how gh calls it: HOST/OWNER/NAME; "" where gh cannot reach it.
func (p place) slug() string {
	if p.scheme != "https" || strings.ContainsRune(p.host, ':') || strings.Count(p.path, "/") != 1 {
		return ""
	}
	return p.host + "/" + p.path
}

// compare is the page that opens a pull request by hand, by what the host's name says of the
// forge that runs there; "" where it says nothing.
func (p place) compare(base, branch string) string {
	label := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(p.host, w) {
				return true
			}
		}
		return false
	}
	switch {
	case label("github") || strings.HasSuffix(p.host, ".ghe.com"):
		return p.page() + "/compare/" + escape(base) + "..." + escape(branch) + "?expand=1"
	case label("gitlab"):
		return p.page() + "/-/merge_requests/new?merge_request[source_branch]=" + url.QueryEscape(branch) +
			"&merge_request[target_branch]=" + url.QueryEscape(base)
	case label("codeberg", "forgejo", "gitea"):
		return p.page() + "/compare/" + escape(base) + "..." + escape(branch)
	}
	return ""
}

// escape escapes a path, not its slashes.
func escape(path string) string {
	parts := strings.Split(path, "/")
	for i, s := range parts {
		parts[i] = url.PathEscape(s)
	}
	return strings.Join(parts, "/")
}
