package keyfile

import (
	"fmt"
	"slices"
	"strings"
)

// Text is a key file to be edited. What is not touched stays to the byte.
type Text struct{ lines []line }

// Open reads a key file for editing; it refuses what Parse refuses.
func Open(b []byte) (*Text, error) {
	all, err := scan(b)
	return &Text{all}, err
}

// Bytes is the key file as it is now.
func (t *Text) Bytes() []byte {
	var b strings.Builder
	for _, l := range t.lines {
		b.WriteString(l.text)
	}
	return []byte(b.String())
}

// Set gives a key its value as it is to stand in the file (see Escape), in its old place where it has one. What would
// not read back as it was meant is an error, and nothing is changed.
func (t *Text) Set(group, key, raw string) error {
	l := line{text: key + "=" + raw + "\n", kind: entry, group: group, key: key, raw: raw}
	head := line{text: "[" + group + "]\n", kind: header, group: group}
	if again, err := scan([]byte(head.text + l.text)); err != nil || !slices.Equal(again, []line{head, l}) {
		return fmt.Errorf("a key file cannot hold %q = %q in %q", key, raw, group)
	}
	end := -1 // the last line of the group that says something
	for i := len(t.lines) - 1; i >= 0; i-- {
		switch o := t.lines[i]; {
		case o.group != group || o.kind == blank:
		case o.kind == entry && o.key == key:
			t.lines[i] = l
			return nil
		default:
			end = max(end, i)
		}
	}
	if end >= 0 {
		t.closeLine(end)
		t.lines = slices.Insert(t.lines, end+1, l)
		return nil
	}
	if n := len(t.lines); n > 0 {
		t.closeLine(n - 1)
		t.lines = append(t.lines, line{text: "\n", group: t.lines[n-1].group})
	}
	t.lines = append(t.lines, head, l)
	return nil
}

// closeLine ends a line that was the last of a file without a final newline.
func (t *Text) closeLine(i int) {
	if !strings.HasSuffix(t.lines[i].text, "\n") {
		t.lines[i].text += "\n"
	}
}

// Remove takes a key out, and each [group] line under which nothing is said any more.
func (t *Text) Remove(group, key string) {
	t.lines = slices.DeleteFunc(t.lines, func(l line) bool { return l.kind == entry && l.group == group && l.key == key })
	var out []line
	for len(t.lines) > 0 {
		n := 1
		for n < len(t.lines) && t.lines[n].kind != header {
			n++
		}
		section := t.lines[:n]
		says := slices.ContainsFunc(section, func(l line) bool { return l.kind == entry || l.kind == comment })
		if says || group != section[0].group || section[0].kind != header {
			out = append(out, section...)
		}
		t.lines = t.lines[n:]
	}
	t.lines = out
}
