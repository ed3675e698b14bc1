package render

import (
	"strings"
	"testing"

	"bkt/internal/doc"
)

// plain names things by what documents call them.
var plain = Names{
	Noun: func(s string) string { return s }, Plural: func(s string) string { return s },
	Describe: func(i doc.Item) string { return i.Scope },
}

func TestNothingForeignTalksToTheTerminal(t *testing.T) {
	const bad = "x\x1b[2J\u009b\u202e"
	d := &doc.Changes{
		Host:       doc.Host{Hostname: bad},
		Subsystems: map[string]doc.Status{bad: {Status: doc.Failed, Reason: bad}},
		Changes:    []doc.Change{{Action: doc.Add, Class: doc.Uncaptured, Subsystem: bad, ID: bad, Want: doc.Absent(), Have: doc.Has(doc.Attrs{})}},
		Unmanaged:  []doc.Unmanaged{{Subsystem: bad, ID: bad, Reason: bad}},
	}
	var page, list strings.Builder
	if err := WriteStatus(&page, Page{Changes: d, Compared: bad, Names: plain}); err != nil {
		t.Fatal(err)
	}
	if err := WriteList(&list, &doc.Files{Changes: d.Changes}, plain); err != nil {
		t.Fatal(err)
	}
	_, words, _ := strings.Cut(list.String(), "\t")
	for what, text := range map[string]string{"page": page.String(), "list": words, "diff": PaintDiff("+"+bad+"\n", false)} {
		if strings.ContainsAny(text, "\x1b\u009b\u202e") || !strings.Contains(text, "x?[2J??") {
			t.Errorf("%s: %q", what, text)
		}
	}
}

func TestPaintDiffKeepsWhatATextHas(t *testing.T) {
	const text = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\ta b\r\n+\tä\r\n"
	if got := PaintDiff(text, false); got != text {
		t.Errorf("%q", got)
	}
	if got := PaintDiff("+\ta\x1b\r\n", true); got != "\x1b[32m+\ta?\r\x1b[0m\n" {
		t.Errorf("%q", got)
	}
}

func TestNoMarkdownFromOutside(t *testing.T) {
	for in, want := range map[string]string{
		`[x](y)`:   `\[x](y)`,
		`\[x](y)`:  `\\\[x](y)`,
		"\\`a\\`":  "\\\\\\`a\\\\\\`",
		`a\|b`:     `a\\\|b`,
		`<b> @ada`: "&lt;b> @\u200bada",
	} {
		if got := cell(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
