package run

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quote is argv as one line that a POSIX shell reads back as the same words; bash and zsh
// where a word holds control characters or is not UTF-8, which is shown as escapes.
// A word that no shell can hold (a NUL byte) is shown as a Go string.
//
// It is not left to a library: the one that knows shells best is a whole parser, and compiles
// a regular expression whenever a program starts. The tests ask real shells.
func Quote(argv []string) string {
	out := make([]string, len(argv))
	for i, a := range argv {
		out[i] = quote(a)
	}
	return strings.Join(out, " ")
}

func quote(word string) string {
	switch {
	case strings.Contains(word, "\x00"):
		return strconv.Quote(word)
	case !utf8.ValidString(word) || strings.ContainsFunc(word, unprintable):
		return escaped(word)
	case word != "" && !strings.ContainsFunc(word, special):
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// unprintable is a character that would do something to the line, or hide in it.
func unprintable(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }

// special is a character that may mean something to some shell.
func special(r rune) bool {
	return r < utf8.RuneSelf && !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("%+,-./:@_", r))
}

// escaped is a word with escapes in $'…', byte by byte, so that the language of the shell does
// not matter.
func escaped(word string) string {
	var b strings.Builder
	b.WriteString("$'")
	for len(word) > 0 {
		r, n := utf8.DecodeRuneInString(word)
		switch {
		case r == '\'' || r == '\\':
			b.WriteString(`\` + word[:n])
		case !unprintable(r):
			b.WriteString(word[:n])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		default:
			for _, c := range []byte(word[:n]) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		}
		word = word[n:]
	}
	b.WriteString("'")
	return b.String()
}
