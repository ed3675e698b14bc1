package doc

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// state is a small document with one of everything; tests break it in one place.
const state = `{
  "kind": "bkt.state/v1",
  "host": {
    "hostname": "desktop"
  },
  "items": [
    {
      "subsystem": "flatpak",
      "id": "org.gnome.Maps",
      "scope": "user",
      "attrs": {
        "remote": "flathub"
      }
    }
  ],
  "unmanaged": [
    {
      "subsystem": "dnf",
      "id": "zoom",
      "reason": "a local rpm"
    }
  ],
  "subsystems": {
    "flatpak": {
      "status": "ok",
      "count": 1,
      "present": [
        {
          "id": "org.mozilla.firefox",
          "scope": "system"
        }
      ],
      "applied": [
        {
          "id": "org.gnome.Maps",
          "scope": "user",
          "want": {
            "remote": "flathub"
          },
          "have": null,
          "owned": true
        }
      ]
    }
  }
}
`

const changes = `{
  "kind": "bkt.changes/v1",
  "host": {
    "hostname": "desktop"
  },
  "subsystems": {
    "flatpak": {
      "status": "ok"
    }
  },
  "changes": [
    {
      "action": "update",
      "class": "changed-here",
      "subsystem": "flatpak",
      "id": "org.gnome.Maps",
      "want": {
        "remote": "fedora"
      },
      "have": {
        "remote": "flathub"
      }
    }
  ]
}
`

const files = `{
  "kind": "bkt.files/v1",
  "host": {
    "hostname": "desktop"
  },
  "base": null,
  "title": "flatpak: add Maps",
  "changes": [],
  "files": [
    {
      "path": "manifests/flatpak-apps.json",
      "base": null,
      "content": "{}\n",
      "mode": "100644"
    }
  ]
}
`

const pr = `{
  "kind": "bkt.pr/v1",
  "branch": "bkt/desktop-0a92e5",
  "commit": "",
  "url": "",
  "state": "unchanged",
  "changes": [],
  "settled": []
}
`

func all() []Document { return []Document{&State{}, &Changes{}, &Files{}, &PR{}} }

