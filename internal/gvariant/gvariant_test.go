package gvariant

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSame(t *testing.T) {
	for _, c := range [][2]string{
		{"uint32 5", "5"}, {"@as []", "[]"}, {"1.0", "1"}, {"1.50", "1.5"}, {`"a"`, "'a'"}, {"'a'", "a"}, {"'12h'", "12h"}, {"0x10", "16"}, {"-0", "0"},
		{"[('xkb','us')]", "[('xkb', 'us')]"}, {`'it\'s'`, `"it's"`}, {`'\u00e9'`, "'é'"}, {"'a b'", "a b"}, {"@mi 4", "4"}, {"@mi 4", "just 4"},
		{"{'a':<uint32 5>}", "{ 'a' : <uint32 5> }"}, {"@a{sv} {}", "{}"}, {"(1,)", "(1)"}, {"int64 -3", "-3"}, {" true ", "true"}, {`"tab\t"`, "'tab\t'"},
		{"[uint32 1, 2]", "[1,2]"}, {"it's \"so\"", `"it's \"so\""`}, {"@(ss) ('a', 'b')", "('a','b')"}, {"byte 0x05", "5"},
	} {
		if !Same(c[0], c[1]) || !Same(c[1], c[0]) {
			t.Errorf("%s and %s differ: %s, %s", c[0], c[1], normal(c[0]), normal(c[1]))
		}
	}
	for _, c := range [][2]string{
		{"5", "6"}, {"5", "-5"}, {"'5'", "5"}, {"true", "false"}, {"'true'", "true"}, {"[]", "['']"}, {"['a', 'b']", "['b', 'a']"}, {"['a', 'b']", "['a b']"},
		{"<5>", "<uint32 5>"}, {"{'a': <1>}", "{'a': <1.0>}"}, {"1.5", "1"}, {"''", "' '"}, {"nothing", "0"}, {"<@as []>", "<@ai []>"},
		{"18446744073709551615", "18446744073709551614"}, {"'a'", "'A'"}, {"b'a'", "'a'"}, {"[[1], [2]]", "[[1, 2]]"},
	} {
		if Same(c[0], c[1]) || Same(c[1], c[0]) {
			t.Errorf("%s and %s are the same: %s", c[0], c[1], normal(c[0]))
		}
	}
}

func TestStrings(t *testing.T) {
	for text, want := range map[string][]string{
		"@as []": {}, "[]": {}, "['a']": {"a"}, `['a', "it's", 'b\\']`: {"a", "it's", `b\`},
	} {
		got, err := Strings(text)
		if err != nil || !slices.Equal(got, want) || got == nil {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "'a'", "[", "[1]", "['a' 'b']", "['a',]", "[,]", "['a'], []", "@ai []", "{}", "[['a']]"} {
		if got, err := Strings(bad); err == nil {
			t.Errorf("%s: %q", bad, got)
		}
	}
}

func TestList(t *testing.T) {
	for want, l := range map[string][]string{"@as []": {}, "['a', 'b']": {"a", "b"}, `["it's", '"']`: {"it's", `"`}, `['a\n\u200b']`: {"a\n\u200b"}} {
		if got := List(l); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestShape(t *testing.T) {
	for text, want := range map[string]byte{
		"'a'": 's', "uint32 5": 'n', "1.0": 'n', "true": 'b', "@as []": '[', "['a']": '[', "@a{sv} {}": '{', "(1, 2)": '(', "<1>": '<',
		"b'x'": '[', "@mi nothing": 0, "nothing": 0, "[": 0, "objectpath '/a'": 's',
	} {
		if got := Shape(text); got != want {
			t.Errorf("%s: %c, want %c", text, got, want)
		}
	}
}

func FuzzSame(f *testing.F) {
	for _, s := range []string{"uint32 5", "@as []", `['a', "b'\u0041"]`, "{'a': <(1,)>}", "b'x'", `'\'`, "@", "just 5", "a'b"} {
		f.Add(s, "x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !Same(a, a) || Same(a, b) != Same(b, a) {
			t.Fatalf("%q, %q: not an equivalence", a, b)
		}
		if utf8.ValidString(a) && !strings.ContainsRune(a, 0) {
			l, err := Strings(List([]string{a, b}))
			if utf8.ValidString(b) && !strings.ContainsRune(b, 0) && (err != nil || !slices.Equal(l, []string{a, b})) {
				t.Fatalf("%q, %q: %q, %v", a, b, l, err)
			}
		}
		if l, err := Strings(a); err == nil && !Same(a, List(l)) {
			t.Fatalf("%q is not %q", a, l)
		}
		Shape(a)
	})
}
