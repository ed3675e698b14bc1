package gvariant

import (
	"fmt"
	"strconv"
	"strings"
)

// kind of a token.
type kind int

const (
	punct   kind = iota // one of ( ) [ ] { } < > , :
	str                 // text has the string, its escapes undone
	bytestr             // text has the literal as it stands
	word                // a number, a keyword, or the name of a type
	sign                // text has the type string after an @
)

type token struct {
	kind kind
	text string
}

// scan cuts a text into tokens. It knows no grammar but that brackets are closed in order.
func scan(text string) ([]token, error) {
	var out []token
	var open []byte
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case strings.IndexByte(" \t\n\r", c) >= 0:
			i++
			continue
		case strings.IndexByte("([{<", c) >= 0:
			open = append(open, closing(c))
		case strings.IndexByte(")]}>", c) >= 0:
			if len(open) == 0 || open[len(open)-1] != c {
				return nil, fmt.Errorf("%q closes nothing", c)
			}
			open = open[:len(open)-1]
		}
		t, n, err := next(text[i:])
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		i += n
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("%q is missing", open[len(open)-1])
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("empty")
	}
	return out, nil
}

func closing(c byte) byte {
	return ")]}>"[strings.IndexByte("([{<", c)]
}

// next is the token that text begins with, and its length.
func next(text string) (token, int, error) {
	c := text[0]
	switch {
	case strings.IndexByte("()[]{}<>,:", c) >= 0:
		return token{punct, text[:1]}, 1, nil
	case c == '\'' || c == '"':
		n, err := literal(text)
		if err != nil {
			return token{}, 0, err
		}
		s, err := unescape(text[1 : n-1])
		return token{str, s}, n, err
	case c == 'b' && len(text) > 1 && (text[1] == '\'' || text[1] == '"'):
		n, err := literal(text[1:])
		if err != nil {
			return token{}, 0, err
		}
		return token{bytestr, text[:n+1]}, n + 1, nil
	case c == '@':
		n := signature(text)
		if n == 1 {
			return token{}, 0, fmt.Errorf("@ without a type")
		}
		return token{sign, text[1:n]}, n, nil
	}
	n := 0
	for n < len(text) && wordly(text[n]) {
		n++
	}
	if n == 0 {
		return token{}, 0, fmt.Errorf("%q does not belong here", c)
	}
	return token{word, text[:n]}, n, nil
}

func wordly(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'
}

// literal is the length of the string literal that text begins with, its quotes included.
func literal(text string) (int, error) {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0]:
			return i + 1, nil
		}
	}
	return 0, fmt.Errorf("a string is not closed")
}

// signature is the length of the @type that text begins with.
func signature(text string) int {
	depth := 0
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '(' || c == '{':
			depth++
		case (c == ')' || c == '}') && depth > 0:
			depth--
		case !(c >= 'a' && c <= 'z'):
			return i
		}
	}
	return len(text)
}

// unescape undoes the escapes of a string literal.
func unescape(s string) (string, error) {
	if !strings.Contains(s, `\`) {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++ // a literal never ends with a single backslash
		switch c := s[i]; c {
		case 'u', 'U':
			n := 4
			if c == 'U' {
				n = 8
			}
			if i+n >= len(s) {
				return "", fmt.Errorf(`\%c needs %d digits`, c, n)
			}
			r, err := strconv.ParseUint(s[i+1:i+1+n], 16, 32)
			if err != nil || r == 0 {
				return "", fmt.Errorf(`\%s is no character`, s[i:i+1+n])
			}
			b.WriteRune(rune(r))
			i += n
		case '\n':
		default:
			if at := strings.IndexByte("abfnrtv", c); at >= 0 {
				c = "\a\b\f\n\r\t\v"[at]
			}
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}
