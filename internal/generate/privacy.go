package generate

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"bkt/internal/doc"
)

// privatePattern is text that nobody wants in a public repository.
type privatePattern struct {
	what  string
	holds string // what every match holds; spares the regular expression almost always
	re    *regexp.Regexp
}

var privatePatterns = sync.OnceValue(func() []privatePattern {
	p := func(what, holds, re string) privatePattern {
		return privatePattern{what, holds, regexp.MustCompile(re)}
	}
	return []privatePattern{
		p("a home folder", "/home/", `(^|[^A-Za-z0-9._/-]|://)(/var)?/home/[^/\s"':;]+`),
		p("a password in a URL", "://", `[a-z][a-z0-9+.-]*://[^/\s@]*:[^/\s@]+@`),
		p("an e-mail address", "@", `[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`),
		p("a MAC address", ":", `(^|[^0-9A-Fa-f:])([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}([^0-9A-Fa-f:]|$)`),
		p("a private key", "-----BEGIN", `-----BEGIN [A-Z ]*PRIVATE KEY-----`),
		p("a token", "_", `\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})`),
		p("a token", "-", `\b(glpat-[A-Za-z0-9_-]{15,}|xox[abprs]-[A-Za-z0-9-]{10,})`),
		p("a token", "AKIA", `\bAKIA[0-9A-Z]{16}\b`),
		p("a token", "eyJ", `\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.`),
		p("a secret", "=", `(?i)(passw(or)?d|passphrase|secret|token|api[_-]?key)[A-Za-z0-9_-]*\s*=\s*["']?[^\s"']{4,}`),
	}
})

// publicAttrs hold long texts that are meant to be public.
func publicAttr(name string) bool { return name == "gpg_key" || name == "gpgkey" }

// Private says what in a change should not be published, "" where nothing is. home is the
// user's home folder.
func Private(c doc.Change, home string) string {
	attrs := c.Have.Attrs()
	var texts []string
	for n := range attrs {
		if publicAttr(n) {
			continue
		}
		if l := attrs.Strings(n); l != nil {
			texts = append(texts, l...)
		} else if s := attrs.String(n); s != "" {
			texts = append(texts, s)
		}
	}
	return private(c.ID, texts, home)
}

// Tell leaves out what is not reproducible and says something private of itself.
func Tell(l []doc.Unmanaged, home string) []doc.Unmanaged {
	return slices.DeleteFunc(slices.Clone(l), func(u doc.Unmanaged) bool {
		return private(u.ID, []string{u.Reason}, home) != ""
	})
}

// private says what in an id and in texts should not be published, "" where nothing is.
func private(id string, texts []string, home string) string {
	for i, t := range append([]string{id}, texts...) {
		if len(home) > 1 && holdsPath(t, home) {
			return "a home folder"
		}
		for _, p := range privatePatterns() {
			// An id may look like an address: extension uuids and template units do.
			if i == 0 && p.what == "an e-mail address" {
				continue
			}
			if strings.Contains(t, p.holds) && p.re.MatchString(t) {
				return p.what
			}
		}
	}
	return ""
}

// holdsPath says whether text names the folder or something in it.
func holdsPath(text, dir string) bool {
	dir = strings.TrimRight(dir, "/")
	for rest := text; dir != ""; {
		i := strings.Index(rest, dir)
		if i < 0 {
			return false
		}
		rest = rest[i+len(dir):]
		if rest == "" || strings.ContainsAny(rest[:1], "/\"':;, \t") {
			return true
		}
	}
	return false
}

// Guard leaves out changes that hold something private, but those whose id was allowed.
func Guard(changes []doc.Change, home string, allow []string) (take []doc.Change, left []Left) {
	take = without(changes, func(c doc.Change) bool {
		why := Private(c, home)
		if !c.Have.There() || why == "" || slices.Contains(allow, c.ID) {
			return false
		}
		left = append(left, Left{c, "looks like " + why})
		return true
	})
	return take, left
}
