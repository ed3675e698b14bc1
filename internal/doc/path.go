package doc

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Path says whether bkt may write p in a distribution: only the Containerfile and what lies
// below manifests/, generated/ and changelog/.
func Path(p string) error {
	bad := func(r rune) bool { return !unicode.IsPrint(r) || r == '\\' }
	dir, _, below := strings.Cut(p, "/")
	switch {
	case p == "Containerfile":
		return nil
	case !utf8.ValidString(p) || strings.ContainsFunc(p, bad) || path.Clean(p) != p:
		return fmt.Errorf("'%s' is not a clean path", printable(p))
	case !below || !slices.Contains([]string{"manifests", "generated", "changelog"}, dir):
		return fmt.Errorf("'%s' is not a file that bkt writes", printable(p))
	case slices.ContainsFunc(strings.Split(p, "/"), gits):
		return fmt.Errorf("'%s' is git's own", printable(p))
	}
	return nil
}

// gits says whether a name is git's own on any file system that it is checked out on.
func gits(name string) bool {
	name = strings.ToLower(strings.TrimRight(name, ". "))
	return name == ".git" || name == "git~1"
}

// objectID says whether s is the id of a git object, whole: never an option or an expression.
func objectID(s string) bool {
	hex := func(r rune) bool { return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' }
	return (len(s) == 40 || len(s) == 64) && strings.TrimFunc(s, hex) == ""
}
