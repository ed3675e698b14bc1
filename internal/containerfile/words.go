package containerfile

import (
	"strings"
	"unicode"
)

// splitWords splits a command line at blanks outside quotes, as builders do when they look for heredocs: raw keeps quotes and
// escapes, else they are taken off. It is not ok, and there are no words, where a quote or a ${ is not closed or a
// substitution is one that builders do not know.
func splitWords(s string, raw bool) ([]string, bool) {
	l := &lexer{in: []rune(s), raw: raw}
	_, words, ok := l.until(-1, raw)
	return words, ok
}

const eof = -1

type lexer struct {
	in  []rune
	pos int
	raw bool
}

func (l *lexer) peek() rune {
	if l.pos == len(l.in) {
		return eof
	}
	return l.in[l.pos]
}

func (l *lexer) next() rune {
	r := l.peek()
	if r != eof {
		l.pos++
	}
	return r
}

// until reads up to the rune stop, which it takes too, or to the end where stop is eof.
func (l *lexer) until(stop rune, escapes bool) (text string, words []string, ok bool) {
	var all, word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	both := func(s string) { all.WriteString(s); word.WriteString(s) }
	for l.peek() != eof {
		switch r := l.next(); {
		case r == stop:
			flush()
			return all.String(), words, true
		case r == '\'' || r == '"':
			s, ok := l.quoted(r, escapes)
			if !ok {
				return "", nil, false
			}
			both(s)
		case r == '$':
			s, ok := l.dollar()
			if !ok {
				return "", nil, false
			}
			all.WriteString(s)
			words = appendFields(words, &word, s)
		case r == '\\':
			if escapes {
				both(`\`)
			}
			if r := l.next(); r != eof {
				both(string(r))
			}
		case r == '<':
			both("<" + l.redirection())
		case unicode.IsSpace(r):
			all.WriteRune(r)
			flush()
		default:
			both(string(r))
		}
	}
	flush()
	return all.String(), words, stop == eof
}

// redirection reads a second < and the blanks behind it, which belong to the word: newer builders know `<< EOF` too.
func (l *lexer) redirection() string {
	start := l.pos
	if l.peek() == '<' {
		l.next()
		for strings.ContainsRune("\t\r ", l.peek()) && l.peek() != eof {
			l.next()
		}
	}
	return string(l.in[start:l.pos])
}

// appendFields adds an expansion to the word being read; its blanks end words.
func appendFields(words []string, word *strings.Builder, s string) []string {
	for _, r := range s {
		if !unicode.IsSpace(r) {
			word.WriteRune(r)
		} else if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	return words
}

// quoted reads up to the closing quote.
func (l *lexer) quoted(quote rune, escapes bool) (string, bool) {
	var b strings.Builder
	keep := func() {
		if l.raw {
			b.WriteRune(quote)
		}
	}
	keep()
	for {
		r := l.next()
		switch {
		case r == eof:
			return "", false
		case r == quote:
			keep()
			return b.String(), true
		case quote == '"' && r == '$':
			s, ok := l.dollar()
			if !ok {
				return "", false
			}
			b.WriteString(s)
		case quote == '"' && r == '\\' && l.peek() != eof:
			if n := l.peek(); n == '"' || n == '$' || n == '\\' {
				if escapes {
					b.WriteByte('\\')
				}
				r = l.next()
			}
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
}
