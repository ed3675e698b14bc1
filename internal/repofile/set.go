package repofile

import (
	"slices"
	"strings"
)

// Set gives keys of a section their values in the text of a file, and leaves all other lines as they are. A key that the
// section lacks comes last in it. Without the section nothing changes.
func Set(data []byte, section string, keys []Key) []byte {
	var out []string
	left := slices.Clone(keys)
	in, gone := false, false // in the section; in the lines of a value that was replaced
	last := -1               // where the section's last line is in out
	for line := range strings.Lines(string(data)) {
		text := strings.TrimRight(line, " \t\r\n")
		switch {
		case text == "" || text[0] == '#' || text[0] == ';':
			gone = gone && text != ""
		case text[0] == ' ' || text[0] == '\t':
			if gone {
				continue
			}
		case text[0] == '[':
			in, gone = text == "["+section+"]", false
		case in:
			name, _, _ := strings.Cut(text, "=")
			name = strings.TrimRight(name, " \t")
			if gone = slices.ContainsFunc(keys, func(k Key) bool { return k.Name == name }); gone {
				n := slices.IndexFunc(left, func(k Key) bool { return k.Name == name })
				if n < 0 {
					continue // it stood twice
				}
				line = left[n].line()
				left = slices.Delete(left, n, n+1)
			}
		}
		if in && text != "" {
			last = len(out)
		}
		out = append(out, line)
	}
	if last < 0 {
		return data
	}
	if !strings.HasSuffix(out[last], "\n") {
		out[last] += "\n"
	}
	var more []string
	for _, k := range left {
		more = append(more, k.line())
	}
	return []byte(strings.Join(slices.Insert(out, last+1, more...), ""))
}

func (k Key) line() string { return k.Name + "=" + strings.ReplaceAll(k.Value, "\n", "\n  ") + "\n" }
