package shim

import (
	"bytes"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

const manifestPath = "manifests/host-shims.json"

func TestParse(t *testing.T) {
	in := `{"$schema": "x", "shims": [{"name": "podman"}, {"name": "docker", "host": "podman", "x": 1}, {"name": "podman", "host": "podman"}]}`
	got, err := Subsystem{}.Parse(manifestPath, []byte(in))
	want := []doc.Item{item("podman", "podman"), item("docker", "podman")}
	if err != nil || len(got) != 2 || got[0].Key() != want[0].Key() || got[1].Key() != want[1].Key() ||
		!got[0].Attrs.Equal(want[0].Attrs) || !got[1].Attrs.Equal(want[1].Attrs) {
		t.Errorf("%v, %v", got, err)
	}
	if l, err := (Subsystem{}).Parse(manifestPath, Subsystem{}.New()); err != nil || len(l) != 0 {
		t.Errorf("a new one: %v, %v", l, err)
	}
	for in, want := range map[string]string{
		"":                                       ":1:1: ",
		"{}":                                     `:1:1: "shims" is missing`,
		`{"shims": null}`:                        ":1:11: shims: ",
		`{"shims": ["podman"]}`:                  ":1:12: shims: ",
		`{"shims": [{"host": "x"}]}`:             `:1:12: "name" is missing`,
		`{"shims": [{"name": "x", "host": 1}]}`:  ":1:34: host: ",
		`{"shims": [{"name": "x", "host": ""}]}`: ":1:21: shims: shim 'x' has the host",
		`{"shims": [{"name": "sh"}]}`:            ":1:21: shims: 'sh' cannot be a shim",
		`{"shims": [{"name": "../x"}]}`:          `:1:21: shims: "../x" is not a name`,
		`{"shims": [{"name": "x", "host": "podman run"}]}`:       ":1:21: shims: shim 'x' has the host \"podman run\"",
		`{"shims": [{"name": "x"}, {"name": "x", "host": "y"}]}`: ":1:27: shims: 'x' is there twice",
	} {
		l, err := Subsystem{}.Parse(manifestPath, []byte(in))
		if err == nil || !strings.HasPrefix(err.Error(), manifestPath+":") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", in, l, err, want)
		}
	}
}

func set(name, host string) subsystem.Edit { return subsystem.Edit{Item: item(name, host)} }
func gone(name string) subsystem.Edit {
	return subsystem.Edit{Item: doc.Item{Subsystem: Name, ID: name}, Remove: true}
}

const sample = `{
  "shims": [
    { "name": "docker", "host": "podman" },
    { "name": "podman", "host": "podman" },
    { "name": "toolbox" }
  ]
}
`

func TestEdit(t *testing.T) {
	swap := func(old, new string) string {
		if !strings.Contains(sample, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(sample, old, new, 1)
	}
	for _, c := range []struct {
		name  string
		edits []subsystem.Edit
		want  string
	}{
		{"nothing", nil, sample},
		{"already so", []subsystem.Edit{set("docker", "podman"), set("podman", "podman"), set("toolbox", "toolbox"), gone("x")}, sample},
		{"a new one", []subsystem.Edit{set("flatpak", "flatpak")}, swap("    { \"name\": \"podman\"", "    { \"name\": \"flatpak\" },\n    { \"name\": \"podman\"")},
		{"a new one with a host", []subsystem.Edit{set("vi", "vim")}, swap("{ \"name\": \"toolbox\" }", "{ \"name\": \"toolbox\" },\n    { \"name\": \"vi\", \"host\": \"vim\" }")},
		{"another host", []subsystem.Edit{set("docker", "/usr/bin/docker")}, swap(`"docker", "host": "podman"`, `"docker", "host": "/usr/bin/docker"`)},
		{"its own name as host", []subsystem.Edit{set("docker", "docker")}, swap(`"docker", "host": "podman"`, `"docker"`)},
		{"gone", []subsystem.Edit{gone("toolbox"), gone("docker")}, "{\n  \"shims\": [\n    { \"name\": \"podman\", \"host\": \"podman\" }\n  ]\n}\n"},
	} {
		got, err := Subsystem{}.Edit(manifestPath, []byte(sample), c.edits)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
			continue
		}
		if again, err := (Subsystem{}).Edit(manifestPath, got, c.edits); err != nil || !bytes.Equal(got, again) {
			t.Errorf("%s, a second time: %v\n%s", c.name, err, again)
		}
	}
	for _, e := range []subsystem.Edit{set("sh", "sh"), set("x", "a b"), gone("../x")} {
		if got, err := (Subsystem{}).Edit(manifestPath, []byte(sample), []subsystem.Edit{e}); err == nil {
			t.Errorf("%+v:\n%s", e, got)
		}
	}
}

func FuzzCodec(f *testing.F) {
	f.Add(sample, "docker", "podman", false)
	f.Add(sample, "podman", "x", true)
	f.Add(string(Subsystem{}.New()), "g++", "g++", false)
	f.Fuzz(func(t *testing.T, in, name, to string, remove bool) {
		before, err := Subsystem{}.Parse(manifestPath, []byte(in))
		if err != nil {
			if !strings.HasPrefix(err.Error(), manifestPath+":") {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		e := subsystem.Edit{Item: item(name, to), Remove: remove}
		out, err := Subsystem{}.Edit(manifestPath, []byte(in), []subsystem.Edit{e})
		if ok := (Subsystem{}).Validate(e.Item) == nil; ok != (err == nil) {
			t.Fatalf("valid %v, error %v", ok, err)
		}
		if err != nil {
			return
		}
		want := map[string]string{}
		for _, i := range before {
			want[i.ID] = hostOf(i)
		}
		if want[name] = hostOf(e.Item); remove {
			delete(want, name)
		}
		after, err := Subsystem{}.Parse(manifestPath, out)
		if err != nil || len(after) != len(want) {
			t.Fatalf("%v\n%v\n%s", err, after, out)
		}
		for _, i := range after {
			if want[i.ID] != hostOf(i) {
				t.Errorf("%s calls %s, want %s", i.ID, hostOf(i), want[i.ID])
			}
		}
		if again, err := (Subsystem{}).Edit(manifestPath, out, []subsystem.Edit{e}); err != nil || !bytes.Equal(again, out) {
			t.Errorf("not the same a second time: %v\n%s\n%s", err, out, again)
		}
	})
}
