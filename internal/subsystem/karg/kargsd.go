package karg

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fragment is one file of /usr/lib/bootc/kargs.d.
type fragment struct {
	args  []string // in order
	archs []string // Rust's names; nil: all
}

// parseFragment reads the TOML that bootc takes there: the keys kargs and match-architectures,
// each a list of strings on one or several lines, and comments. Like bootc it refuses every
// other key; what else TOML has (tables, strings over several lines) is refused, too, since
// nothing there needs it. Errors begin with line: .
func parseFragment(data []byte) (fragment, error) {
	p := parser{text: strings.ReplaceAll(string(data), "\r\n", "\n")}
	var f fragment
	if err := p.file(&f); err != nil {
		return fragment{}, fmt.Errorf("%d: %w", 1+strings.Count(p.text[:min(p.at, len(p.text))], "\n"), err)
	}
	return f, nil
}

// parser stands at a byte of a text.
type parser struct {
	text string
	at   int
}

func (p *parser) file(f *fragment) error {
	if !utf8.ValidString(p.text) {
		return errors.New("not UTF-8")
	}
	seen := map[string]bool{}
	for {
		if err := p.blank(true); err != nil {
			return err
		}
		if p.at == len(p.text) {
			break
		}
		key, err := p.key()
		switch {
		case err != nil:
			return err
		case key != "kargs" && key != "match-architectures":
			return fmt.Errorf("unknown key %q: bootc takes kargs and match-architectures", key)
		case seen[key]:
			return fmt.Errorf("%q stands twice", key)
		}
		seen[key] = true
		list, err := p.value()
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if key == "kargs" {
			f.args = list
		} else {
			f.archs = list
		}
	}
	if !seen["kargs"] {
		return errors.New(`"kargs" is missing`)
	}
	return nil
}

// blank skips blanks and comments, and line ends where lines is set.
func (p *parser) blank(lines bool) error {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == ' ' || c == '\t' || c == '\n' && lines:
			p.at++
		case c == '#':
			for p.at < len(p.text) && p.text[p.at] != '\n' {
				if c := p.text[p.at]; c < ' ' && c != '\t' || c == 0x7f {
					return errors.New("a control character in a comment")
				}
				p.at++
			}
		default:
			return nil
		}
	}
	return nil
}

// take skips one byte if it is there.
func (p *parser) take(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

// key reads a key, with or without quotes.
func (p *parser) key() (string, error) {
	if p.at < len(p.text) && (p.text[p.at] == '"' || p.text[p.at] == '\'') {
		return p.str()
	}
	start := p.at
	for p.at < len(p.text) && (p.text[p.at] == '-' || p.text[p.at] == '_' || p.text[p.at] < utf8.RuneSelf && unicode.IsOneOf([]*unicode.RangeTable{unicode.Letter, unicode.Digit}, rune(p.text[p.at]))) {
		p.at++
	}
	if p.at == start {
		return "", errors.New("no key")
	}
	return p.text[start:p.at], nil
}

// value reads `= [ "a", 'b' ]` up to the end of the line.
func (p *parser) value() ([]string, error) {
	if err := p.blank(false); err != nil {
		return nil, err
	}
	if !p.take('=') {
		return nil, errors.New("no = after the key")
	}
	if err := p.blank(false); err != nil {
		return nil, err
	}
	list, err := p.list()
	if err != nil {
		return nil, err
	}
	if err := p.blank(false); err != nil {
		return nil, err
	}
	if p.at < len(p.text) && p.text[p.at] != '\n' {
		return nil, errors.New("something stands after the list")
	}
	return list, nil
}

func (p *parser) list() ([]string, error) {
	if !p.take('[') {
		return nil, errors.New("not a list of strings")
	}
	out := []string{}
	for {
		if err := p.blank(true); err != nil {
			return nil, err
		}
		if p.take(']') {
			return out, nil
		}
		s, err := p.str()
		if err != nil {
			return nil, err
		}
		out = append(out, s)
		if err := p.blank(true); err != nil {
			return nil, err
		}
		if !p.take(',') && (p.at == len(p.text) || p.text[p.at] != ']') {
			return nil, errors.New("a list is not closed")
		}
	}
}

// str reads a string on one line: "with escapes" or 'literal'.
func (p *parser) str() (string, error) {
	rest := p.text[p.at:]
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", errors.New("not a string")
	}
	quote := rest[0]
	if strings.HasPrefix(rest[1:], string([]byte{quote, quote})) {
		return "", errors.New("a string over several lines")
	}
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == quote:
			p.at += i + 1
			if quote == '\'' {
				return rest[1:i], nil
			}
			return unescape(rest[1:i])
		case c < ' ' && c != '\t' || c == 0x7f:
			return "", errors.New("a control character in a string, or it is not closed")
		case c == '\\' && quote == '"':
			i++
		}
	}
	return "", errors.New("a string is not closed")
}

// unescape carries out TOML 1.0's escapes.
func unescape(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		if at := strings.IndexByte(`btnfr"\`, s[i]); at >= 0 {
			b.WriteByte("\b\t\n\f\r\"\\"[at])
			continue
		}
		n := map[byte]int{'u': 4, 'U': 8}[s[i]]
		if n == 0 || i+n >= len(s) || !hex(s[i+1:i+1+n]) {
			return "", fmt.Errorf("%q is no escape", `\`+s[i:i+1])
		}
		code, err := strconv.ParseUint(s[i+1:i+1+n], 16, 32)
		if err != nil || code > unicode.MaxRune || code >= 0xd800 && code < 0xe000 {
			return "", fmt.Errorf("%q is no character", s[i-1:i+1+n])
		}
		b.WriteRune(rune(code))
		i += n
	}
	return b.String(), nil
}

func hex(s string) bool {
	return !slices.ContainsFunc([]byte(s), func(c byte) bool {
		return !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F')
	})
}

// on says whether bootc applies the file to a machine of an architecture, given as Go names
// it; bootc asks for the name that Rust gives it.
func (f fragment) on(goarch string) bool {
	rust := map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "x86", "ppc64le": "powerpc64"}
	name, ok := rust[goarch]
	if !ok {
		name = goarch // s390x, riscv64
	}
	return f.archs == nil || slices.Contains(f.archs, name)
}
