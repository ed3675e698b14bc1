package manifest

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

var awkward = []string{
	"a.b", `a"b`, `a\b`, "#", "@this", "*", "?", "a|b", ":1", "0", "-1", "$(x)", "`id`", "a\nb", "\u0000", "ä€😀", "<a>&b",
	"{}", "[", "a,b", "!", "..", "~", "%", "\u2028", "\x7f", " ", "\t",
}

func decode(t *testing.T, f *File) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal(f.Bytes(), &value); err != nil {
		t.Fatalf("%v in\n%s", err, f.Bytes())
	}
	return value
}

// without is list less every element that is value.
func without(list []any, value string) []any {
	rest := []any{}
	for _, element := range list {
		if element != value {
			rest = append(rest, element)
		}
	}
	return rest
}

// roundTrip puts value into the list at key and takes it out again, and checks all that has to be so in between.
func roundTrip(t *testing.T, before *File, key, value string) {
	t.Helper()
	list, listed, err := before.Elements(key)
	if err != nil {
		return // something else than a list
	}
	after, err := before.InsertString([]string{key}, value)
	if err != nil {
		t.Fatalf("insert %q into %q of\n%s\n%v", value, key, before.Bytes(), err)
	}
	was, is := decode(t, before), decode(t, after)
	old, _ := was[key].([]any)
	had := len(without(old, value)) < len(old)
	if had != (after == before) {
		t.Fatalf("%q was there: %v, but edited: %v", value, had, after != before)
	}
	if had {
		return
	}
	now, _ := is[key].([]any)
	if len(now) != len(old)+1 || !reflect.DeepEqual(without(now, value), append([]any{}, old...)) {
		t.Fatalf("inserted %q: %q became %q", value, old, now)
	}
	delete(was, key)
	delete(is, key)
	if !reflect.DeepEqual(was, is) {
		t.Fatalf("something else changed: %v became %v", was, is)
	}
	if again, err := after.InsertString([]string{key}, value); err != nil || again != after {
		t.Fatalf("a second time: %v\n%s", err, again.Bytes())
	}
	back, err := after.RemoveString([]string{key}, value)
	if err != nil {
		t.Fatal(err)
	}
	want := string(before.Bytes())
	if !strings.HasSuffix(want, "\n") {
		want += styleOf(before).newline
	}
	if empty, _, _ := before.Value(key); !listed || len(list) == 0 && empty.Raw() != "[]" {
		return // [] instead of nothing, or of brackets far apart
	}
	if string(back.Bytes()) != want {
		t.Fatalf("in and out again:\n%q\nbecame\n%q\nover\n%q", want, back.Bytes(), after.Bytes())
	}
}

func TestRoundTripOfAwkwardNames(t *testing.T) {
	for _, test := range editTests {
		for _, name := range awkward {
			roundTrip(t, open1(t, test.before), "packages", name)
			roundTrip(t, open1(t, test.before), "apps", name)
			made, err := open1(t, test.before).InsertString([]string{name}, "x")
			if err != nil {
				t.Fatalf("key %q: %v", name, err)
			}
			roundTrip(t, made, name, name)
		}
	}
}

func FuzzEdit(f *testing.F) {
	for i, test := range editTests {
		f.Add(test.before, "packages", awkward[i%len(awkward)])
		f.Add(test.before, "apps", "org.example.App")
	}
	f.Add("{\"a\":[1\n,\n\n2]}", "a", "x")
	f.Add("{\"a\":[\n\"b\"  ,\"d\"\r\n,\"e\"]}", "a", "c")
	f.Fuzz(func(t *testing.T, text, key, value string) {
		before, err := Open("x.json", []byte(text))
		if err != nil || key == "" || !utf8.ValidString(key) {
			return
		}
		if !utf8.ValidString(value) {
			if _, err := before.InsertString([]string{key}, value); err == nil {
				t.Fatalf("%q was written", value)
			}
			return
		}
		roundTrip(t, before, key, value)
	})
}

func FuzzSetField(f *testing.F) {
	for i, test := range editTests {
		f.Add(test.before, awkward[i%len(awkward)], "v")
		f.Add(test.before, "id", "v")
	}
	f.Fuzz(func(t *testing.T, text, name, value string) {
		before, err := Open("x.json", []byte(text))
		if err != nil || !utf8.ValidString(name) || !utf8.ValidString(value) {
			return
		}
		objects, _, err := before.Objects("apps")
		if err != nil || len(objects) == 0 {
			return
		}
		last := len(objects) - 1
		after, err := before.SetField([]string{"apps"}, last, name, Strings([]string{value}))
		if err != nil {
			t.Fatal(err)
		}
		want := decode(t, before)
		want["apps"].([]any)[last].(map[string]any)[name] = []any{value}
		if got := decode(t, after); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		gone, err := after.RemoveField([]string{"apps"}, last, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, had := objects[last].Field(name); !had && strings.HasSuffix(text, "\n") && len(objects[last].Names()) > 0 && string(gone.Bytes()) != text {
			t.Fatalf("set and unset:\n%q\nbecame\n%q", text, gone.Bytes())
		}
	})
}
