package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/internal/doc"
)

const pr = `{"kind": "bkt.pr/v1", "branch": "b", "commit": "", "url": "", "state": "unchanged", "changes": [], "settled": []}`

// terminal is one that nobody sits at.
func terminal(t *testing.T) *os.File {
	t.Helper()
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestTerminal(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if !Terminal(terminal(t)) || Terminal(null) || Terminal(&bytes.Buffer{}) || Terminal(nil) {
		t.Error("what is a terminal?")
	}
}

func TestTextAndColour(t *testing.T) {
	set := func(kv ...string) func(string) string {
		return func(k string) string {
			for i := 0; i < len(kv); i += 2 {
				if kv[i] == k {
					return kv[i+1]
				}
			}
			return ""
		}
	}
	tty := terminal(t)
	for _, c := range []struct {
		name          string
		out           io.Writer
		format, color string
		env           func(string) string
		text, colored bool
	}{
		{"a terminal", tty, "auto", "auto", set("TERM", "xterm"), true, true},
		{"a pipe", &bytes.Buffer{}, "auto", "auto", set(), false, false},
		{"asked for", &bytes.Buffer{}, "text", "always", set("NO_COLOR", "1"), true, true},
		{"asked not to", tty, "json", "never", set(), false, false},
		{"NO_COLOR", tty, "auto", "auto", set("NO_COLOR", "1"), true, false},
		{"empty NO_COLOR", tty, "auto", "auto", set("NO_COLOR", ""), true, true},
		{"dumb", tty, "auto", "auto", set("TERM", "dumb"), true, false},
	} {
		cmd := New("bkt-x", usage, c.out, io.Discard, "format", "color")
		if err := cmd.Parse([]string{"--format", c.format, "--color", c.color}, 0); err != nil {
			t.Fatal(err)
		}
		if cmd.Text() != c.text || cmd.Colored(c.env) != c.colored {
			t.Errorf("%s: text %v, colour %v", c.name, cmd.Text(), cmd.Colored(c.env))
		}
	}
}

func TestATerminalIsNoDocument(t *testing.T) {
	cmd := New("bkt-x", usage, io.Discard, io.Discard)
	var errs bytes.Buffer
	f := func(context.Context, []string, io.Reader, io.Writer, io.Writer) error {
		_, err := cmd.ReadDocument(terminal(t), "", "bkt capture", &doc.PR{})
		return err
	}
	code := Run(context.Background(), "bkt-x", f, nil, nil, nil, &errs)
	if code != 2 || errs.String() != "bkt-x: error: nothing on stdin\nhint: bkt capture\n" {
		t.Errorf("%d, %q", code, errs.String())
	}
}

func TestReadDocument(t *testing.T) {
	cmd := New("bkt-x", usage, io.Discard, io.Discard)
	dir := t.TempDir()
	file := filepath.Join(dir, "pr.json")
	if err := os.WriteFile(file, []byte(pr), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"", "-", file} {
		var stdin io.Reader = strings.NewReader(pr)
		if from == file {
			stdin = terminal(t) // not looked at
		}
		d, err := cmd.ReadDocument(stdin, from, "bkt capture", &doc.PR{})
		if err != nil || d.(*doc.PR).Branch != "b" {
			t.Errorf("%q: %+v, %v", from, d, err)
		}
	}
	for from, want := range map[string]string{
		"":             "stdin is empty: ",
		dir + "/none":  "cannot read '" + dir + "/none': no such file or directory",
		dir:            "is a directory",
		file + ".json": "cannot read '" + file + ".json': ",
	} {
		if _, err := cmd.ReadDocument(strings.NewReader(""), from, "bkt capture", &doc.PR{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", from, err)
		}
	}
	_, err := cmd.ReadDocument(nil, file, "bkt capture", &doc.State{})
	if err == nil || err.Error() != file+" is bkt.pr/v1, this program reads bkt.state/v1" {
		t.Error(err)
	}
}

func TestWriteDocument(t *testing.T) {
	var out bytes.Buffer
	cmd := New("bkt-x", usage, &out, io.Discard)
	if err := cmd.WriteDocument(&doc.PR{State: doc.Created}); err != nil || !strings.HasPrefix(out.String(), "{\n  \"kind\": \"bkt.pr/v1\"") {
		t.Errorf("%q, %v", out.String(), err)
	}
	if cmd.Stdout() != io.Writer(&out) {
		t.Error("Stdout is another")
	}
	err := New("bkt-x", usage, full{}, io.Discard).WriteDocument(&doc.PR{State: doc.Created})
	if err == nil || err.Error() != "cannot write to stdout: no space left on device" {
		t.Error(err)
	}
}
