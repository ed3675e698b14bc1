package extension

import (
	"strings"
	"testing"
)

func TestBelong(t *testing.T) {
	for text, want := range map[string]string{
		`{"uuid": "a@b", "uuid": "a@b", "name": "x"}`: "",
		`{"uuid": "c@d"}`: `it is "c@d"`,
		`{`:               "not JSON",
		``:                "not JSON",
	} {
		err := belong(map[string][]byte{"x": nil, "metadata.json": []byte(text)}, "a@b")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if err := belong(map[string][]byte{"x/metadata.json": []byte(`{"uuid": "a@b"}`)}, "a@b"); err == nil || !strings.Contains(err.Error(), "no metadata.json") {
		t.Errorf("without metadata: %v", err)
	}
}
