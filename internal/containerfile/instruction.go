package containerfile

import (
	"path"
	"slices"
	"strings"
)

// Instruction is one instruction of a Containerfile.
type Instruction struct {
	Line    int    // of its keyword, counted from 1
	Keyword string // upper case
	Text    string // flags and arguments, continuation lines joined, comments and heredoc bodies left out
	Section string // the section it stands in, or ""
	Stage   int    // counted from 0; -1 before the first FROM
}

// Source is a file of the build context that a COPY needs.
type Source struct {
	Path     string // clean and relative to the context, "." for all of it; it may hold wildcards, as path.Match knows them
	Line     int    // of the COPY, counted from 1
	Variable bool   // Path holds a $ variable, which only the build knows
}

// Instructions returns all instructions, in the order of the file. The last one is in the last stage.
func (f *File) Instructions() []Instruction {
	all := make([]Instruction, 0, len(f.statements))
	stage := -1
	for _, s := range f.statements {
		if s.keyword == "FROM" {
			stage++
		}
		if s.keyword == "" {
			continue
		}
		all = append(all, Instruction{Line: s.first + 1, Keyword: s.keyword, Text: s.text, Section: f.sectionAt(s.first), Stage: stage})
	}
	return all
}

func (f *File) sectionAt(line int) string {
	for _, s := range f.sections {
		if s.start < line && line < s.end {
			return s.name
		}
	}
	return ""
}

// lastStage is the instructions of the last stage, its FROM first; none when there is no FROM.
func (f *File) lastStage() []Instruction {
	all := f.Instructions()
	for i, in := range slices.Backward(all) {
		if in.Keyword == "FROM" {
			return all[i:]
		}
	}
	return nil
}

// From returns the image of the last stage as it is written, which may be a variable or the name of an earlier stage, and
// its line. It is not ok where there is no FROM, or one without an image.
func (f *File) From() (ref string, line int, ok bool) {
	stage := f.lastStage()
	if len(stage) == 0 {
		return "", 0, false
	}
	_, rest := cutFlags(stage[0].Text)
	ref, _ = cutWord(rest)
	return ref, stage[0].Line, ref != ""
}

// CopySources returns what the COPY instructions of the last stage take from the build context: not what comes --from
// another stage or image, nor from a heredoc.
func (f *File) CopySources() []Source {
	var sources []Source
	for _, in := range f.lastStage() {
		if in.Keyword != "COPY" {
			continue
		}
		flags, rest := cutFlags(in.Text)
		if slices.ContainsFunc(flags, func(s string) bool { return strings.HasPrefix(s, "--from=") }) {
			continue
		}
		words := copyWords(rest)
		for _, w := range words[:max(len(words)-1, 0)] {
			variable := strings.Contains(w, "$")
			sources = append(sources, Source{Path: contextPath(w), Line: in.Line, Variable: variable})
		}
	}
	return sources
}

// copyWords is the sources and the destination of a COPY.
func copyWords(text string) []string {
	words, ok := jsonWords(text)
	if ok {
		return words
	}
	for _, w := range strings.Fields(text) {
		if _, ok := parseHeredoc(w); !ok {
			w, _ = unquoted(w)
		} else {
			continue
		}
		words = append(words, w)
	}
	return words
}

func contextPath(source string) string {
	p := strings.TrimPrefix(path.Clean("/"+source), "/")
	if p == "" {
		return "."
	}
	return p
}

// isLint tells whether an instruction does nothing but `bootc container lint`.
func isLint(in Instruction) bool {
	if in.Keyword != "RUN" {
		return false
	}
	_, rest := cutFlags(in.Text)
	words, ok := jsonWords(rest)
	if !ok {
		words = strings.Fields(rest)
	}
	return len(words) >= 3 && slices.Equal(words[:3], []string{"bootc", "container", "lint"})
}
