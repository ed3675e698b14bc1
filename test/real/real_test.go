package real

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// stop is a T whose Fatalf is seen instead of ending the test.
type stop struct {
	*testing.T
	said string
}

func (s *stop) Fatalf(format string, args ...any) {
	s.said = fmt.Sprintf(format, args...)
	panic(s)
}

func said(t *testing.T, f func(T)) string {
	s := &stop{T: t}
	func() {
		defer func() { _ = recover() }()
		f(s)
	}()
	return s.said
}

func TestNeedNamesWhatIsMissing(t *testing.T) {
	got := said(t, func(t T) { Need(t, "sh", "no-such-program-x", "no-such-program-y") })
	want := "these programs are missing: no-such-program-x, no-such-program-y\nhint: make setup"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := said(t, func(t T) { Need(t, "sh") }); got != "" {
		t.Errorf("sh is there, but: %q", got)
	}
}

func TestEnvHoldsNothingOfOurs(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", "/secret")
	t.Setenv("XDG_RUNTIME_DIR", "/secret")
	env := Env("/h", "A=b")
	if !slices.Contains(env, "HOME=/h") || env[len(env)-1] != "A=b" {
		t.Errorf("env = %q", env)
	}
	if strings.Contains(strings.Join(env, "\n"), "/secret") {
		t.Errorf("env holds the caller's: %q", env)
	}
}

func TestOutputTellsWhatFailed(t *testing.T) {
	got := said(t, func(t T) { Output(t, "", Env("/"), "sh", "-c", "echo out; echo err >&2; exit 3") })
	if !strings.Contains(got, "exit status 3\nout\nerr") {
		t.Errorf("got %q", got)
	}
}

func TestAsRootIsRoot(t *testing.T) {
	Need(t, "unshare")
	if got := Output(t, "", Env("/"), AsRoot("id", "-u")...); got != "0\n" {
		t.Errorf("id -u = %q, want 0", got)
	}
}
