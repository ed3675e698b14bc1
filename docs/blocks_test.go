package docs_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// block is a fenced block of a document.
type block struct {
	file  string
	line  int // of the fence
	lang  string
	lines []string
}

// command is one command that a document shows.
type command struct {
	block *block
	text  string
	shown bool   // the document shows what it prints
	want  string // that
	got   string
	code  int
}

// documents are the Markdown files of the project.
func documents(t *testing.T) []string {
	t.Helper()
	docs, err := filepath.Glob("*.md")
	if err != nil || len(docs) < 4 {
		t.Fatalf("%d documents: %v", len(docs), err)
	}
	return append(docs, "../README.md", "../CONTRIBUTING.md")
}

// blocks are a document's fenced blocks.
func blocks(t *testing.T, file string) []*block {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []*block
	var open *block
	for n, line := range strings.Split(string(b), "\n") {
		lang, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && open == nil:
			open = &block{file: file, line: n + 1, lang: lang}
		case fence:
			out, open = append(out, open), nil
		case open != nil:
			open.lines = append(open.lines, line)
		}
	}
	if open != nil {
		t.Fatalf("%s:%d: not closed", file, open.line)
	}
	return out
}

// commands are those of a shell block. In sh each statement is one; in console each line
// after `$ `, continued by `> `, and what stands below it is what it prints.
func (b *block) commands(t *testing.T) []*command {
	t.Helper()
	switch b.lang {
	case "sh":
		return b.statements(t)
	case "console":
	default:
		if !slices.Contains([]string{"text", "json", "go", "dockerfile"}, b.lang) {
			t.Errorf("%s:%d: a block of '%s'", b.file, b.line, b.lang)
		}
		return nil
	}
	var out []*command
	for n, line := range b.lines {
		if text, ok := strings.CutPrefix(line, "$ "); ok {
			out = append(out, &command{block: b, text: text, shown: true})
			continue
		}
		if len(out) == 0 {
			t.Fatalf("%s:%d: output of nothing", b.file, b.line+n+1)
		}
		last := out[len(out)-1]
		if more, ok := strings.CutPrefix(line, "> "); ok && last.want == "" {
			last.text += "\n" + more
			continue
		}
		last.want += line + "\n"
	}
	return out
}

func (b *block) statements(t *testing.T) []*command {
	t.Helper()
	text := strings.Join(b.lines, "\n")
	f, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		t.Fatalf("%s:%d: %v", b.file, b.line, err)
	}
	var out []*command
	for _, s := range f.Stmts {
		end := s.End().Offset()
		for _, r := range s.Redirs {
			if r.Hdoc != nil {
				end = max(end, r.Hdoc.End().Offset())
			}
		}
		out = append(out, &command{block: b, text: text[s.Pos().Offset():end]})
	}
	return out
}
