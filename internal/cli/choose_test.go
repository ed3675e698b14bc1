package cli

import (
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"\n", "xxx"},
		{"2\n\n", "x x"},
		{"1-2\n\n", "  x"},
		{"1 3\n\n", " x "},
		{"1,2\n2\n\n", " xx"},
		{"n\n2\n\n", " x "},
		{"n 3 a\n\n", "xxx"},
		{"4\n\n", "xxx"},
		{"1 0\n\n", "xxx"},
		{"3-1\n\n", "xxx"},
		{"1-\n\n", "xxx"},
		{"x\n2\n\n", "x x"},
		{"q\n", "no"},
		{"2\n", "no"},
		{"", "no"},
	} {
		var out strings.Builder
		taken, err := choose(strings.NewReader(c.typed), &out, []string{"a", "b\x1b[2J", "c"})
		got := ""
		for _, x := range taken {
			got += map[bool]string{true: "x", false: " "}[x]
		}
		if err != nil {
			got = "no"
			if report("x", err, &out) != No {
				t.Errorf("%q: %v", c.typed, err)
			}
		}
		if got != c.want || !strings.HasPrefix(out.String(), "  1 [x] a\n  2 [x] b?[2J\n  3 [x] c\n") {
			t.Errorf("%q: %q, want %q\n%s", c.typed, got, c.want, out.String())
		}
		bad := strings.ContainsAny(c.typed, "40") || strings.Contains(c.typed, "3-1") || strings.Contains(c.typed, "1-\n") || strings.HasPrefix(c.typed, "x")
		if said := strings.Contains(out.String(), "give numbers from 1 to 3"); said != bad {
			t.Errorf("%q: complained: %v\n%s", c.typed, said, out.String())
		}
	}
}
