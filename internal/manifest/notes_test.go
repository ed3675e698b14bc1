package manifest

import (
	"slices"
	"testing"
)

func TestNotes(t *testing.T) {
	const text = "{\"apps\": [\n  {\"id\": \"a\"},\n  {\"id\": \"b\", \"pin\": true},\n  {\"id\": \"c\", \"pin\": false}\n]}\n"
	l := Items{List: "apps", ID: "id"}
	on := func(e Element) bool { b, _, _ := e.Bool("pin"); return b }
	got := l.Notes("x.json", []byte(text), "pin", "pin", on)
	if want := []string{"x.json:3:22: the pin of b is kept, and not enforced"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, none := range []string{"{", `{"apps": 1}`, `{"apps": []}`, `{}`} {
		if got := l.Notes("x.json", []byte(none), "pin", "pin", on); got != nil {
			t.Errorf("%s: got %q", none, got)
		}
	}
}
