package containerfile

import "strings"

// heredocWord is the `<<` word of a command line: what ends the lines that follow it.
type heredocWord struct {
	name string
	tabs bool // <<-: tabs before the name are skipped
	// `<< EOF` with a blank is a heredoc to newer builders only, and may as well be a shift to the left: it is one
	// where its end follows.
	maybe bool
}

func (h heredocWord) closedBy(line string) bool {
	if h.tabs {
		line = strings.TrimLeft(line, "\t")
	}
	return line == h.name
}

// heredocs lists the heredocs of an instruction in the order their bodies follow.
func heredocs(s statement) []heredocWord {
	if s.keyword == "ONBUILD" {
		keyword, text := cutWord(s.text)
		s = statement{keyword: strings.ToUpper(keyword), text: text}
	}
	if s.keyword != "RUN" && s.keyword != "COPY" && s.keyword != "ADD" || !strings.Contains(s.text, "<<") {
		return nil
	}
	_, args := cutFlags(s.text)
	if _, ok := jsonWords(args); ok {
		return nil
	}
	words, _ := splitWords(s.text, true)
	var found []heredocWord
	for _, w := range words {
		if h, ok := parseHeredoc(w); ok {
			found = append(found, h)
		}
	}
	return found
}

// parseHeredoc reads a word such as <<EOF, 3<<-"EOF": digits, << or <<-, and a name without a further <.
func parseHeredoc(word string) (heredocWord, bool) {
	word = strings.TrimLeft(word, "0123456789")
	name, ok := strings.CutPrefix(word, "<<")
	if !ok || strings.Contains(name, "<") {
		return heredocWord{}, false
	}
	name, tabs := strings.CutPrefix(name, "-")
	spaced := name
	name = strings.TrimLeft(name, "\t\v\f\r ")
	words, ok := splitWords(name, false)
	if !ok || len(words) != 1 {
		return heredocWord{}, false
	}
	return heredocWord{name: words[0], tabs: tabs, maybe: name != spaced}, true
}
