package changelog

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"bkt/internal/host"
)

const (
	stepsFile = "/home/ada/.local/state/bkt/steps.json"
	lockFile  = "/home/ada/.local/state/bkt/steps.lock"
)

func TestMark(t *testing.T) {
	h := machine(t)
	if got := open(t, h); got != "a-1 b-1 c-1" {
		t.Errorf("at first: %s", got)
	}
	for _, ids := range [][]string{{"c-1"}, {"a-1", "c-1"}, {"a-1"}, nil} {
		if err := Mark(t.Context(), h, ids); err != nil {
			t.Fatal(err)
		}
	}
	if got := open(t, h); got != "b-1" {
		t.Errorf("then: %s", got)
	}
	const want = "{\n  \"kind\": \"bkt.steps/v1\",\n  \"done\": [\n    \"a-1\",\n    \"c-1\"\n  ]\n}\n"
	if b, err := h.ReadFile(stepsFile); err != nil || string(b) != want {
		t.Errorf("%v\n%s", err, b)
	}
	if fi, err := os.Stat(h.Path(stepsFile)); err != nil || fi.Mode() != 0o600 {
		t.Errorf("%v, %v", fi, err)
	}
}

func TestMarkKeepsWhatItDoesNotKnow(t *testing.T) {
	h := machine(t)
	put(t, h.Path(stepsFile), `{"done": ["z", "b-1", "b-1"], "later": {"x": 1}, "kind": "bkt.steps/v1"}`)
	if got := open(t, h); got != "a-1 c-1" {
		t.Errorf("a list in no order: %s", got)
	}
	if err := Mark(t.Context(), h, []string{"a-1"}); err != nil {
		t.Fatal(err)
	}
	b, err := h.ReadFile(stepsFile)
	if err != nil || !strings.Contains(string(b), `"later": {`) || strings.Count(string(b), "b-1") != 1 || open(t, h) != "c-1" {
		t.Errorf("%v\n%s", err, b)
	}
}

func TestNamed(t *testing.T) {
	h := machine(t)
	put(t, h.Path("/usr/share/bkt/changelog/two.json"), `{"id": "two", "summary": "s", "steps": [{"id": "x", "text": "t"}, {"id": "y", "text": "t"}]}`)
	put(t, h.Path(stepsFile), `{"kind": "bkt.steps/v1", "done": ["old-1"]}`)
	s, err := Load(h)
	if err != nil {
		t.Fatal(err)
	}
	ids, unknown := s.Named([]string{"a-1", "two", "b", "old-1"})
	if strings.Join(ids, " ") != "a-1 x y b-1 old-1" || unknown != nil {
		t.Errorf("%q, %q", ids, unknown)
	}
	if ids, unknown := s.Named([]string{"nope", "a-1", "", "nope"}); strings.Join(unknown, " ") != "nope " || len(ids) != 1 {
		t.Errorf("%q, %q", ids, unknown)
	}
}

// A record that is not ours to understand is never taken for an empty one, and stays as it is.
func TestBrokenRecords(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       ": empty",
		" \n":                                    ": empty",
		"{":                                      ":1:2: the document is cut off",
		`{"kind": "bkt.steps/v1"}`:               ": /done: missing",
		`{"done": []}`:                           `: is "", this program reads bkt.steps/v1`,
		`{"kind": "bkt.steps/v2", "done": []}`:   `: is "bkt.steps/v2", this program reads bkt.steps/v1`,
		`{"kind": "bkt.steps/v1", "done": null}`: ": /done: missing",
		`{"kind": "bkt.steps/v1", "done": [1]}`:  ":1:35: /done/0: number does not belong here",
		`{"kind": "bkt.steps/v1", "done": ["a b"]}`:                    `: /done/0: "a b" is none`,
		`{"kind": "bkt.steps/v1", "kind": "bkt.steps/v1", "done": []}`: `:1:26: duplicate key "kind"`,
	} {
		h := machine(t)
		put(t, h.Path(stepsFile), text)
		_, read := Load(h)
		wrote := Mark(t.Context(), h, []string{"a-1"})
		for _, err := range []error{read, wrote} {
			if err == nil || err.Error() != stepsFile+want {
				t.Errorf("%q: %v", text, err)
			}
		}
		if b, err := h.ReadFile(stepsFile); err != nil || string(b) != text {
			t.Errorf("%q became %q, %v", text, b, err)
		}
	}
}

func TestALinkInTheRecordsPlace(t *testing.T) {
	h := machine(t)
	theirs := h.Path("/home/ada/theirs")
	put(t, theirs, `{"kind": "bkt.steps/v1", "done": []}`)
	if err := h.MkdirAll("/home/ada/.local/state/bkt", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(theirs, h.Path(stepsFile)); err != nil {
		t.Fatal(err)
	}
	_, read := Load(h)
	for _, err := range []error{read, Mark(t.Context(), h, []string{"a-1"})} {
		if err == nil || !strings.HasSuffix(err.Error(), "something that bkt did not put there is in its place") {
			t.Error(err)
		}
	}
	if b, err := os.ReadFile(theirs); err != nil || strings.Contains(string(b), "a-1") {
		t.Errorf("%s, %v", b, err)
	}
}

func TestNoHome(t *testing.T) {
	h := machine(t)
	h.Env = nil
	if got := open(t, h); got != "a-1 b-1 c-1" {
		t.Error(got)
	}
	if err := Mark(t.Context(), h, []string{"a-1"}); err == nil || err.Error() != "no home folder to keep what was done in: HOME is not set" {
		t.Error(err)
	}
}

func TestNothingReleased(t *testing.T) {
	h := &host.Host{Root: t.TempDir(), Env: map[string]string{"HOME": "/home/ada"}}
	s, err := Load(h)
	if err != nil || s.Odd != nil || len(s.Open()) != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

// Many at once lose nothing.
func TestMarkAtOnce(t *testing.T) {
	h := machine(t)
	var wg sync.WaitGroup
	errs := make([]error, 20)
	for n := range errs {
		wg.Go(func() { errs[n] = Mark(t.Context(), h, []string{string(rune('a'+n)) + "-9"}) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	r, err := load(h)
	if err != nil || len(r.Done) != len(errs) {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := os.Stat(h.Path(lockFile)); err != nil {
		t.Error(err)
	}
}

func TestRootNotesNothingInSomebodysHome(t *testing.T) {
	h := machine(t)
	if err := h.MkdirAll("/home/ada", 0o755); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		if err := os.Chown(h.Path("/home/ada"), 12345, 12345); err != nil {
			t.Fatal(err)
		}
	}
	h.UID = 0 // the folder is ours, or another's, and not root's
	err := Mark(t.Context(), h, []string{"a-1"})
	if err == nil || err.Error() != "'/home/ada' is not root's: root notes nothing there" {
		t.Error(err)
	}
}

// FuzzRecord: nothing that is read can crash, and what is read are ids, each once and in order.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"kind": "bkt.steps/v1", "done": ["b-1", "a-1", "b-1"], "later": {"x": 1e999}}`))
	f.Add([]byte(`{"kind": "bkt.steps/v2", "done": {}}`))
	f.Add([]byte(`{"done": [`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parse("x", b)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("not one clean line: %q", err)
			}
			return
		}
		for n, id := range r.Done {
			if !plain(id) || n > 0 && r.Done[n-1] >= id {
				t.Errorf("%q", r.Done)
			}
		}
	})
}
