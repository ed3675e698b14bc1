package manifest

import "github.com/go-json-experiment/json/jsontext"

// Format writes a new manifest: two spaces, one entry per line, a final newline, no HTML escaping.
func Format(v Value) ([]byte, error) {
	if err := invalid(v); err != nil {
		return nil, err
	}
	s := style{newline: "\n", unit: "  ", colon: ": ", blank: " ", objects: shape{multi: true}, lists: shape{multi: true}}
	text := append(s.render(nil, &v.node, ""), '\n')
	return text, Check("new manifest", text)
}

// render appends n, whose line begins with indent.
func (s style) render(b []byte, n *node, indent string) []byte {
	switch n.kind {
	case '{':
		return s.container(b, n, indent, s.objects, '}')
	case '[':
		return s.container(b, n, indent, s.lists, ']')
	}
	return append(b, n.raw...)
}

func (s style) container(b []byte, n *node, indent string, as shape, closing byte) []byte {
	b = append(b, byte(n.kind))
	if len(n.kids) == 0 {
		return append(b, closing)
	}
	before, between, after := as.pad, s.blank, as.pad
	if as.multi {
		before, between, after = s.newline+indent+s.unit, s.newline+indent+s.unit, s.newline+indent
	} else {
		s.objects.multi, s.lists.multi = false, false
	}
	for i := range n.kids {
		if i == 0 {
			b = append(b, before...)
		} else {
			b = append(append(b, ','), between...)
		}
		if n.kind == '{' {
			b, _ = jsontext.AppendQuote(b, n.kids[i].name)
			b = append(b, s.colon...)
		}
		b = s.render(b, &n.kids[i], indent+s.unit)
	}
	return append(append(b, after...), closing)
}
