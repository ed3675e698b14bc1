package dconf

import (
	"errors"
	"strings"
)

// schema is one <schema> of a .gschema.xml file.
type schema struct {
	id, path, extends string
	keys              []string
	children          map[string]string // schemas by the name of the child
	from              string            // the extension that brings it
}

// parseSchemas reads the schemas of a .gschema.xml file. It looks at the tags alone, since these files are mostly
// descriptions in many languages, and thousands of them would take long.
func parseSchemas(b []byte) ([]schema, error) {
	var out []schema
	var open []string
	text := string(b)
	for {
		at := strings.IndexByte(text, '<')
		if at < 0 {
			break
		}
		text = text[at:]
		t, n, err := parseTag(text)
		if err != nil {
			return nil, err
		}
		text = text[n:]
		if t.name == "" {
			continue
		}
		if t.closes {
			if len(open) == 0 || open[len(open)-1] != t.name {
				return nil, errors.New("not a schema file: </" + t.name + "> closes nothing")
			}
			open = open[:len(open)-1]
			continue
		}
		if len(open) == 0 && t.name != "schemalist" {
			return nil, errors.New("not a schema file: it begins with <" + t.name + ">")
		}
		out = note(out, open, t)
		if !t.empty {
			open = append(open, t.name)
		}
	}
	if len(open) > 0 {
		return nil, errors.New("not a schema file: <" + open[len(open)-1] + "> is not closed")
	}
	return out, nil
}

// note adds what a tag says to the schemas.
func note(out []schema, open []string, t tag) []schema {
	switch {
	case t.name == "schema" && len(open) == 1 && t.attrs["id"] != "":
		return append(out, schema{id: t.attrs["id"], path: t.attrs["path"], extends: t.attrs["extends"], children: map[string]string{}})
	case len(out) == 0 || len(open) != 2 || open[1] != "schema":
	case t.name == "key" && t.attrs["name"] != "":
		s := &out[len(out)-1]
		s.keys = append(s.keys, t.attrs["name"])
	case t.name == "child":
		out[len(out)-1].children[t.attrs["name"]] = t.attrs["schema"]
	}
	return out
}

// tag is one tag of XML; a comment and what else is no element has no name.
type tag struct {
	name   string
	attrs  map[string]string
	closes bool
	empty  bool
}

// parseTag reads the tag that text begins with, and gives its length.
func parseTag(text string) (tag, int, error) {
	for _, skip := range [][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}} {
		if strings.HasPrefix(text, skip[0]) {
			n := strings.Index(text[len(skip[0]):], skip[1])
			if n < 0 {
				return tag{}, 0, errors.New("not XML: " + skip[0] + " is not closed")
			}
			return tag{}, len(skip[0]) + n + len(skip[1]), nil
		}
	}
	var t tag
	i := 1
	if t.closes = strings.HasPrefix(text, "</"); t.closes {
		i = 2
	}
	start := i
	for i < len(text) && strings.IndexByte(" \t\r\n/>", text[i]) < 0 {
		i++
	}
	t.name = text[start:i]
	if t.name == "" {
		return tag{}, 0, errors.New("not XML: a tag without a name")
	}
	for {
		i += len(text[i:]) - len(strings.TrimLeft(text[i:], " \t\r\n"))
		switch {
		case strings.HasPrefix(text[i:], "/>"):
			t.empty = true
			return t, i + 2, nil
		case strings.HasPrefix(text[i:], ">"):
			return t, i + 1, nil
		}
		n, err := t.attr(text[i:])
		if err != nil {
			return tag{}, 0, err
		}
		i += n
	}
}

// attr reads one attribute.
func (t *tag) attr(text string) (int, error) {
	bad := errors.New("not XML: <" + t.name + "> is not closed")
	eq := strings.IndexByte(text, '=')
	if eq <= 0 || strings.ContainsAny(text[:eq], "<>'\"") {
		return 0, bad
	}
	rest := strings.TrimLeft(text[eq+1:], " \t\r\n")
	at := len(text) - len(rest)
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return 0, bad
	}
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return 0, bad
	}
	if t.attrs == nil {
		t.attrs = map[string]string{}
	}
	value := rest[1 : 1+end]
	if strings.Contains(value, "&") {
		value = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&").Replace(value)
	}
	t.attrs[strings.TrimSpace(text[:eq])] = value
	return at + end + 2, nil
}
