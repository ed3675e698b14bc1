package containerfile

import (
	"github.com/go-json-experiment/json"
	"strings"
	"unicode"
)

// cutFlags splits the text of an instruction into its leading --flags, quotes and escapes taken off, and the rest.
func cutFlags(text string) (flags []string, rest string) {
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if !strings.HasPrefix(text, "--") {
			return flags, text
		}
		flag, n := unquoted(text)
		text = text[n:]
		if flag == "--" {
			return flags, strings.TrimSpace(text)
		}
		flags = append(flags, flag)
	}
}

// unquoted reads the first word of a text without its quotes and escapes; n is how many bytes it takes there.
func unquoted(text string) (word string, n int) {
	var b strings.Builder
	quote := byte(0)
	for ; n < len(text); n++ {
		c := text[n]
		switch {
		case c == '\\' && n+1 < len(text):
			n++
			b.WriteByte(text[n])
		case c == '\\':
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			b.WriteByte(c)
		case c == '\'' || c == '"':
			quote = c
		case strings.IndexByte(" \t\v\f\r\n", c) >= 0:
			return b.String(), n
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), n
}

// jsonWords reads the JSON form of RUN and COPY, an array of strings.
func jsonWords(text string) ([]string, bool) {
	if !strings.HasPrefix(text, "[") {
		return nil, false
	}
	var values []any
	if json.Unmarshal([]byte(text), &values) != nil {
		return nil, false
	}
	words := make([]string, len(values))
	for i, v := range values {
		s, ok := v.(string)
		if !ok {
			return nil, false
		}
		words[i] = s
	}
	return words, true
}
