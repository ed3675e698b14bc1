package pattern

import (
	"regexp"
	"testing"
)

// forms are words, and the same as regular expressions.
var forms = []struct{ first, rest, expr string }{
	{"_", "_.-", `^[A-Za-z0-9_][A-Za-z0-9_.-]*$`},
	{"_-", "_.-", `^[A-Za-z0-9_-][A-Za-z0-9_.-]*$`},
	{"", "._+:~@-", `^[A-Za-z0-9][A-Za-z0-9._+:~@-]*$`},
	{"_", "_", `^[A-Za-z0-9_]+$`},
	{"", "", `^[A-Za-z0-9]+$`},
}

func FuzzWord(f *testing.F) {
	for _, s := range []string{"", "a", "_", "-", ".", "-a", "a-", "a.b", "9", "Az09", "a\n", "a b", "a\x00", "ä", "aä", "_\xff", "@a", "a@", "a~:+", "[", "`", "{", "/", "^"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, form := range forms {
			if got, want := Word(s, form.first, form.rest), regexp.MustCompile(form.expr).MatchString(s); got != want {
				t.Errorf("Word(%q, %q, %q): %v, %s says %v", s, form.first, form.rest, got, form.expr, want)
			}
		}
	})
}

func TestLazyCompilesOnce(t *testing.T) {
	a := Lazy{Expr: `^a+$`}
	if first, again := a.Re(), a.Re(); first != again || !first.MatchString("aa") || first.MatchString("b") {
		t.Error("Lazy does not give one expression, or another one")
	}
	broken := Lazy{Expr: `(`}
	defer func() {
		if recover() == nil {
			t.Error("a broken expression is taken")
		}
	}()
	broken.Re()
}
