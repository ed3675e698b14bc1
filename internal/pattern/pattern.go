// Package pattern is regular expressions that cost nothing until they are used: compiling those
// of a package when a program starts would cost each of them, even one that is asked for its version only.
package pattern

import (
	"regexp"
	"sync"
)

// Lazy is a regular expression that is compiled when it is first used. As a package variable it is
// plain data: nothing runs for it when a program starts.
type Lazy struct {
	Expr string

	once sync.Once
	re   *regexp.Regexp
}

// Re is the regular expression; it panics where Expr is none.
func (l *Lazy) Re() *regexp.Regexp {
	l.once.Do(func() { l.re = regexp.MustCompile(l.Expr) })
	return l.re
}
