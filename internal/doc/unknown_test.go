package doc

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// later is what a newer program of the same major version may have added, at any place.
const later = `"later": {"big": 123456789012345678901234567890, "e": 1e400, "l": [null, false], "t": "<&>\u00e9"}`

// withLater puts a member that nobody knows into every object of a document, and into every
// object of attributes.
func withLater(text string) string {
	return strings.ReplaceAll(text, "{\n", "{\n"+later+",\n")
}

// TestUnknownMembersPassOnUntouched reads and writes documents that have members which nobody
// knows at every level; only spacing and the order of members may change.
func TestUnknownMembersPassOnUntouched(t *testing.T) {
	for _, text := range []string{state, changes, files, pr} {
		// a map of subsystems has no unknown members: all of its keys are names
		text = strings.ReplaceAll(text, "\"subsystems\": {\n", "\"subsystems\": { ")
		want := withLater(text)
		d, err := Read("stdin", strings.NewReader(want), all()...)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(want, `"later"`); n == 0 || strings.Count(string(b), `"later"`) != n {
			t.Errorf("%d unknown members, %d written", n, strings.Count(string(b), `"later"`))
		}
		if got, want := reordered(t, string(b)), reordered(t, want); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// reordered is a JSON text with the members of each object in order and no spacing; numbers stay
// as they are written.
func reordered(t *testing.T, text string) string {
	t.Helper()
	v := jsontext.Value(text)
	if err := v.Format(jsontext.ReorderRawObjects(true)); err != nil {
		t.Fatal(err)
	}
	return string(v)
}

func TestNumbersOfAttributesKeepTheirDigits(t *testing.T) {
	const n = "123456789012345678901234567890"
	text := strings.Replace(state, `"remote": "flathub"`, `"n": `+n+`, "nested": {"x": [1.50, 1e400]}`, 1)
	d, err := Read("stdin", strings.NewReader(text), &State{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Marshal(d)
	if err != nil || !strings.Contains(string(b), `"n": `+n) || !strings.Contains(string(b), "1.50") || !strings.Contains(string(b), "1e400") {
		t.Errorf("%s, %v", b, err)
	}
}

func TestNamesAreExact(t *testing.T) {
	text := strings.Replace(state, `"scope": "user",`, `"Scope": "user",`, 1)
	d, err := Read("stdin", strings.NewReader(text), &State{})
	if err != nil {
		t.Fatal(err)
	}
	if i := d.(*State).Items[0]; i.Scope != "" || !strings.Contains(string(i.Extra), `"Scope":`) {
		t.Errorf("%+v", i)
	}
}
