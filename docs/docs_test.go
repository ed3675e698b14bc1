package docs_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the commands really print into the documents")

// Every command of a document runs, in the document's order, on one machine; what it prints
// is what the document shows.
func TestCommands(t *testing.T) {
	for _, file := range documents(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			var all []*command
			var shell []*block
			for _, b := range blocks(t, file) {
				if l := b.commands(t); len(l) > 0 {
					all, shell = append(all, l...), append(shell, b)
				}
			}
			if len(all) == 0 {
				return
			}
			newWorld(t).run(all)
			for n, c := range all {
				asks := n+1 < len(all) && all[n+1].text == "echo $?"
				if c.code != 0 && !asks {
					t.Errorf("%s:%d: %s\nexit %d\n%s", file, c.block.line, c.text, c.code, c.got)
				}
				if c.shown && c.got != c.want && !*update {
					t.Errorf("%s:%d: %s\nprints\n%sthe document says\n%s", file, c.block.line, c.text, c.got, c.want)
				}
			}
			if *update {
				rewrite(t, file, shell, all)
			}
		})
	}
}

// rewrite puts what was printed into a document.
func rewrite(t *testing.T, file string, shell []*block, all []*command) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, s := range shell {
		if s.lang != "console" {
			continue
		}
		body := ""
		for _, c := range all {
			if c.block == s {
				body += "$ " + strings.ReplaceAll(c.text, "\n", "\n> ") + "\n" + c.got
			}
		}
		text = strings.Replace(text, "```console\n"+strings.Join(s.lines, "\n")+"\n```", "```console\n"+body+"```", 1)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
