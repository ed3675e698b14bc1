package run

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestErrorText(t *testing.T) {
	for want, e := range map[string]*Error{
		"flatpak list: exit status 1: error: no":              {Argv: []string{"/usr/bin/flatpak", "list", "--app"}, Code: 1, Stderr: "warning\nerror: no\n"},
		"rpm-ostree status: no answer within 20s":             {Argv: []string{"rpm-ostree", "status"}, Err: ErrTimeout, After: 20 * time.Second},
		"dnf install: exit status 1: Error: no such":          {Argv: []string{"sudo", "-n", "--", "dnf", "install", "-y", "x"}, Code: 1, Stderr: "Error: no such\n"},
		"x: exit status 1: error: Nothing matches\x1b":        {Argv: []string{"x"}, Code: 1, Stderr: "\x1b[31m\x1b[1merror: \x1b[22m\x1b[0mNothing matches\x1b\n"},
		"flatpak: command not found":                          {Argv: []string{"flatpak"}, Code: -1, Err: ErrNotFound},
		"rm: refused: this program only reads":                {Argv: []string{"rm", "-rf"}, Err: ErrRefused},
		"(no command): exit status 0":                         {},
		"x: exit status 2: " + strings.Repeat("ä", 300) + "…": {Argv: []string{"x"}, Code: 2, Stderr: strings.Repeat("ä", 500)},
		"git: ended by signal: killed: fatal: the end":        {Argv: []string{"git", "-C", "/x"}, Err: errors.New("ended by signal: killed"), Stderr: "fatal: the end  "},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestNameIsTheProgramAndItsVerbs(t *testing.T) {
	for want, argv := range map[string][]string{
		"(no command)":        {},
		"gh pr list":          {"gh", "pr", "list", "--head", "x"},
		"gh pr create":        {"gh", "pr", "create", "now"},
		"git":                 {"/usr/bin/git", "--git-dir=x", "log"},
		"dnf5 install":        {"dnf5", "install", "--transient", "htop"},
		"cat":                 {"cat", "/etc/passwd"},
		"gsettings set":       {"gsettings", "set", "a b", "c"},
		"git fetch":           {"git", "fetch", "https://example.org"},
		"sh":                  {"sh", "-c", "rm -rf /"},
		"podman image exists": {"podman", "image", "exists", "x"},
	} {
		if got := Name(argv); got != want {
			t.Errorf("%q: %s, want %s", argv, got, want)
		}
	}
}

func TestTail(t *testing.T) {
	long := strings.Repeat("é", 3000) + " end"
	got := tail([]byte(long))
	if !utf8.ValidString(got) || !strings.HasSuffix(got, "é end") || len(got) > 2000 {
		t.Errorf("%q", got)
	}
	if got := tail([]byte(" \na\n ")); got != "a" {
		t.Errorf("%q", got)
	}
}

// FuzzQuote: a shell reads back what was quoted, and the line is one clean line.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a", "a b", "it's", `"`, "$HOME", "`id`", "a\nb", "\t", "\x1b[2J", "\xff", "é", "~", "!x", "#x", "*", "-n", "=", "\\", "{a,b}", "a=b", "if", "\u202e", "\x7f", "\u009b", "'\n\xff", "'", "''", "it's!", "\n1", "\x1b1", "\xffé", "\ufffd", "\u00a0", "日本"} {
		f.Add(s, "z")
	}
	shell, err := exec.LookPath("bash")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		line := Quote([]string{"printf", `%s\0`, a, b})
		if strings.ContainsAny(line, "\x1b\x00\r\n") {
			t.Errorf("%q is not one clean line", line)
		}
		if strings.Contains(a+b, "\x00") {
			return // no shell can hold it
		}
		with := shell
		if !strings.Contains(line, "$'") {
			with = "/bin/sh"
		}
		out, err := exec.Command(with, "-c", line).Output()
		if err != nil || string(out) != a+"\x00"+b+"\x00" {
			t.Errorf("%q, %q became %s, and that %q, %v", a, b, line, out, err)
		}
	})
}

// A line is as bare as it can be, and safe to paste where ! is the history.
func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"": "''", "--only=x": "'--only=x'", "a@b.c:d/e_f-g+h,i%j": "a@b.c:d/e_f-g+h,i%j", "Größe": "Größe",
		"it's!": `'it'\''s!'`, "a\nb\t'\\": `$'a\nb\t\'\\'`, "\x1b[1m": `$'\x1b[1m'`, "\u202e1": `$'\xe2\x80\xae1'`, "!": "'!'", "~": "'~'",
	} {
		if got := Quote([]string{word}); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

func TestQuoteShowsANUL(t *testing.T) {
	if got := Quote([]string{"a\x00b", "c d"}); got != `"a\x00b" 'c d'` {
		t.Error(got)
	}
}
