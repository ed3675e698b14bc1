// Package gvariant reads GVariant text, as gsettings and dconf print it, just as far as it takes to tell whether two
// texts say the same, and to read and write lists of strings.
package gvariant

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Same says whether two texts are one value for a key that has a type of its own: `uint32 5` and `5`, `@as []` and
// `[]`, `1.0` and `1`, `"a"` and `'a'`, and `prefer-dark` without quotes, which gsettings takes as well.
func Same(a, b string) bool { return a == b || normal(a) == normal(b) }

// normal is the text without what the type of the key says anyway. Inside <…> the value brings its type, which stays.
func normal(text string) string {
	tokens, err := scan(text)
	if err != nil || !sound(tokens) {
		return quote(text) + " " // gsettings, too, takes a text that is no value for a string
	}
	var b strings.Builder
	for i, depth := 0, 0; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t.kind == punct && t.text == "<":
			depth++
		case t.kind == punct && t.text == ">":
			depth--
		case t.kind == str:
			t.text = quote(t.text)
		case t.kind == sign && depth == 0:
			continue
		case t.kind == sign:
			t.text = "@" + t.text
		case t.kind == word && depth == 0 && prefix(t.text):
			continue
		case t.kind == word && depth == 0:
			t.text = number(t.text)
		case t.kind == punct && t.text == "," && i+1 < len(tokens) && tokens[i+1] == (token{punct, ")"}):
			continue // a tuple of one
		}
		b.WriteString(t.text)
		b.WriteByte(' ')
	}
	return b.String()
}

// sound says whether all words are values, or stand before one.
func sound(tokens []token) bool {
	for i, t := range tokens {
		if t.kind == word && !known(t.text) && !(prefix(t.text) && i+1 < len(tokens)) {
			return false
		}
	}
	return true
}

// prefix says whether a word stands before a value: the name of a type, or just.
func prefix(s string) bool {
	return s == "just" || slices.Contains([]string{"boolean", "byte", "int16", "uint16", "int32", "uint32", "handle", "int64", "uint64", "double", "string", "objectpath", "signature"}, s)
}

// known says whether a word is a value by itself.
func known(s string) bool {
	if s == "true" || s == "false" || s == "nothing" {
		return true
	}
	_, err := strconv.ParseFloat(s, 64)
	_, err2 := strconv.ParseInt(s, 0, 64)
	return err == nil || err2 == nil
}

// number is one spelling for all of a number; any other word is left as it is.
func number(s string) string {
	sign, digits := "", strings.TrimPrefix(s, "+")
	if d, ok := strings.CutPrefix(s, "-"); ok {
		sign, digits = "-", d
	}
	if n, err := strconv.ParseUint(digits, 0, 64); err == nil {
		if n == 0 {
			sign = ""
		}
		return sign + strconv.FormatUint(n, 10)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// quote writes a string as GLib does.
func quote(s string) string {
	q := byte('\'')
	if strings.Contains(s, "'") {
		q = '"'
	}
	var b strings.Builder
	b.WriteByte(q)
	for _, r := range strings.ToValidUTF8(s, "�") {
		at := strings.IndexRune("\a\b\f\n\r\t\v", r)
		switch {
		case r == rune(q) || r == '\\':
			b.WriteString(`\` + string(r))
		case at >= 0:
			b.WriteString(`\` + "abfnrtv"[at:at+1])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte(q)
	return b.String()
}

// Strings reads a list of strings: `['a', 'b']`, `@as []`.
func Strings(text string) ([]string, error) {
	tokens, err := scan(text)
	if err != nil {
		return nil, fmt.Errorf("not a list of strings: %w", err)
	}
	if tokens[0] == (token{sign, "as"}) {
		tokens = tokens[1:]
	}
	n := len(tokens)
	if n < 2 || tokens[0] != (token{punct, "["}) || tokens[n-1] != (token{punct, "]"}) {
		return nil, fmt.Errorf("not a list of strings: %q", text)
	}
	out := []string{}
	for i, t := range tokens[1 : n-1] {
		switch {
		case i%2 == 0 && t.kind == str:
			out = append(out, t.text)
		case i%2 == 1 && t == (token{punct, ","}) && i+1 < n-2:
		default:
			return nil, fmt.Errorf("not a list of strings: %q", text)
		}
	}
	return out, nil
}

// List writes a list of strings as GLib does.
func List(l []string) string {
	if len(l) == 0 {
		return "@as []"
	}
	quoted := make([]string, len(l))
	for i, s := range l {
		quoted[i] = quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// Shape is the broad form of a value: text, number, truth value, or the bracket that it begins with; 0 where it
// cannot be told. Two values of one type have one shape.
func Shape(text string) byte {
	tokens, err := scan(text)
	if err != nil {
		return 0
	}
	for _, t := range tokens {
		switch {
		case t.kind == str:
			return 's'
		case t.kind == bytestr:
			return '['
		case t.kind == punct:
			return t.text[0]
		case t.kind == word && (t.text == "true" || t.text == "false"):
			return 'b'
		case t.kind == word && t.text != "inf" && t.text != "nan" && known(t.text) && t.text != "nothing":
			return 'n'
		case t.kind == sign && strings.HasPrefix(t.text, "m"):
			return 0
		case t.kind == word && (t.text == "just" || t.text == "nothing"):
			return 0
		}
	}
	return 0
}
