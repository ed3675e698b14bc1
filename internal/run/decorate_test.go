package run

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

// fake notes what reached it.
type fake struct{ ran []Cmd }

func (f *fake) Run(_ context.Context, c Cmd) (Result, error) {
	f.ran = append(f.ran, c)
	return Result{Stdout: []byte("real")}, nil
}

func (f *fake) Look(name string) (string, error) { return "/fake/" + name, nil }

func TestReadOnlyLetsOnlyReadingThrough(t *testing.T) {
	f := &fake{}
	r := ReadOnly{f}
	for _, c := range []Cmd{{Argv: []string{"rm", "x"}}, {Argv: []string{"rm", "x"}, Effect: Changes}, {Argv: []string{"rm"}, Effect: 7}} {
		res, err := r.Run(t.Context(), c)
		var e *Error
		if !errors.Is(err, ErrRefused) || !errors.As(err, &e) || res.Code != -1 || e.Argv[0] != "rm" {
			t.Errorf("%+v: %+v, %v", c, res, err)
		}
	}
	if len(f.ran) != 0 {
		t.Errorf("ran %v", f.ran)
	}
	if res, err := r.Run(t.Context(), Cmd{Argv: []string{"ls"}, Effect: Reads}); err != nil || string(res.Stdout) != "real" || len(f.ran) != 1 {
		t.Errorf("%+v, %v", res, err)
	}
	if p, err := r.Look("ls"); p != "/fake/ls" || err != nil {
		t.Errorf("%s, %v", p, err)
	}
}

func TestDryRunSaysWhatItWouldDo(t *testing.T) {
	f, out := &fake{}, &bytes.Buffer{}
	d := DryRun{f, out}
	if res, err := d.Run(t.Context(), Cmd{Argv: []string{"flatpak", "install", "a b", "it's"}}); err != nil || len(res.Stdout) != 0 || res.Code != 0 {
		t.Errorf("%+v, %v", res, err)
	}
	if len(f.ran) != 0 || out.String() != "would run: flatpak install 'a b' 'it'\\''s'\n" {
		t.Errorf("%v, %q", f.ran, out.String())
	}
	out.Reset()
	if res, err := d.Run(t.Context(), Cmd{Argv: []string{"ls"}, Effect: Reads}); err != nil || string(res.Stdout) != "real" || out.Len() != 0 {
		t.Errorf("%+v, %v, %q", res, err, out.String())
	}
}

func TestLogShowsWhatRuns(t *testing.T) {
	f, out := &fake{}, &bytes.Buffer{}
	l := &Log{Runner: f, Out: out}
	for _, argv := range [][]string{{"ls", "-l", "", "a\tb"}, {"printf", "\x1b[2J"}, {"x", "a\x00"}, {"x", "\xff"}} {
		if res, err := l.Run(t.Context(), Cmd{Argv: argv}); err != nil || string(res.Stdout) != "real" {
			t.Errorf("%+v, %v", res, err)
		}
	}
	const want = "+ ls -l '' $'a\\tb'\n+ printf $'\\x1b[2J'\n+ x \"a\\x00\"\n+ x $'\\xff'\n"
	if out.String() != want || len(f.ran) != 4 {
		t.Errorf("%s", out.String())
	}
}
