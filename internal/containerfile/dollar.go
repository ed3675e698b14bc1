package containerfile

import (
	"strings"
	"unicode"
)

// dollar reads what follows a $: a name, or a substitution in braces, which stays as it is written.
func (l *lexer) dollar() (string, bool) {
	if l.peek() != '{' {
		return "$" + l.name(), true
	}
	l.next()
	switch l.peek() {
	case eof, '{', '}', ':':
		return "", false
	}
	name := l.name()
	op := l.next()
	switch op {
	case '}':
		return "${" + name + "}", true
	case '/':
		return l.replacement(name)
	case ':':
		op = l.next()
		if op == '#' || op == '%' || op == eof {
			return "", false
		}
		word, _, ok := l.until('}', false)
		return "${" + name + ":" + string(op) + word + "}", ok
	case '+', '-', '?', '#', '%':
		word, _, ok := l.until('}', op == '#' || op == '%')
		return "${" + name + string(op) + word + "}", ok
	}
	return "", false
}

// replacement reads the rest of ${name/pattern/text} and ${name//pattern/text}.
func (l *lexer) replacement(name string) (string, bool) {
	all := ""
	if l.peek() == '/' {
		l.next()
		all = "/"
	}
	pattern, _, ok := l.until('/', true)
	if !ok {
		return "", false
	}
	text, _, ok := l.until('}', true)
	return "${" + name + "/" + all + pattern + "/" + text + "}", ok
}

// name reads the name of a variable: a word, a number, or one of the shell's special characters.
func (l *lexer) name() string {
	first := l.peek()
	if strings.ContainsRune("@*#?-$!0", first) && first != eof {
		l.next()
		return string(first)
	}
	start := l.pos
	for l.peek() == '_' || unicode.IsDigit(l.peek()) || !unicode.IsDigit(first) && unicode.IsLetter(l.peek()) {
		l.next()
	}
	return string(l.in[start:l.pos])
}
