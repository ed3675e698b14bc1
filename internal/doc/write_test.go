package doc

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestWriteIsCanonical(t *testing.T) {
	s := &State{
		Host: Host{Hostname: "a&b<c>\u2028"},
		Items: []Item{
			{Subsystem: "flatpak", ID: "b", Attrs: Attrs{}.Set("z", true).Set("a", []string{"y", "x"})},
			{Subsystem: "flatpak", ID: "a", Scope: "user", Attrs: Attrs{}},
			{Subsystem: "dnf", ID: "z", Attrs: Attrs{}},
			{Subsystem: "flatpak", ID: "a", Attrs: Attrs{}},
		},
		Subsystems: map[string]Collected{"flatpak": {Status: OK, Present: []Present{}}, "dnf": {Status: OK}},
	}
	const want = `{
  "kind": "bkt.state/v1",
  "host": {
    "hostname": "a&b<c>` + "\u2028" + `"
  },
  "items": [
    {
      "subsystem": "dnf",
      "id": "z",
      "attrs": {}
    },
    {
      "subsystem": "flatpak",
      "id": "a",
      "attrs": {}
    },
    {
      "subsystem": "flatpak",
      "id": "b",
      "attrs": {
        "a": [
          "y",
          "x"
        ],
        "z": true
      }
    },
    {
      "subsystem": "flatpak",
      "id": "a",
      "scope": "user",
      "attrs": {}
    }
  ],
  "unmanaged": [],
  "subsystems": {
    "dnf": {
      "status": "ok"
    },
    "flatpak": {
      "status": "ok",
      "present": []
    }
  }
}
`
	var b bytes.Buffer
	if err := Write(&b, s); err != nil || b.String() != want {
		t.Errorf("got %s, %v", b.String(), err)
	}
}

func TestEveryListIsSorted(t *testing.T) {
	change := func(id string) Change { return Change{Action: Add, Subsystem: "dnf", ID: id, Have: Has(nil)} }
	file := func(p string) File { return File{Path: p, Mode: "100644"} }
	side := Has(nil)
	for _, d := range []Document{
		&State{Host: Host{Hostname: "h"}, Unmanaged: []Unmanaged{{Subsystem: "s", ID: "b"}, {Subsystem: "s", ID: "a"}},
			Subsystems: map[string]Collected{"s": {Status: OK, Present: []Present{{ID: "b"}, {ID: "a"}},
				Applied: []Applied{{ID: "b", Want: side, Have: side}, {ID: "a", Want: side, Have: side}}}}},
		&Changes{Host: Host{Hostname: "h"}, Changes: []Change{change("b"), change("a")},
			Unmanaged: []Unmanaged{{Subsystem: "s", ID: "b"}, {Subsystem: "s", ID: "a"}}},
		&Files{Changes: []Change{change("b"), change("a")}, Files: []File{file("manifests/b"), file("manifests/a")}},
		&PR{State: Created, Changes: []Change{change("b"), change("a")}},
	} {
		b, err := Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range strings.Split(string(b), "[\n")[1:] {
			if first, second := strings.Index(l, `a"`), strings.Index(l, `b"`); first < 0 || second < first {
				t.Errorf("not sorted: %s", l)
			}
		}
	}
}

func TestSettledIsSorted(t *testing.T) {
	for _, d := range []Document{
		&Changes{Host: Host{Hostname: "h"}, Settled: []string{"b", "a"}},
		&Files{Settled: []string{"b", "a"}},
		&PR{State: Created, Settled: []string{"b", "a"}},
	} {
		b, err := Marshal(d)
		if err != nil || !strings.Contains(string(b), "\"settled\": [\n    \"a\",\n    \"b\"\n  ]") {
			t.Errorf("%s, %v", b, err)
		}
	}
}

func TestWriteNeverWritesNull(t *testing.T) {
	for _, d := range []Document{&State{Host: Host{Hostname: "h"}}, &Changes{Host: Host{Hostname: "h"}}, &Files{}, &PR{State: Pushed}} {
		b, err := Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if s := strings.Replace(string(b), `"base": null`, "", 1); strings.Contains(s, "null") {
			t.Error(s)
		}
		if !bytes.HasPrefix(b, []byte("{\n  \"kind\": \"bkt.")) || !bytes.HasSuffix(b, []byte("\n}\n")) {
			t.Errorf("%s", b)
		}
	}
}

// full fails when it is written to.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// never fails the test when it is written to.
type never struct{ t *testing.T }

func (n never) Write(b []byte) (int, error) {
	n.t.Errorf("wrote %s", b)
	return len(b), nil
}

func TestWriteIsAllOrNothing(t *testing.T) {
	if err := Write(full{}, &PR{State: Created}); err == nil || err.Error() != "no space left on device" {
		t.Error(err)
	}
	for _, d := range []Document{
		&State{},
		&Changes{},
		&PR{},
		&Files{Files: []File{{Path: "../x", Mode: "100644"}}},
		&State{Host: Host{Hostname: "\xff"}},
		&Changes{Host: Host{Hostname: "h"}, Changes: []Change{{Action: Add, Subsystem: "dnf", ID: "x"}}},
	} {
		if Write(never{t}, d) == nil {
			t.Errorf("%+v was written", d)
		}
	}
}
