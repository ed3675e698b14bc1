package pattern

import "strings"

// Word says whether s begins with a letter, a digit or a character of first, and has no others
// after it than letters, digits and characters of rest. It is what most names are held to, ten
// times as fast as a regular expression. Letters and digits are those of ASCII.
func Word(s, first, rest string) bool {
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && (c >= 0x80 || strings.IndexByte(first, c) < 0) {
			return false
		}
		first = rest
	}
	return s != ""
}

func alphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
