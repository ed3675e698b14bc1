package manifest

import (
	"slices"
	"strings"
	"testing"
)

// change is one edit of the table below.
type change func(*File) (*File, error)

func insert(value string, keys ...string) change {
	return func(f *File) (*File, error) { return f.InsertString(keys, value) }
}

func remove(value string, keys ...string) change {
	return func(f *File) (*File, error) { return f.RemoveString(keys, value) }
}

func app(id, scope string) change {
	return func(f *File) (*File, error) {
		return f.InsertObject([]string{"apps"}, []Field{{"id", String(id)}, {"remote", String("flathub")}, {"scope", String(scope)}}, byID)
	}
}

func byID(e Element) string {
	if text, ok := e.Text(); ok {
		return text
	}
	id, _, _ := e.String("id")
	return id
}

func removeAt(index int, keys ...string) change {
	return func(f *File) (*File, error) { return f.RemoveAt(keys, index) }
}

func setField(list string, index int, name string, value Value) change {
	return func(f *File) (*File, error) { return f.SetField([]string{list}, index, name, value) }
}

func setValue(value Value, keys ...string) change {
	return func(f *File) (*File, error) { return f.Set(keys, value) }
}

func unset(keys ...string) change {
	return func(f *File) (*File, error) { return f.Unset(keys...) }
}

const packages = `{
  "$schema": "https://example.org/system-packages.json",
  "packages": [
    "fish",
    "htop",
    "zsh"
  ],
  "groups": [],
  "x-note": {"kept": [1, 2.50, null]}
}
`

const apps = `{
	"apps": [
		{
			"id": "org.a",
			"remote": "flathub",
			"scope": "user"
		},
		{
			"id": "org.c",
			"remote": "flathub",
			"scope": "system",
			"overrides": ["--socket=x11"]
		}
	]
}
`

