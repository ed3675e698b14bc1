package run

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Quote is argv as one line that a POSIX shell reads back as the same words; bash, zsh and fish
// where a word holds control characters, which are shown as escapes.
// A word that no shell can hold (a NUL byte) is shown as a Go string.
func Quote(argv []string) string {
	out := make([]string, len(argv))
	for i, a := range argv {
		q, err := syntax.Quote(a, syntax.LangPOSIX)
		if err != nil {
			if q, err = syntax.Quote(a, syntax.LangBash); err != nil {
				q = strconv.Quote(a)
			}
		}
		out[i] = q
	}
	return strings.Join(out, " ")
}
