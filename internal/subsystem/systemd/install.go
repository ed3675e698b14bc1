package systemd

import (
	"slices"
	"strings"
)

// install is what the [Install] section of a unit and of its drop-ins asks for.
type install struct {
	by      map[string][]string // by WantedBy=, RequiredBy= and UpheldBy=
	aliases []string
	also    bool // others go with it
}

// any says whether there is anything for `systemctl enable` to do; Also= alone is nothing.
func (i install) any() bool {
	for _, l := range i.by {
		if len(l) > 0 {
			return true
		}
	}
	return len(i.aliases) > 0
}

// parse adds what one file says, systemd.syntax(7). Lists grow, and an empty value ends what
// was there before.
func (i *install) parse(b []byte) {
	section := ""
	for line := range logical(string(b)) {
		if strings.HasPrefix(line, "[") {
			section = line
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || section != "[Install]" {
			continue
		}
		switch key = strings.TrimSpace(key); key {
		case "Alias":
			i.aliases = grow(i.aliases, value)
		case "Also":
			i.also = i.also || strings.TrimSpace(value) != ""
		case "WantedBy", "RequiredBy", "UpheldBy":
			if i.by == nil {
				i.by = map[string][]string{}
			}
			i.by[key] = grow(i.by[key], value)
		}
	}
}

// grow adds the words of a value to a list.
func grow(l []string, value string) []string {
	words := strings.Fields(value)
	if len(words) == 0 {
		return nil
	}
	for n, w := range words {
		words[n] = strings.Trim(w, `"'`)
	}
	return append(slices.Clip(l), words...)
}

// logical gives the lines without comments and blank ones, each with what continues it.
func logical(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		begun := ""
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") || line == "" && begun == "" {
				continue
			}
			if head, more := strings.CutSuffix(line, `\`); more {
				begun += head + " "
				continue
			}
			if !yield(begun + line) {
				return
			}
			begun = ""
		}
		if begun != "" {
			yield(begun)
		}
	}
}