var editTests = []struct {
	name   string
	before string
	change change
	diff   string // of before and after by lines, "" for no change at all; each line "-…" or "+…"
	after  string // exact bytes; "" where before and diff say it all
}{
	{"middle", packages, insert("git", "packages"), "+    \"git\",", ""},
	{"first", packages, insert("bat", "packages"), "+    \"bat\",", ""},
	{"last", packages, insert("zz", "packages"), "-    \"zsh\"\n+    \"zsh\",\n+    \"zz\"", ""},
	{"there already", packages, insert("htop", "packages"), "", packages},
	{"take middle", packages, remove("htop", "packages"), "-    \"htop\",", ""},
	{"take first", packages, remove("fish", "packages"), "-    \"fish\",", ""},
	{"take last", packages, remove("zsh", "packages"), "-    \"htop\",\n-    \"zsh\"\n+    \"htop\"", ""},
	{"take what is not there", packages, remove("nano", "packages"), "", packages},
	{"take from a missing list", packages, remove("nano", "excluded"), "", packages},
	{"empty list", packages, insert("core", "groups"), "-  \"groups\": [],\n+  \"groups\": [\n+    \"core\"\n+  ],", ""},
	{"missing list", packages, insert("vim", "excluded"),
		"-  \"x-note\": {\"kept\": [1, 2.50, null]}\n+  \"x-note\": {\"kept\": [1, 2.50, null]},\n+  \"excluded\": [\n+    \"vim\"\n+  ]", ""},
	{"missing nested list", "{\n\t\"a\": 1\n}\n", insert("quiet", "kargs", "append"),
		"-\t\"a\": 1\n+\t\"a\": 1,\n+\t\"kargs\": {\n+\t\t\"append\": [\n+\t\t\t\"quiet\"\n+\t\t]\n+\t}", ""},
	{"missing list in a nested object", "{\n  \"kargs\": {\n    \"remove\": []\n  }\n}\n", insert("quiet", "kargs", "append"),
		"-    \"remove\": []\n+    \"remove\": [],\n+    \"append\": [\n+      \"quiet\"\n+    ]", ""},
	{"missing list in an empty object", "{\n  \"kargs\": {}\n}\n", insert("quiet", "kargs", "append"),
		"-  \"kargs\": {}\n+  \"kargs\": {\n+    \"append\": [\n+      \"quiet\"\n+    ]\n+  }", ""},
	{"empty object", "{}\n", insert("htop", "packages"), "-{}\n+{\n+  \"packages\": [\n+    \"htop\"\n+  ]\n+}", "{\n  \"packages\": [\n    \"htop\"\n  ]\n}\n"},
	{"the only one", "{\n  \"packages\": [\n    \"htop\"\n  ]\n}\n", remove("htop", "packages"),
		"-  \"packages\": [\n-    \"htop\"\n-  ]\n+  \"packages\": []", ""},
	{"one line", "{\n  \"packages\": [\"a\", \"c\"]\n}\n", insert("b", "packages"),
		"-  \"packages\": [\"a\", \"c\"]\n+  \"packages\": [\"a\", \"b\", \"c\"]", ""},
	{"one line, padded", "{ \"packages\": [ \"a\" ], \"groups\": [] }\n", insert("b", "packages"), "-*\n+*", "{ \"packages\": [ \"a\", \"b\" ], \"groups\": [] }\n"},
	{"one line, empty list", "{\"packages\": []}\n", insert("b", "packages"), "-*\n+*", "{\"packages\": [\"b\"]}\n"},
	{"one line, first gone", "{\n  \"packages\": [\"a\", \"c\"]\n}\n", remove("a", "packages"),
		"-  \"packages\": [\"a\", \"c\"]\n+  \"packages\": [\"c\"]", ""},
	{"minified", `{"packages":["a","c"],"apps":[{"id":"b","n":1}]}`, insert("b", "packages"), "-*\n+*", `{"packages":["a","b","c"],"apps":[{"id":"b","n":1}]}` + "\n"},
	{"minified, one element", `{"packages":["a"]}` + "\n", insert("b", "packages"), "-*\n+*", `{"packages":["a","b"]}` + "\n"},
	{"minified, missing list", `{"packages":["a"]}` + "\n", insert("b", "groups"), "-*\n+*", `{"packages":["a"],"groups":["b"]}` + "\n"},
	{"minified, object", `{"apps":[{"id":"b","remote":"r"}]}` + "\n", app("a", "user"), "-*\n+*", `{"apps":[{"id":"a","remote":"flathub","scope":"user"},{"id":"b","remote":"r"}]}` + "\n"},
	{"packed", "{\n  \"packages\": [\n    \"a\", \"b\",\n    \"d\", \"e\"\n  ]\n}\n", insert("dd", "packages"),
		"-    \"d\", \"e\"\n+    \"d\", \"dd\", \"e\"", ""},
	{"CRLF", "{\r\n    \"packages\": [\r\n        \"a\"\r\n    ],\r\n    \"groups\": []\r\n}\r\n", insert("b", "packages"),
		"-        \"a\"\r\n+        \"a\",\r\n+        \"b\"\r", ""},
	{"CRLF, empty list", "{\r\n    \"packages\": [],\r\n    \"groups\": []\r\n}\r\n", insert("b", "packages"),
		"-    \"packages\": [],\r\n+    \"packages\": [\r\n+        \"b\"\r\n+    ],\r", ""},
	{"not sorted", "{\n  \"packages\": [\n    \"b\",\n    \"a\"\n  ]\n}\n", insert("aa", "packages"),
		"-    \"a\"\n+    \"a\",\n+    \"aa\"", ""},
	{"sorted without case", "{\n  \"packages\": [\n    \"a\",\n    \"NetworkManager\",\n    \"zsh\"\n  ]\n}\n", insert("Git", "packages"), "+    \"Git\",", ""},
	{"sorted bytewise", "{\n  \"packages\": [\n    \"Zim\",\n    \"a\"\n  ]\n}\n", insert("Git", "packages"), "+    \"Git\",", ""},
	{"twice in the list", "{\n  \"packages\": [\n    \"a\",\n    \"b\",\n    \"a\",\n    \"c\"\n  ]\n}\n", remove("a", "packages"), "-    \"a\",\n-    \"a\",", ""},
	{"blank lines", "{\n  \"packages\": [\n    \"a\",\n    \"b\",\n\n    \"c\",\n    \"d\"\n  ]\n}\n", remove("c", "packages"), "-    \"c\",", ""},
	{"blank lines, last of a group", "{\n  \"packages\": [\n    \"a\",\n    \"b\",\n\n    \"c\",\n    \"d\"\n  ]\n}\n", remove("b", "packages"), "-    \"b\",", ""},
	{"blank lines, new", "{\n  \"packages\": [\n    \"a\",\n    \"b\",\n\n    \"d\"\n  ]\n}\n", insert("c", "packages"), "+    \"c\",", ""},
	{"no newline at the end", "{\n  \"packages\": [\n    \"a\",\n    \"b\"\n  ]\n}", remove("a", "packages"), "-    \"a\",\n-}\n\\\n+}", "{\n  \"packages\": [\n    \"b\"\n  ]\n}\n"},
	{"no newline, no change", "{\n  \"packages\": [\"a\"]\n}", insert("a", "packages"), "", "{\n  \"packages\": [\"a\"]\n}"},
	{"blank lines at the end stay", "{\n  \"packages\": [\n    \"b\"\n  ]\n}\n\n\n", insert("a", "packages"), "+    \"a\",", ""},
	{"blanks at line ends stay", "{\n  \"packages\": [ \n    \"b\" , \n    \"d\"\t\n  ] \n}\n", insert("c", "packages"), "+    \"c\",", ""},
	{"key with an escape", "{\n  \"pack\\u0061ges\": [\n    \"b\"\n  ]\n}\n", insert("a", "packages"), "+    \"a\",", ""},

	{"object, middle", apps, app("org.b", "user"),
		"+\t\t\t\"id\": \"org.b\",\n+\t\t\t\"remote\": \"flathub\",\n+\t\t\t\"scope\": \"user\"\n+\t\t},\n+\t\t{", ""},
	{"object, last", apps, app("org.d", "user"),
		"+\t\t},\n+\t\t{\n+\t\t\t\"id\": \"org.d\",\n+\t\t\t\"remote\": \"flathub\",\n+\t\t\t\"scope\": \"user\"", ""},
	{"object, gone", apps, removeAt(0, "apps"),
		"-\t\t\t\"id\": \"org.a\",\n-\t\t\t\"remote\": \"flathub\",\n-\t\t\t\"scope\": \"user\"\n-\t\t},\n-\t\t{", ""},
	{"object, empty list", "{\n  \"apps\": []\n}\n", app("a", "user"),
		"-  \"apps\": []\n+  \"apps\": [\n+    {\n+      \"id\": \"a\",\n+      \"remote\": \"flathub\",\n+      \"scope\": \"user\"\n+    }\n+  ]", ""},
	{"objects, a line each", "{\n  \"apps\": [\n    { \"id\": \"a\", \"scope\": \"user\" },\n    { \"id\": \"c\", \"scope\": \"user\" }\n  ]\n}\n", app("b", "user"),
		"+    { \"id\": \"b\", \"remote\": \"flathub\", \"scope\": \"user\" },", ""},
	{"objects, no blank after the colon", "{\n \"apps\":[\n  {\"id\":\"a\",\"scope\":\"user\"}\n ]\n}\n", app("b", "user"),
		"-  {\"id\":\"a\",\"scope\":\"user\"}\n+  {\"id\":\"a\",\"scope\":\"user\"},\n+  {\"id\":\"b\",\"remote\":\"flathub\",\"scope\":\"user\"}", ""},
	{"objects, brackets together", "{\n  \"apps\": [{\n    \"id\": \"b\"\n  }]\n}\n", app("a", "user"),
		"+    \"id\": \"a\",\n+    \"remote\": \"flathub\",\n+    \"scope\": \"user\"\n+  }, {",
		"{\n  \"apps\": [{\n    \"id\": \"a\",\n    \"remote\": \"flathub\",\n    \"scope\": \"user\"\n  }, {\n    \"id\": \"b\"\n  }]\n}\n"},
	{"string or object", "{\n  \"apps\": [\n    \"a\",\n    {\"id\": \"c\", \"enabled\": false}\n  ]\n}\n", insertBoth("b"), "+    \"b\",", ""},
	{"string becomes object", "{\n  \"apps\": [\n    \"a\",\n    \"b\"\n  ]\n}\n", replace(0, Object(Field{"id", String("a")}, Field{"enabled", Bool(false)})),
		"-    \"a\",\n+    {\n+      \"id\": \"a\",\n+      \"enabled\": false\n+    },", ""},
	{"same object twice", apps, setField("apps", 0, "scope", String("user")), "", apps},
	{"other value", apps, setField("apps", 0, "scope", String("system")), "-\t\t\t\"scope\": \"user\"\n+\t\t\t\"scope\": \"system\"", ""},
	{"new field", apps, setField("apps", 0, "branch", String("beta")),
		"-\t\t\t\"scope\": \"user\"\n+\t\t\t\"scope\": \"user\",\n+\t\t\t\"branch\": \"beta\"", ""},
	{"new list field as its neighbours", apps, setField("apps", 0, "overrides", Strings([]string{"x", "y"})),
		"-\t\t\t\"scope\": \"user\"\n+\t\t\t\"scope\": \"user\",\n+\t\t\t\"overrides\": [\"x\", \"y\"]", ""},
	{"list field", apps, setField("apps", 1, "overrides", Strings([]string{"x"})),
		"-\t\t\t\"overrides\": [\"--socket=x11\"]\n+\t\t\t\"overrides\": [\"x\"]", ""},
	{"field gone", apps, setField("apps", 1, "scope", Value{}), "-\t\t\t\"scope\": \"system\",", ""},
	{"last field gone", apps, setField("apps", 1, "overrides", Value{}),
		"-\t\t\t\"scope\": \"system\",\n-\t\t\t\"overrides\": [\"--socket=x11\"]\n+\t\t\t\"scope\": \"system\"", ""},
	{"field that is not there", apps, setField("apps", 1, "nix", Value{}), "", apps},
	{"policy value", "{\n  \"gsetting\": {\n    \"track\": \"all\"\n  }\n}\n", setValue(String("listed"), "gsetting", "track"),
		"-    \"track\": \"all\"\n+    \"track\": \"listed\"", ""},
	{"policy value, all missing", "{}\n", setValue(Bool(true), "image", "verify"), "-{}\n+{\n+  \"image\": {\n+    \"verify\": true\n+  }\n+}", ""},
	{"member gone", packages, unset("groups"), "-  \"groups\": [],", ""},
	{"only member gone", "{\n  \"image\": {\n    \"verify\": true\n  }\n}\n", unset("image", "verify"),
		"-  \"image\": {\n-    \"verify\": true\n-  }\n+  \"image\": {}", ""},
	{"nested three deep", "{\n  \"systemd\": {\n    \"enable\": [\n      \"a.service\"\n    ]\n  }\n}\n", insert("b.timer", "systemd", "user", "enable"),
		"-    ]\n+    ],\n+    \"user\": {\n+      \"enable\": [\n+        \"b.timer\"\n+      ]\n+    }", ""},
	{"member that is not there", packages, unset("image", "verify"), "", packages},
}

