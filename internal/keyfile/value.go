package keyfile

import "strings"

// String is the value with its escapes undone (\s \n \t \r \\); an unknown escape stays as it is.
func (k Key) String() string { return unescape(k.Raw) }

// Strings is the value as a list: elements end with a semicolon, and one inside an element is written \; there.
func (k Key) Strings() []string {
	var out []string
	rest, from := k.Raw, 0
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case ';':
			out = append(out, unescape(rest[from:i]))
			from = i + 1
		}
	}
	if from < len(rest) {
		out = append(out, unescape(rest[from:]))
	}
	return out
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\s`, " ", `\n`, "\n", `\t`, "\t", `\r`, "\r", `\;`, ";").Replace(s)
}

// Escape is text as a value, such that String gives it back.
func Escape(s string) string {
	trimmed := strings.TrimLeft(s, " ")
	lead := strings.Repeat(`\s`, len(s)-len(trimmed))
	return lead + strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(trimmed)
}

// EscapeList is a list as a value, such that Strings gives it back.
func EscapeList(l []string) string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(strings.ReplaceAll(Escape(s), ";", `\;`) + ";")
	}
	return b.String()
}