func TestWhatIsReadIsWrittenBack(t *testing.T) {
	for _, text := range []string{state, changes, files, pr} {
		d, err := Read("stdin", strings.NewReader(text), all()...)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Marshal(d)
		if err != nil || string(b) != text {
			t.Errorf("got %s, %v", b, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ name, doc, old, new, want string }{
		{"garbage", state, state, "hello", "stdin:1:1: invalid character 'h' at start of value"},
		{"cut off", state, state, state[:len(state)/2], "the document is cut off"},
		{"doubled", state, state, state + state, "stdin:47:1: invalid character '{' after top-level value"},
		{"trailing", state, state, state + "x", "stdin:47:1: "},
		{"byte order mark", state, "{\n  \"kind\"", "\ufeff{\n  \"kind\"", "stdin:1:1: invalid character"},
		{"NUL byte", state, `"desktop"`, "\"a\x00\"", "stdin:4:19: invalid character '\\x00' in string"},
		{"not UTF-8", state, `"desktop"`, "\"\xff\"", "stdin:4:18: invalid UTF-8"},
		{"list", state, state, "[]", "stdin:1:"},
		{"no kind", state, `  "kind": "bkt.state/v1",`, "", "stdin is not a document of bkt: it has no kind"},
		{"odd kind", state, `"bkt.state/v1"`, "1", "stdin is not a document of bkt: it has no kind"},
		{"control characters in the kind", state, `bkt.state/v1`, `\u001b[2J`, `stdin is "\x1b[2J", this program reads bkt.state/v1 or `},
		{"long kind", state, `bkt.state/v1`, strings.Repeat("x", 100), "stdin is " + strings.Repeat("x", 60) + "…, this"},
		{"duplicate key", state, `"scope": "user",`, `"id": "x",`, `stdin:10:7: duplicate key "id"`},
		{"duplicate key in a value", state, `"remote": "flathub"`, `"x": {"y": 1, "y": 2}`, `stdin:12:23: duplicate key "y"`},
		{"duplicate kind", state, `"items"`, `"kind"`, `stdin:6:3: duplicate key "kind"`},
		{"number for text", state, `"org.gnome.Maps",`, "5,", "stdin:9:"},
		{"text for a list", state, `"items": [`, `"items": "x", "y": [`, "stdin:6:"},
		{"list for an object", state, `"attrs": {`, `"attrs": [], "y": {`, "stdin:11:"},
		{"text for a truth", state, `"owned": true`, `"owned": "yes"`, "stdin:41:20: /subsystems/flatpak/applied/0/owned: string does not belong here"},
		{"huge count", state, `"count": 1`, `"count": 99999999999999999999`, "stdin:26:16: /subsystems/flatpak/count: value out of range"},
		{"fraction", state, `"count": 1`, `"count": 1.5`, "stdin:26:16: /subsystems/flatpak/count: "},
		{"null list", state, `"items": [`, `"items": null, "y": [`, "stdin:6:12: /items: null does not belong here"},
		{"null map", state, `"subsystems": {`, `"subsystems": null, "y": {`, "/subsystems: null does not belong here"},
		{"null text", state, `"scope": "user",`, `"scope": null,`, "/items/0/scope: null does not belong here"},
		{"null count", state, `"count": 1`, `"count": null`, "/subsystems/flatpak/count: null does not belong here"},
		{"null item", state, `"items": [`, `"items": [null,`, "stdin:6:13: /items/0: null does not belong here"},
		{"null attrs", state, `"attrs": {`, `"attrs": null, "y": {`, "/items/0/attrs: null does not belong here"},
		{"null host", state, `"host": {`, `"host": null, "y": {`, "/host: null does not belong here"},
		{"null subsystem", state, `"flatpak": {`, `"flatpak": null, "y": {`, "/subsystems/flatpak: null does not belong here"},
		{"control characters in a name", state, `"flatpak": {`, `"\u001b[2J": null, "y": {`, `"/subsystems/\x1b[2J": null does not belong here`},
		{"no items", state, `"items"`, `"itemz"`, "stdin:46:1: items is missing"},
		{"no subsystems", state, `"subsystems"`, `"Subsystems"`, "subsystems is missing"},
		{"no reason", state, `"reason"`, `"raison"`, "stdin:21:5: /unmanaged/0: reason is missing"},
		{"no owned", state, `"owned"`, `"own"`, "owned is missing"},
		{"no have", state, `"have"`, `"has"`, "have is missing"},
		{"no host", state, `"host"`, `"hosts"`, "host is missing"},
		{"no hostname", state, `"desktop"`, `""`, "stdin: /host/hostname: missing"},
		{"no id", state, `"org.gnome.Maps",`, `"",`, "stdin: /items/0/id: missing"},
		{"no subsystem", state, `"flatpak",`, `"",`, "stdin: /items/0/subsystem: missing"},
		{"unmanaged without id", state, `"zoom"`, `""`, "stdin: /unmanaged/0/id: missing"},
		{"present without id", state, `"org.mozilla.firefox"`, `""`, "stdin: /subsystems/flatpak/present/0/id: missing"},
		{"applied without id", state, "[\n        {\n          \"id\": \"org.gnome.Maps\"", "[\n{\"id\": \"\"", "stdin: /subsystems/flatpak/applied/0: needs id, want and have"},
		{"item twice", state, `"items": [`, `"items": [{"subsystem": "flatpak", "id": "org.gnome.Maps", "scope": "user", "attrs": {}},`, "stdin: /items/1: flatpak org.gnome.Maps stands twice"},
		{"status", state, `"ok"`, `"fine"`, "stdin: /subsystems/flatpak/status: 'fine' is not ok, unavailable or failed"},
		{"negative count", state, `"count": 1`, `"count": -1`, "stdin: /subsystems/flatpak/count: -1 is below nothing"},
		{"count of a failure", strings.Replace(state, `"subsystem": "flatpak"`, `"subsystem": "dnf"`, 1), `"ok"`, `"failed"`, "stdin: /subsystems/flatpak/count: nothing was counted, its status is failed"},
		{"items of a failure", state, "\"ok\",\n      \"count\": 1", `"failed"`, "stdin: /items/0: nothing is known of flatpak, its status is failed"},

		{"changes without host", changes, `"desktop"`, `""`, "stdin: /host/hostname: missing"},
		{"status of changes", changes, `"ok"`, `""`, "stdin: /subsystems/flatpak/status: '' is not ok"},
		{"change without id", changes, `"org.gnome.Maps"`, `""`, "stdin: /changes/0/id: missing"},
		{"action", changes, `"update"`, `"upgrade"`, "stdin: /changes/0/action: 'upgrade' is not add, remove or update"},
		{"remove what is there", changes, `"update"`, `"remove"`, "stdin: /changes/0/have: does not fit the action remove"},
		{"add of nothing", changes, "\"have\": {\n        \"remote\": \"flathub\"\n      }", `"have": null`, "stdin: /changes/0/have: does not fit the action update"},
		{"update of nothing", changes, "\"want\": {\n        \"remote\": \"fedora\"\n      }", `"want": null`, "stdin: /changes/0/want: does not fit the action update"},
		{"change without have", changes, `"have"`, `"has"`, "have is missing"},
		{"class", changes, `"changed-here"`, `"changed"`, "stdin: /changes/0/class: 'changed' is not a class"},
		{"class of the wrong sides", changes, `"changed-here"`, `"missing"`, "stdin: /changes/0/class: missing does not fit want and have"},
		{"class without a base", strings.Replace(changes, "changed-here", "conflict", 1), `"want"`, `"wants"`, "stdin: /changes/0/class: conflict does not fit want and have"},
		{"here", changes, `"class"`, `"here": "there", "class"`, "stdin: /changes/0/here: 'there' is not done or already"},
		{"stage", changes, `"class"`, `"stage": "shipped", "class"`, "stdin: /changes/0/stage: 'shipped' is not proposed, declined or merged"},
		{"change twice", changes, `"changes": [`, `"changes": [{"action": "add", "subsystem": "flatpak", "id": "org.gnome.Maps", "have": {}},`, "stdin: /changes/1: flatpak org.gnome.Maps stands twice"},
		{"want is a number", changes, `"want": {`, `"want": 5, "y": {`, "stdin:17:15: /changes/0/want: "},

		{"path", files, "manifests/flatpak-apps.json", "/etc/shadow", "stdin: /files/0/path: '/etc/shadow' is not a file that bkt writes"},
		{"file twice", files, `"files": [`, `"files": [{"path": "manifests/flatpak-apps.json", "base": null, "content": null, "mode": "100644"},`, "stdin: /files/1: 'manifests/flatpak-apps.json' stands twice"},
		{"symlink", files, "100644", "120000", "stdin: /files/0/mode: '120000' is not 100644 or 100755"},
		{"submodule", files, "100644", "160000", "stdin: /files/0/mode: '160000' is not 100644 or 100755"},
		{"binary", files, `"{}\n"`, `"a\u0000b"`, "stdin: /files/0/content: 'manifests/flatpak-apps.json' is not text"},
		{"commit", files, `"base": null,` + "\n  \"title\"", `"base": "--upload-pack=x", "title"`, "stdin: /base: '--upload-pack=x' is not a commit id"},
		{"blob", files, `"base": null,` + "\n      \"content\"", `"base": "HEAD:x", "content"`, "stdin: /files/0/base: 'HEAD:x' is not a blob id"},
		{"files without base", files, `"base": null,` + "\n  \"title\"", `"title"`, "base is missing"},
		{"file without content", files, `"content"`, `"contents"`, "content is missing"},
		{"change in files", files, `"changes": [`, `"changes": [{"action": "add", "subsystem": "", "id": "x", "have": {}}`, "stdin: /changes/0/subsystem: missing"},

		{"state of a pull request", pr, `"unchanged"`, `"merged"`, "stdin: /state: 'merged' is not created, updated, unchanged or pushed"},
		{"null settled", pr, `"settled": []`, `"settled": null`, "/settled: null does not belong here"},
		{"null in settled", pr, `"settled": []`, `"settled": [null]`, "/settled/0: null does not belong here"},
		{"change in a pull request", pr, `"changes": []`, `"changes": [{"action": "add", "subsystem": "dnf", "id": "htop", "have": null}]`, "stdin: /changes/0/have: does not fit the action add"},
	} {
		broken := strings.Replace(c.doc, c.old, c.new, 1)
		if broken == c.doc {
			t.Errorf("%s: nothing to replace", c.name)
		}
		_, err := Read("stdin", strings.NewReader(broken), all()...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		} else if strings.ContainsAny(err.Error(), "\n\x1b\x00") {
			t.Errorf("%s: %q is not one clean line", c.name, err)
		}
	}
}

func TestAnEmptyStdinIsAFailureUpstream(t *testing.T) {
	for _, text := range []string{"", " \n\t\n"} {
		_, err := Read("stdin", strings.NewReader(text), all()...)
		if !errors.Is(err, ErrEmpty) || err.Error() != "stdin is empty: the program before this one failed, or wrote nothing" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestReadSaysWhatItReads(t *testing.T) {
	for _, c := range []struct {
		kind, want string
		reads      []Document
	}{
		{"bkt.state/v2", "stdin is bkt.state/v2, this program reads v1", []Document{&State{}}},
		{"bkt.state/v2", "stdin is bkt.state/v2, this program reads v1", []Document{&Changes{}, &State{}}},
		{"bkt.files/v1", "stdin is bkt.files/v1, this program reads bkt.state/v1 or bkt.changes/v1", []Document{&State{}, &Changes{}}},
		{"bkt.states/v1", "stdin is bkt.states/v1, this program reads bkt.state/v1", []Document{&State{}}},
		{"bkt.state", "stdin is bkt.state, this program reads bkt.state/v1", []Document{&State{}}},
		{"List", "stdin is List, this program reads bkt.pr/v1", []Document{&PR{}}},
	} {
		_, err := Read("stdin", strings.NewReader(strings.Replace(state, StateKind, c.kind, 1)), c.reads...)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.kind, err, c.want)
		}
	}
}

func TestReadNamesItsSource(t *testing.T) {
	_, err := Read("drift.json", iotest.ErrReader(io.ErrClosedPipe), &State{})
	if !errors.Is(err, io.ErrClosedPipe) || !strings.HasPrefix(err.Error(), "cannot read drift.json: ") {
		t.Error(err)
	}
}

// blanks is more of nothing than a document may have.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestAnEndlessStdinEnds(t *testing.T) {
	_, err := Read("stdin", blanks{}, &State{})
	if err == nil || err.Error() != "stdin is larger than 64 MiB" {
		t.Error(err)
	}
}

func TestDeepNesting(t *testing.T) {
	nested := func(n int) string {
		return strings.Replace(state, `"flathub"`, strings.Repeat("[", n)+strings.Repeat("]", n), 1)
	}
	if _, err := Read("stdin", strings.NewReader(nested(1000)), &State{}); err != nil {
		t.Error(err)
	}
	_, err := Read("stdin", strings.NewReader(nested(1_000_000)), &State{})
	if err == nil || !strings.Contains(err.Error(), "exceeded max depth") {
		t.Error(err)
	}
}

func TestAnOddIDIsReadable(t *testing.T) {
	for _, id := range []string{`pkgconfig(foo)`, `/usr/bin/foo`, `\u001b[2J`, `a\nb`, `-y`, `../..`, `\u202ex`} {
		d, err := Read("stdin", strings.NewReader(strings.Replace(state, "org.gnome.Maps", id, 1)), &State{})
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		b, err := Marshal(d)
		if err != nil || strings.ContainsRune(string(b), 0x1b) {
			t.Errorf("%s: %v in %s", id, err, b)
		}
	}
}

func TestPositionStaysInside(t *testing.T) {
	b := []byte("ab\ncd")
	for at, want := range map[int][2]int{-1: {1, 1}, 0: {1, 1}, 2: {1, 3}, 3: {2, 1}, 5: {2, 3}, 99: {2, 3}} {
		if line, col := Position(b, at); line != want[0] || col != want[1] {
			t.Errorf("%d: %d:%d", at, line, col)
		}
	}
}

func TestLocateLeavesOtherErrorsAlone(t *testing.T) {
	if err := Locate("x.json", nil, io.ErrClosedPipe); err.Error() != "x.json: io: read/write on closed pipe" || !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}