func insertBoth(id string) change {
	return func(f *File) (*File, error) {
		return f.Edit(Edit{List: []string{"apps"}, Insert: []Value{String(id)}, SortKey: byID})
	}
}

func replace(index int, value Value) change {
	return func(f *File) (*File, error) {
		return f.Edit(Edit{List: []string{"apps"}, Replace: map[int]Value{index: value}})
	}
}

func TestEditBytes(t *testing.T) {
	for _, test := range editTests {
		t.Run(test.name, func(t *testing.T) {
			before := open1(t, test.before)
			after, err := test.change(before)
			if err != nil {
				t.Fatal(err)
			}
			got := string(after.Bytes())
			if string(before.Bytes()) != test.before {
				t.Error("the edit changed the file that it was given")
			}
			if test.after != "" && got != test.after {
				t.Errorf("got\n%q\nwant\n%q", got, test.after)
			}
			if test.diff == "" && after != before {
				t.Error("nothing had to change, and there is a new file")
			}
			want := test.diff
			if want == "-*\n+*" { // one line in place of one
				want = "-" + strings.TrimSuffix(test.before, "\n") + eof(test.before) + "\n+" + strings.TrimSuffix(test.after, "\n")
			}
			if diff := lineDiff(test.before, got); diff != want {
				t.Errorf("changed lines\n%s\nwant\n%s\nof\n%s", diff, want, got)
			}
			again, err := test.change(after)
			if test.name != "object, gone" && (err != nil || again != after) {
				t.Errorf("a second time changed more, or failed: %v", err)
			}
		})
	}
}

func open1(t testing.TB, text string) *File {
	t.Helper()
	f, err := Open("manifests/x.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// eof marks a last line without its newline, as diff does.
func eof(text string) string {
	if strings.HasSuffix(text, "\n") {
		return ""
	}
	return "\n\\"
}

// lineDiff gives the lines that differ, "-" and "+", by a longest common subsequence.
func lineDiff(before, after string) string {
	a, b := lines(before), lines(after)
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var diff []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			diff, i = append(diff, "-"+a[i]), i+1
		default:
			diff, j = append(diff, "+"+b[j]), j+1
		}
	}
	return strings.Join(diff, "\n")
}

func lines(text string) []string {
	split := strings.Split(text, "\n")
	last := len(split) - 1
	if split[last] == "" {
		return split[:last]
	}
	return append(slices.Clone(split[:last]), split[last]+"\n\\")
}
