package manifest

import "unicode/utf8"

// glob says whether all of id matches pattern: * stands for any characters, also none, dots, slashes and blanks included;
// ? for one character; \ takes the meaning from the character after it. All else, case and brackets too, stands for itself.
func glob(pattern, id string) bool {
	p, i := 0, 0
	star, mark := -1, 0 // where to go on when the rest does not match: after the last *, one character further
	for i < len(id) {
		if p < len(pattern) && pattern[p] == '*' {
			p++
			star, mark = p, i
			continue
		}
		if width, next, ok := one(pattern, p, id[i:]); ok {
			p, i = next, i+width
			continue
		}
		if star < 0 {
			return false
		}
		_, width := utf8.DecodeRuneInString(id[mark:])
		mark += width
		p, i = star, mark
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// one matches one character of id at the place p of a pattern; width is its length, next the place after it.
func one(pattern string, p int, id string) (width, next int, ok bool) {
	if p == len(pattern) {
		return 0, 0, false
	}
	char, width := utf8.DecodeRuneInString(id)
	if pattern[p] == '?' {
		return width, p + 1, true
	}
	if pattern[p] == '\\' && p+1 < len(pattern) {
		p++
	}
	wanted, length := utf8.DecodeRuneInString(pattern[p:])
	return width, p + length, wanted == char && pattern[p:p+length] == id[:width]
}

func anyGlob(patterns []string, id string) bool {
	for _, pattern := range patterns {
		if glob(pattern, id) {
			return true
		}
	}
	return false
}
