package generate

import (
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/pattern"
)

// privatePatterns are texts that nobody wants in a public repository.
var privatePatterns = []struct {
	what  string
	holds string // what every match holds; spares the regular expression almost always
	form  pattern.Lazy
}{
	{"a home folder", "/home/", pattern.Lazy{Expr: `(^|[^A-Za-z0-9._/-]|://)(/var)?/home/[^/\s"':;]+`}},
	{"a password in a URL", "://", pattern.Lazy{Expr: `[a-z][a-z0-9+.-]*://[^/\s@]*:[^/\s@]+@`}},
	{"an e-mail address", "@", pattern.Lazy{Expr: `[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`}},
	{"a MAC address", ":", pattern.Lazy{Expr: `(^|[^0-9A-Fa-f:])([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}([^0-9A-Fa-f:]|$)`}},
	{"a private key", "-----BEGIN", pattern.Lazy{Expr: `-----BEGIN [A-Z ]*PRIVATE KEY-----`}},
	{"a token", "_", pattern.Lazy{Expr: `\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})`}},
	{"a token", "-", pattern.Lazy{Expr: `\b(glpat-[A-Za-z0-9_-]{15,}|xox[abprs]-[A-Za-z0-9-]{10,})`}},
	{"a token", "AKIA", pattern.Lazy{Expr: `\bAKIA[0-9A-Z]{16}\b`}},
	{"a token", "eyJ", pattern.Lazy{Expr: `\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.`}},
	{"a secret", "=", pattern.Lazy{Expr: `(?i)(passw(or)?d|passphrase|secret|token|api[_-]?key)[A-Za-z0-9_-]*\s*=\s*["']?[^\s"']{4,}`}},
}

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
	for n, t := range append([]string{id}, texts...) {
		if len(home) > 1 && holdsPath(t, home) {
			return "a home folder"
		}
		for i := range privatePatterns {
			p := &privatePatterns[i]
			// An id may look like an address: extension uuids and template units do.
			if n == 0 && p.what == "an e-mail address" {
				continue
			}
			if strings.Contains(t, p.holds) && p.form.Re().MatchString(t) {
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
