package journal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
)

const (
	boot  = "0f0e0d0c-0b0a-4908-8706-050403020100"
	other = "11111111-2222-4333-8444-555555555555"
	live  = "/home/ada/.local/share/bkt/ephemeral.json"
	past  = "/home/ada/.local/share/bkt/ephemeral-" + boot + ".json"
)

// counter is chance that counts.
type counter struct{ n byte }

func (c *counter) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 0
	}
	c.n++
	b[len(b)-1] = c.n
	return len(b), nil
}

// machine is one in a boot, with a clock that goes a second at each look.
func machine(t *testing.T) *host.Host {
	t.Helper()
	now := time.Date(2031, 5, 4, 12, 0, 0, 0, time.UTC)
	h := &host.Host{Root: t.TempDir(), Env: map[string]string{"HOME": "/home/ada"},
		Now: func() time.Time { now = now.Add(time.Second); return now }, UID: os.Getuid()}
	reboot(t, h, boot)
	return h
}

func reboot(t *testing.T, h *host.Host, id string) {
	t.Helper()
	put(t, h, "/proc/sys/kernel/random/boot_id", id+"\n")
}

// deploy boots another deployment without another boot, as a soft reboot does.
func deploy(t *testing.T, h *host.Host, name string) {
	t.Helper()
	put(t, h, "/run/ostree-booted", "")
	put(t, h, "/proc/cmdline", "quiet ostree=/ostree/boot.1/os/x/0\n")
	link := h.Path("/ostree/boot.1/os/x/0")
	if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(link)
	if err := os.Symlink("../../deploy/"+name, link); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, h *host.Host, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(h.Path(path)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.Path(path), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// open opens the journal of a machine where packages live in /usr.
func open(t *testing.T, h *host.Host) *Store {
	t.Helper()
	s, err := Open(t.Context(), h, func(name string) bool { return name == "dnf" })
	if err != nil {
		t.Fatal(err)
	}
	s.Rand = &counter{}
	return s
}

func has(value string) doc.Side { return doc.Has(doc.Attrs{}.Set("value", value)) }

// did is an entry: what became of an item; "" is absent.
func did(subsystem, item, before, after string) Entry {
	side := func(v string) doc.Side {
		if v == "" {
			return doc.Absent()
		}
		return has(v)
	}
	e := Entry{Command: "x", Subsystem: subsystem, Item: item, Before: side(before), After: side(after)}
	e.Action = Action(e.Before, e.After)
	return e
}

// record records entries and gives their ids.
func record(t *testing.T, s *Store, entries ...Entry) []string {
	t.Helper()
	out, err := s.Record(t.Context(), entries)
	if err != nil {
		t.Fatal(err)
	}
	return idsOf(out)
}

func idsOf(l []Entry) []string {
	var out []string
	for _, e := range l {
		out = append(out, e.ID)
	}
	return out
}

// items are the items of entries, in order.
func items(l []Entry) string {
	var out []string
	for _, e := range l {
		out = append(out, e.Item)
	}
	return strings.Join(out, " ")
}

func both(t *testing.T, s *Store) (now, before string) {
	t.Helper()
	l, err := s.Live()
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Past()
	if err != nil {
		t.Fatal(err)
	}
	return items(l), items(p)
}

func text(t *testing.T, h *host.Host, path string) string {
	t.Helper()
	b, err := os.ReadFile(h.Path(path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheFile(t *testing.T) {
	h := machine(t)
	s := open(t, h)
	e := did("flatpak", "org.test.Hello", "", "1")
	e.Scope, e.Want, e.Command = "user", doc.Absent(), "flatpak install one org.test.Hello"
	ids := record(t, s, e)
	want := `{
  "boot_id": "` + boot + `",
  "created_at": "2031-05-04T12:00:01Z",
  "sequence": 1,
  "changes": [
    {
      "id": "` + ids[0] + `",
      "timestamp": "2031-05-04T12:00:02Z",
      "command": "flatpak install one org.test.Hello",
      "subsystem": "flatpak",
      "action": "add",
      "item": "org.test.Hello",
      "scope": "user",
      "before": null,
      "after": {
        "value": "1"
      },
      "want": null
    }
  ]
}
`
	if got := text(t, h, live); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if fi, err := os.Stat(h.Path(live)); err != nil || fi.Mode() != 0o600 {
		t.Errorf("%v, %v", fi, err)
	}
	if fi, err := os.Stat(filepath.Dir(h.Path(live))); err != nil || fi.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", fi, err)
	}
}

func TestIDsAreUniqueAndInOrder(t *testing.T) {
	h := machine(t)
	s := open(t, h)
	first := record(t, s, did("dnf", "a", "", "1"), did("dnf", "b", "", "1"))
	second := record(t, s, did("dnf", "a", "1", "2"))
	all := append(first, second...)
	for i, id := range all {
		if len(id) != 14 || !plain(id) || i > 0 && all[i-1] >= id {
			t.Errorf("%q", all)
		}
	}
	stuck := time.Date(2031, 5, 4, 12, 0, 0, 0, time.UTC)
	h.Now = func() time.Time { return stuck }
	s.Rand = bytes.NewReader(make([]byte, 8*200))
	if _, err := s.Record(t.Context(), []Entry{did("dnf", "c", "", "1"), did("dnf", "d", "", "1")}); err == nil {
		t.Error("one id for two entries")
	}
	if got, _ := both(t, s); got != "a b a" {
		t.Errorf("after that: %s", got)
	}
}

// What somebody else has noted since the first look is not noted twice; what has gone on since is.
func TestWhatSomebodyElseNotedMeanwhile(t *testing.T) {
	h := machine(t)
	s := open(t, h)
	record(t, s, did("shim", "old", "", "1"), did("shim", "back", "", "1"))
	seen, err := s.Live()
	if err != nil {
		t.Fatal(err)
	}
	theirs := did("shim", "two", "", "1")
	theirs.Command = "theirs"
	record(t, s, theirs, did("shim", "back", "1", ""), did("shim", "on", "", "1"), did("shim", "on", "1", "2"), did("shim", "new", "", "1"))
	user := did("shim", "new", "", "1")
	user.Scope = "user"
	mine := []Entry{did("shim", "old", "", "1"), did("shim", "one", "", "1"), did("shim", "two", "", "1"), did("shim", "back", "1", ""),
		did("shim", "on", "", "1"), did("shim", "new", "", "2"), user}
	out, err := s.RecordSince(t.Context(), mine, seen)
	if err != nil || items(out) != "old one on new new" {
		t.Errorf("%s, %v", items(out), err)
	}
	l, err := s.Live()
	if err != nil || items(l) != "old back two back on on new old one on new new" || l[2].Command != "theirs" {
		t.Errorf("%s, %v", items(l), err)
	}
	before := text(t, h, live)
	if out, err := s.RecordSince(t.Context(), mine[2:3], seen); err != nil || len(out) != 0 || text(t, h, live) != before {
		t.Errorf("%v, %v", out, err)
	}
}

func TestAnotherBoot(t *testing.T) {
	h := machine(t)
	ids := record(t, open(t, h), did("dnf", "a", "", "1"), did("flatpak", "b", "", "1"))
	before := text(t, h, live)
	reboot(t, h, other)
	s := open(t, h)
	if now, then := both(t, s); now != "" || then != "a b" {
		t.Errorf("a reader sees %q, and of the past %q", now, then)
	}
	if text(t, h, live) != before || h.Exists(past) {
		t.Error("a reader wrote")
	}
	record(t, s, did("dnf", "c", "", "1"))
	if now, then := both(t, s); now != "c" || then != "a b" {
		t.Errorf("now %q, past %q", now, then)
	}
	if text(t, h, past) != before {
		t.Errorf("put away:\n%s\nwas\n%s", text(t, h, past), before)
	}
	// A kill before the second file was written: nothing stands there twice.
	put(t, h, live, before)
	record(t, s, did("dnf", "d", "", "1"))
	if now, then := both(t, s); now != "d" || then != "a b" || text(t, h, past) != before {
		t.Errorf("now %q, past %q", now, then)
	}
	if err := s.Clear(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
	if now, then := both(t, s); now != "d" || then != "" || h.Exists(past) {
		t.Errorf("now %q, past %q", now, then)
	}
}

// The order of boots is that in which they came, whatever their clocks said.
func TestAClockThatRanBack(t *testing.T) {
	h := machine(t)
	put(t, h, strings.Replace(past, boot, "99999999-2222-4333-8444-555555555555", 1), strings.Replace(aFile(t, "0"), `  "sequence": 7,`, "", 1))
	put(t, h, live, strings.Replace(aFile(t, "1"), `  "sequence": 7,`, "", 1))
	for n, value := range []string{"2", "3", "4"} {
		reboot(t, h, strings.Repeat(string("cba"[n]), 8))
		h.Now = func() time.Time { return time.Date(2040-n, 1, 1, 0, 0, 0, 0, time.UTC) }
		record(t, open(t, h), did("flatpak", "a", "x", value))
	}
	reboot(t, h, other)
	s := open(t, h)
	l, err := s.Past()
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, e := range l {
		values = append(values, e.After.Attrs().String("value"))
	}
	if got := strings.Join(values, " "); got != "0 1 2 3 4" {
		t.Errorf("in the order %s", got)
	}
	// To clear the newest but one takes all that came before it, and nothing else.
	if err := s.Clear(t.Context(), []string{l[3].ID}); err != nil {
		t.Fatal(err)
	}
	if l, err = s.Past(); err != nil || len(l) != 1 || l[0].After.Attrs().String("value") != "4" {
		t.Errorf("%v, %v are left", l, err)
	}
	// The highest may be an archive's: of the journal itself nothing is left.
	if err := os.Remove(h.Path(live)); err != nil {
		t.Fatal(err)
	}
	record(t, s, did("flatpak", "b", "", "1"))
	if !strings.Contains(text(t, h, live), `"sequence": 4,`) {
		t.Error(text(t, h, live))
	}
}

// aFile is a journal of an old boot, whose one entry made a value of an item.
func aFile(t *testing.T, value string) string {
	t.Helper()
	e := did("flatpak", "a", "x", value)
	e.ID, e.Timestamp = "old-"+value, "2031-05-0"+value+"T12:00:00Z"
	b, err := (&Journal{BootID: boot, CreatedAt: e.Timestamp, Sequence: 7, Changes: []Entry{e}}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnotherDeploymentInOneBoot(t *testing.T) {
	h := machine(t)
	deploy(t, h, "aaa.0")
	record(t, open(t, h), did("dnf", "a", "", "1"), did("flatpak", "b", "", "1"))
	if !strings.Contains(text(t, h, live), `"deployment": "aaa.0"`) {
		t.Error(text(t, h, live))
	}
	deploy(t, h, "bbb.0")
	s := open(t, h)
	if now, then := both(t, s); now != "b" || then != "a" {
		t.Errorf("now %q, past %q", now, then)
	}
	record(t, s, did("dnf", "c", "", "1"))
	if now, then := both(t, s); now != "b c" || then != "a" || !strings.Contains(text(t, h, live), `"deployment": "bbb.0"`) {
		t.Errorf("now %q, past %q\n%s", now, then, text(t, h, live))
	}
	deploy(t, h, "ccc.0")
	s = open(t, h)
	record(t, s, did("flatpak", "d", "", "1"))
	if now, then := both(t, s); now != "b d" || then != "a c" {
		t.Errorf("now %q, past %q", now, then)
	}
}

func TestClearTakesTheOlderOnesAlong(t *testing.T) {
	h := machine(t)
	record(t, open(t, h), did("flatpak", "a", "", "1"), did("flatpak", "b", "", "1"))
	reboot(t, h, other)
	s := open(t, h)
	ids := record(t, s, did("flatpak", "a", "1", "2"), did("flatpak", "c", "", "1"), did("flatpak", "a", "2", "3"), did("flatpak", "a", "3", "4"))
	user := did("flatpak", "a", "", "1")
	user.Scope = "user"
	record(t, s, user)
	if err := s.Clear(t.Context(), []string{ids[2]}); err != nil {
		t.Fatal(err)
	}
	if now, then := both(t, s); now != "c a a" || then != "b" {
		t.Errorf("now %q, past %q", now, then)
	}
	before := text(t, h, live)
	err := s.Clear(t.Context(), []string{ids[1], "nope"})
	if e, ok := err.(*UnknownError); !ok || len(e.IDs) != 1 || e.Error() != "the journal has no entry 'nope'" || text(t, h, live) != before {
		t.Errorf("%v\n%s", err, text(t, h, live))
	}
	unknown, err := s.ClearKnown(t.Context(), []string{ids[1], "nope", ids[2], "nope"})
	if err != nil || strings.Join(unknown, " ") != "nope "+ids[2] {
		t.Errorf("%q, %v", unknown, err)
	}
	if now, then := both(t, s); now != "a a" || then != "b" {
		t.Errorf("now %q, past %q", now, then)
	}
	if err := s.ClearAll(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if now, then := both(t, s); now != "" || then != "b" {
		t.Errorf("now %q, past %q", now, then)
	}
	if err := s.ClearAll(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if now, then := both(t, s); now != "" || then != "" {
		t.Errorf("now %q, past %q", now, then)
	}
}

// An earlier boot's file that cannot be read stays as it is; it keeps nobody from clearing the rest.
func TestOneArchiveThatCannotBeRead(t *testing.T) {
	h := machine(t)
	record(t, open(t, h), did("flatpak", "a", "", "1"), did("flatpak", "b", "", "1"))
	reboot(t, h, other)
	s := open(t, h)
	ids := record(t, s, did("flatpak", "a", "1", "2"), did("flatpak", "c", "", "1"), did("flatpak", "d", "", "1"))
	bad := filepath.Dir(live) + "/ephemeral-33333333-2222-4333-8444-555555555555.json"
	put(t, h, bad, "not JSON")
	if err := s.Clear(t.Context(), ids[:1]); err == nil || !strings.HasPrefix(err.Error(), bad+":1:") {
		t.Errorf("nobody is told: %v", err)
	}
	var told []string
	s.Skip = func(err error) { told = append(told, err.Error()) }
	var left string
	for n, clear := range []func() error{
		func() error { return s.Clear(t.Context(), ids[:1]) },
		func() error { _, err := s.ClearKnown(t.Context(), ids[1:2]); return err },
		func() error { return s.ClearAll(t.Context(), false) },
		func() error { return s.ClearAll(t.Context(), true) },
	} {
		if err := clear(); err != nil || len(told) != n+1 || !strings.HasPrefix(told[n], bad+":1:") || text(t, h, bad) != "not JSON" {
			t.Errorf("%d: %v, told %q", n, err, told)
		}
		l, err := s.Live()
		if err != nil {
			t.Fatal(err)
		}
		left += items(l) + ";"
	}
	if left != "c d;d;;;" || h.Exists(past) {
		t.Errorf("left %q", left)
	}
	// Who asks for the past is told, too, and gets what the others have.
	put(t, h, past, strings.Replace(aFile(t, "1"), `  "sequence": 7,`, "", 1))
	if l, err := s.Past(); err != nil || items(l) != "a" || len(told) != 5 {
		t.Errorf("%v, %v, told %q", l, err, told)
	}
	s.Skip = nil
	if l, err := s.Past(); err == nil || l != nil {
		t.Errorf("nobody is told: %v", l)
	}
}

func TestWhatItDoesNotKnowIsKept(t *testing.T) {
	h := machine(t)
	old := `{"boot_id": "` + boot + `", "created_at": "2031-05-04T11:00:00Z", "later": 12345678901234567890, "changes": [
		{"id": "a-1", "timestamp": "x", "command": "", "subsystem": "flatpak", "action": "add", "item": "a", "before": null, "after": {"n": [1, {}]}, "later": null}]}`
	put(t, h, live, old)
	record(t, open(t, h), did("flatpak", "b", "", "1"))
	got := text(t, h, live)
	for _, want := range []string{`"later": 12345678901234567890`, `"later": null`, `"created_at": "2031-05-04T11:00:00Z"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

func TestWhatCannotBeReadIsLeftAlone(t *testing.T) {
	entry := `{"id": "a", "timestamp": "t", "command": "", "subsystem": "dnf", "action": "add", "item": "a", "before": null, "after": {}}`
	file := func(changes string) string {
		return `{"boot_id": "` + boot + `", "created_at": "t", "changes": [` + changes + `]}`
	}
	replace := func(old, with string) string { return file(strings.Replace(entry, old, with, 1)) }
	for name, c := range map[string]struct{ text, want string }{
		"empty":            {"\n", live + ": empty"},
		"cut off":          {"{\n  \"boot_id\": ", live + ":2:14: "},
		"no object":        {"[]", live + ":1:1: "},
		"twice":            {`{"boot_id": "a", "boot_id": "b"}`, live + `:1:18: duplicate key "boot_id"`},
		"no boot":          {`{"created_at": "t", "changes": []}`, live + `: /boot_id: "" is none`},
		"a path":           {`{"boot_id": "../x", "created_at": "t", "changes": []}`, live + `: /boot_id: "../x" is none`},
		"no time":          {`{"boot_id": "a", "changes": []}`, live + ": /created_at: missing"},
		"no list":          {`{"boot_id": "a", "created_at": "t"}`, live + ": /changes: missing"},
		"null":             {`{"boot_id": "a", "created_at": "t", "changes": null}`, live + ": /changes: missing"},
		"a later version":  {`{"version": 2, "boot_id": "a", "created_at": "t", "changes": []}`, live + ": is 2, which a later version wrote"},
		"a later kind":     {`{"kind": "bkt.journal/v2", "changes": {}}`, live + ":1:39: "},
		"a later action":   {replace(`"add"`, `"rename"`), live + `: /changes/0/action: "rename" is not add, remove or update`},
		"an odd action":    {replace(`"add"`, `"remove"`), live + ": /changes/0/action: remove does not fit before and after"},
		"nothing happened": {replace("{}", "null"), live + ": /changes/0/action: add does not fit before and after"},
		"no before":        {replace(`"before": null, `, ""), live + ": /changes/0/before: missing"},
		"no after":         {replace(`, "after": {}`, ""), live + ": /changes/0/after: missing"},
		"no id":            {replace(`"id": "a"`, `"id": ""`), live + ": /changes/0/id: missing"},
		"an odd id":        {replace(`"id": "a"`, `"id": "a b"`), live + `: /changes/0/id: "a b" is none`},
		"no item":          {replace(`"item": "a", `, ""), live + ": /changes/0/item: missing"},
		"a list":           {replace("{}", "[]"), live + ":1:"},
		"one id":           {file(entry + "," + entry), live + `: /changes/1/id: "a" stands twice`},
	} {
		h := machine(t)
		put(t, h, live, c.text)
		s := open(t, h)
		_, first := s.Live()
		_, second := s.Past()
		_, third := s.Record(t.Context(), []Entry{did("dnf", "b", "", "1")})
		for _, err := range []error{first, second, third, s.Clear(t.Context(), nil), s.ClearAll(t.Context(), true)} {
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		if got := text(t, h, live); got != c.text {
			t.Errorf("%s: was written:\n%s", name, got)
		}
	}
}

// The way out of a journal that cannot be read is a line to paste, and takes nothing from anybody.
func TestTheWayOutOfAnUnreadableJournal(t *testing.T) {
	h := machine(t)
	h.Env["HOME"] = "/home/ada's"
	for path, read := range map[string]func(*Store) error{
		"/home/ada's/.local/share/bkt/ephemeral.json":     func(s *Store) error { _, err := s.Live(); return err },
		"/home/ada's/.local/share/bkt/ephemeral-old.json": func(s *Store) error { _, err := s.Past(); return err },
	} {
		put(t, h, path, "{")
		var odd *UnreadableError
		if err := read(open(t, h)); !errors.As(err, &odd) {
			t.Fatalf("%s: %v", path, err)
		}
		code, hint := odd.Exit()
		if want := run.Quote([]string{"mv", h.Path(path), h.Path(path) + ".odd"}); code != 2 || hint != want || !strings.Contains(hint, `ada'\''s`) {
			t.Errorf("%s: %d, %s", path, code, hint)
		}
		if err := os.Rename(h.Path(path), h.Path(path)+".odd"); err != nil {
			t.Fatal(err)
		}
		if err := read(open(t, h)); err != nil {
			t.Errorf("%s, put aside: %v", path, err)
		}
	}
	if err := os.Symlink("elsewhere", h.Path("/home/ada's/.local/share/bkt/ephemeral.json")); err != nil {
		t.Fatal(err)
	}
	var odd *UnreadableError
	if _, err := open(t, h).Live(); !errors.As(err, &odd) {
		t.Errorf("a link: %v", err)
	}
}

func TestWhereThereIsNoPlace(t *testing.T) {
	h := machine(t)
	never := func(string) bool { return false }
	if _, err := Open(t.Context(), &host.Host{Root: h.Root}, never); err == nil || !strings.Contains(err.Error(), "HOME is not set") {
		t.Error(err)
	}
	for _, id := range []string{"", "\n", "../../etc/passwd", "a/b"} {
		put(t, h, "/proc/sys/kernel/random/boot_id", id)
		if _, err := Open(t.Context(), h, never); err == nil || !strings.HasPrefix(err.Error(), "this boot has no id") {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// Root in somebody else's home writes nothing, not even a folder: the owner could not read it.
func TestRootInSomebodyElsesHome(t *testing.T) {
	for _, made := range []string{"/home/ada", "/home/ada/.local/share/bkt"} {
		h := machine(t)
		if err := os.MkdirAll(h.Path(made), 0o700); err != nil {
			t.Fatal(err)
		}
		if os.Getuid() == 0 {
			if err := os.Chown(h.Path("/home/ada"), 1234, 1234); err != nil {
				t.Fatal(err)
			}
		}
		h.UID = 0
		s := open(t, h)
		_, records := s.Record(t.Context(), []Entry{did("dnf", "b", "", "1")})
		for _, err := range []error{records, s.Clear(t.Context(), nil), s.ClearAll(t.Context(), false), s.Foreign()} {
			if err == nil || !strings.HasPrefix(err.Error(), "'/home/ada") || !strings.HasSuffix(err.Error(), "is not root's: root keeps no journal there") {
				t.Errorf("%s: %v", made, err)
			}
		}
		if l, err := os.ReadDir(h.Path("/home/ada/.local/share/bkt")); len(l) > 0 || made == "/home/ada" && !os.IsNotExist(err) {
			t.Errorf("%s: %v, %v", made, l, err)
		}
		if _, err := s.Live(); err != nil {
			t.Error(err)
		}
	}
}

func TestALinkIsRefused(t *testing.T) {
	for _, target := range []string{"/elsewhere", "/nowhere"} {
		h := machine(t)
		put(t, h, "/elsewhere", "theirs")
		if err := os.MkdirAll(filepath.Dir(h.Path(live)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(h.Path(target), h.Path(live)); err != nil {
			t.Fatal(err)
		}
		s := open(t, h)
		_, reads := s.Live()
		_, writes := s.Record(t.Context(), []Entry{did("dnf", "b", "", "1")})
		for _, err := range []error{reads, writes} {
			if err == nil || !strings.Contains(err.Error(), "something that bkt did not put there") {
				t.Errorf("%s: %v", target, err)
			}
		}
		if text(t, h, "/elsewhere") != "theirs" || h.Exists("/nowhere") {
			t.Error("the link was followed")
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"boot_id": "a", "created_at": "t", "changes": []}`)
	f.Add(`{"boot_id": "a", "deployment": "d", "created_at": "t", "x": 1, "changes": [{"id": "a", "timestamp": "t", "command": "c",
		"subsystem": "dnf", "action": "update", "item": "a", "scope": "user", "before": {}, "after": {"v": "1"}, "want": null, "y": [2]}]}`)
	f.Fuzz(func(t *testing.T, in string) {
		j, err := Parse("x", []byte(in))
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") || !strings.HasPrefix(err.Error(), "x:") {
				t.Errorf("%q", err)
			}
			return
		}
		b, err := j.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse("x", b)
		if err != nil || len(again.Changes) != len(j.Changes) {
			t.Fatalf("%v\n%s", err, b)
		}
		if c, err := again.Marshal(); err != nil || !bytes.Equal(b, c) {
			t.Errorf("%v\n%s\n%s", err, b, c)
		}
		for _, n := range Fold(j.Changes) {
			if n.Key.ID == "" || len(n.IDs) == 0 || !n.Before.Known() || !n.After.Known() {
				t.Errorf("%+v", n)
			}
		}
	})
}
