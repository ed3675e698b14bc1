package repofile

import (
	"reflect"
	"strings"
	"testing"
)

const sample = "# comment\n[code]\nname=Visual Studio Code\nbaseurl = https://a.example/x/?a=b\n  https://b.example/y/\n; no end\n\thttps://c.example/ \nenabled=1\nenabled=0\r\n\n[empty]\n[code]\ngpgkey=\n"

func TestParse(t *testing.T) {
	got, err := Parse([]byte(sample))
	want := File{
		{Name: "code", Keys: []Key{{"name", "Visual Studio Code"},
			{"baseurl", "https://a.example/x/?a=b\nhttps://b.example/y/\nhttps://c.example/"}, {"enabled", "0"}, {"gpgkey", ""}}},
		{Name: "empty"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	if v, ok := got[0].Value("gpgkey"); v != "" || !ok {
		t.Error("an empty value is a value")
	}
	if _, ok := got[1].Value("gpgkey"); ok {
		t.Error("a key that is not there has a value")
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"a=b\n":               "line 1: 'a' stands outside a section",
		"[a]\nb\n":            "line 2: not a key with its value: \"b\"",
		"[a]\n=b\n":           "line 2: not a key",
		"[a\n":                "line 1: not a section",
		"[]\n":                "line 1: not a section",
		"[a] b\n":             "line 1: not a section",
		"[a]\n b=c\n":         "line 2: it goes on with no value",
		"[a]\nb=c\n\n d\n":    "line 4: it goes on with no value",
		"[a]\nb=c\n[d]\n e\n": "line 4: it goes on with no value",
		"\ufeff[a]\n":         "line 1: not a key",
		"[a]\nb=\xff\n":       "not UTF-8",
	} {
		if f, err := Parse([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, %v", text, f, err)
		}
	}
}

// FuzzParse: what was read, written again, reads the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("[a]\nb=c\n \td\n#e\n f=g\n[b]\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Parse(b)
		if err != nil {
			if file != nil {
				t.Errorf("%v beside %v", file, err)
			}
			return
		}
		var text strings.Builder
		for _, s := range file {
			text.WriteString("[" + s.Name + "]\n")
			for _, k := range s.Keys {
				text.WriteString(k.Name + "=" + strings.ReplaceAll(k.Value, "\n", "\n ") + "\n")
			}
		}
		again, err := Parse([]byte(text.String()))
		if err != nil || !reflect.DeepEqual(again, file) {
			t.Errorf("%q became %q, %v", file, again, err)
		}
	})
}
