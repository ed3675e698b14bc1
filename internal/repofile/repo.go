package repofile

import (
	"fmt"
	"strings"
)

// Repo is one repository: a section of a machine's file.
type Repo struct {
	File string // the name of its file
	Section
}

// Text is a key's value, without the quotes around it; "" where the section has none.
func (s Section) Text(name string) string {
	v, _ := s.Value(name)
	return unquote(strings.TrimSpace(v))
}

// Has says whether the section has a key.
func (s Section) Has(name string) bool { _, ok := s.Value(name); return ok }

// Words divides a list as dnf does, at blanks, commas and line ends. Each may stand in quotes.
func Words(list string) []string {
	words := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r <= ' ' })
	var out []string
	for _, w := range words {
		if w = unquote(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

func unquote(s string) string {
	if n := len(s); n > 1 && s[0] == s[n-1] && (s[0] == '"' || s[0] == '\'') {
		return s[1 : n-1]
	}
	return s
}

// Truth reads one of dnf's truth values. One that is missing is true: that is dnf's default for enabled.
func (s Section) Truth(name string) (bool, error) {
	v, ok := s.Value(name)
	if !ok {
		return true, nil
	}
	switch strings.ToLower(unquote(v)) {
	case "1", "yes", "true", "on":
		return true, nil
	case "0", "no", "false", "off":
		return false, nil
	default:
		return false, fmt.Errorf("%s=%s is neither true nor false", name, v)
	}
}

// Enabled says whether dnf uses the repository; a value that is none counts as no.
func (s Section) Enabled() bool { on, err := s.Truth("enabled"); return on && err == nil }
