package manifest

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestCheckRefuses(t *testing.T) {
	for _, test := range []struct{ data, want string }{
		{"", "x.json:1:1: empty file, expected an object"},
		{" \n\t\n", "x.json:1:1: empty file, expected an object"},
		{"\ufeff{}", "x.json:1:1: byte order mark: save the file as UTF-8 without it"},
		{"[]", "x.json:1:1: expected an object, found a list"},
		{"\n null", "x.json:2:2: expected an object, found null"},
		{"{\n  \"apps\": [],\n  \"apps\": []\n}", `x.json:3:3: duplicate key "apps"`},
		{"{\n  \"apps\": [\n    {\"id\": 1, \"i\\u0064\": 2}]}", `x.json:3:15: duplicate key "id"`},
		{"{\"ä\": 1, \"ä\": 2}", `x.json:1:10: duplicate key "ä"`},
		{"{\"a\": 1,\n}", "x.json:1:8: comma after the last entry"},
		{"{\"a\": [1,\n]}", "x.json:1:9: comma after the last entry"},
		{"{\"a\": 1}\n{}", "x.json:2:1: text after the end of the document"},
		{"{\"a\": 1}\x00", "x.json:1:9: text after the end of the document"},
		{"{} // c", "x.json:1:4: text after the end of the document"},
		{"{\"a\": [\n", "x.json:2:1: the file ends in the middle of the document"},
		{"{\"a\": \"x", "x.json:1:9: the file ends in the middle of the document"},
		{"{\"a\": \"\xff\"}", "x.json:1:8: invalid UTF-8"},
		{"{\"a\": 01}", "x.json:1:8: invalid character '1' after object value (expecting ',' or '}')"},
		{"{\"a\": 1 \"b\": 2}", "x.json:1:9: invalid character '\"' after object value (expecting ',' or '}')"},
		{"{'a': 1}", "x.json:1:2: invalid character '\\'' at start of value"},
		{"{1: 1}", "x.json:1:2: object member name must be a string"},
		{"{\"a\": NaN}", "x.json:1:7: invalid character 'N' at start of value"},
		{"{\"a\": " + strings.Repeat("[", 200), "x.json:1:106: nested deeper than 100 levels"},
		{"{\"a\": \"\t\"}", "x.json:1:8: invalid character '\\t' in string (expecting non-control character)"},
	} {
		err := Check("x.json", []byte(test.data))
		if err == nil || err.Error() != test.want {
			t.Errorf("%q: got %v, want %s", test.data, err, test.want)
		}
		var at *Error
		if !errors.As(err, &at) {
			t.Errorf("%q: %T is no *Error", test.data, err)
		}
	}
}

func TestCheckAccepts(t *testing.T) {
	for _, data := range []string{"{}", " {}\r\n\n", `{"": {"": [null, true, -1.5e+3, "\u0000\ud83d\ude00"]}}`, "{\"a\": " + strings.Repeat("[", 99) + strings.Repeat("]", 99) + "}"} {
		if err := Check("x.json", []byte(data)); err != nil {
			t.Errorf("%q: %v", data, err)
		}
	}
}

func TestFormat(t *testing.T) {
	text, err := Format(Object(
		Field{"$schema", String("https://example.org/<a>&b")},
		Field{"apps", List(Object(Field{"id", String("a\"b\\c\nd")}, Field{"on", Bool(false)}, Field{"none", Value{}}))},
		Field{"excluded", List()},
		Field{"packages", Strings([]string{"a", "b"})},
		Field{"raw", Raw(`{ "n":1.50 ,"l":[null] }`)},
	))
	want := `{
  "$schema": "https://example.org/<a>&b",
  "apps": [
    {
      "id": "a\"b\\c\nd",
      "on": false
    }
  ],
  "excluded": [],
  "packages": [
    "a",
    "b"
  ],
  "raw": {
    "n": 1.50,
    "l": [
      null
    ]
  }
}
`
	if err != nil || string(text) != want {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestFormatRefuses(t *testing.T) {
	for name, value := range map[string]Value{
		"not UTF-8":         Object(Field{"a", String("\xff")}),
		"name not UTF-8":    Object(Field{"\xff", String("a")}),
		"deep inside":       Object(Field{"a", List(Object(Field{"b", String("\xff")}))}),
		"name twice":        Object(Field{"a", String("")}, Field{"a", String("")}),
		"broken raw":        Object(Field{"a", Raw(`{`)}),
		"two raw values":    Object(Field{"a", Raw(`1, "b": 2`)}),
		"raw and more":      Object(Field{"a", Raw(`1} {`)}),
		"no object":         Strings(nil),
		"nothing":           {},
		"nothing in a list": Object(Field{"a", List(Value{})}),
	} {
		if text, err := Format(value); err == nil {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, test := range editTests {
		f.Add([]byte(test.before))
	}
	f.Add([]byte(`{"a": {"b": 1, "b": 2}}`))
	f.Add([]byte("\ufeff{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		err := Check("x.json", data)
		shallow := bytes.Count(data, []byte("[")) + bytes.Count(data, []byte("{"))
		if valid := jsontext.Value(data).IsValid() && jsontext.Value(data).Kind() == '{'; shallow < maxDepth && valid != (err == nil) {
			t.Fatalf("valid %v, but %v", valid, err)
		}
		if err == nil {
			return
		}
		at, ok := err.(*Error)
		if !ok || at.Line < 1 || at.Line > 1+bytes.Count(data, []byte("\n")) || at.Col < 1 || at.Col > len(data)+1 {
			t.Fatalf("%#v is at no place of the file", err)
		}
	})
}
