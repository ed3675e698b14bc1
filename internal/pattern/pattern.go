// Package pattern is regular expressions that cost nothing until they are used: compiling those
// of a package when a program starts would cost each of them, even one that is asked for its version only.
package pattern

import (
	"regexp"
	"sync"
)

// Lazy is regexp.MustCompile when it is first called, and its result ever after.
func Lazy(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
