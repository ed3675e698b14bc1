package keyfile

import (
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	const text = "# a comment\n\n[core]\nrepo_version=1\nempty=\n  spaced = \\slead  \nback=`x` \"q\" # no comment\n" +
		"list=a;!b;c\\;d;\nlast=x;y\n\n[remote \"local\"]\r\nurl=file:///srv/a=b\r\n[core]\nrepo_version=2\n"
	f, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	core := f.Group("core")
	for name, want := range map[string]string{
		"repo_version": "2", "empty": "", "spaced": " lead  ", "back": "`x` \"q\" # no comment", "absent": "",
	} {
		if got := core.String(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if got, want := core.Strings("list"), []string{"a", "!b", "c;d"}; !reflect.DeepEqual(got, want) {
		t.Errorf("list = %q, want %q", got, want)
	}
	if got, want := core.Strings("last"), []string{"x", "y"}; !reflect.DeepEqual(got, want) {
		t.Errorf("last = %q, want %q", got, want)
	}
	if core.Strings("absent") != nil {
		t.Error("a key that is not there has a list")
	}
	if got := f.Group(`remote "local"`).String("url"); got != "file:///srv/a=b" {
		t.Errorf("url = %q", got)
	}
	if !f.Has("core") || f.Has("nothing") {
		t.Error("Has is wrong")
	}
	if len(f) != 2 {
		t.Errorf("%d groups, want 2", len(f))
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"garbage\n":          "line 1: not a key",
		"a=b\n":              "line 1: not a key with its value in a group",
		"[a]\n\n=b\n":        "line 3: not a key",
		"[a\nb=c\n":          "line 1: not a group",
		"[]\n":               "line 1: not a group",
		"[a]b]\n":            "line 1: not a group",
		"[a]\nb=\xff\n":      "not UTF-8",
		"[a]\nno delimiter ": "line 2: not a key",
	} {
		_, err := Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %v, want %q", text, err, want)
		}
	}
}

// FuzzParse: what Parse read, written down plainly, reads back the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte("[core]\na=b\n"))
	f.Add([]byte("[Context]\nshared=network;!ipc;\n\n[Environment]\nX=\\s`a`\n"))
	f.Add([]byte(" [a] \n b = c\n[a]\nb=d"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Parse(b)
		if err != nil {
			return
		}
		var text strings.Builder
		for _, g := range file {
			text.WriteString("[" + g.Name + "]\n")
			for _, k := range g.Keys {
				if strings.ContainsAny(k.Name, "=\n") || strings.Contains(k.Raw, "\n") {
					t.Fatalf("a key of more than a line: %q=%q", k.Name, k.Raw)
				}
				_ = k.Strings()
				text.WriteString(k.Name + "=" + k.Raw + "\n")
			}
		}
		again, err := Parse([]byte(text.String()))
		if err != nil {
			t.Fatalf("%v in %q", err, text.String())
		}
		if !reflect.DeepEqual(again, file) {
			t.Fatalf("%q reads back as %q", file, again)
		}
	})
}
