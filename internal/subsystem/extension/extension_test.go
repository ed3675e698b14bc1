package extension

import (
	"net/url"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// all of the interfaces that this subsystem is meant to have.
var _ interface {
	subsystem.Subsystem
	subsystem.Capturer
	subsystem.Codec
	subsystem.Planner
	subsystem.Follower
	subsystem.Imager
	subsystem.Attributer
	subsystem.Describer
} = Subsystem{}

func TestValidate(t *testing.T) {
	for _, uuid := range []string{"clipboard@tudmotu.com", "a", "user-theme@gnome-shell-extensions.gcampax.github.com", "x+y_z@w", "1.2"} {
		if err := (Subsystem{}).Validate(item(uuid, true)); err != nil {
			t.Error(err)
		}
	}
	for _, uuid := range []string{"", ".", "..", ".hidden", "-x", "a/b", "../a", "a b", "a\n", "é@x", "a\x00", "a;b", strings.Repeat("a", 256)} {
		if err := (Subsystem{}).Validate(item(uuid, true)); err == nil || strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%q: error %v", uuid, err)
		}
	}
	for _, i := range []doc.Item{{ID: "a", Scope: "user"}, {ID: "a", Attrs: doc.Attrs{}.Set(enabled, "true")}, {ID: "a", Attrs: doc.Attrs{enabled: []byte("null")}}} {
		if err := (Subsystem{}).Validate(i); err == nil {
			t.Errorf("%v is valid", i)
		}
	}
}

func TestInImage(t *testing.T) {
	image := map[string]doc.Attrs{"on": item("on", true).Attrs, "off": item("off", false).Attrs}
	for _, c := range []struct {
		uuid string
		want bool
		is   subsystem.Answer
	}{
		{"on", true, subsystem.Yes}, {"on", false, subsystem.No}, {"off", true, subsystem.No}, {"off", false, subsystem.Yes},
		{"none", true, subsystem.No}, {"none", false, subsystem.Yes},
	} {
		if got := (Subsystem{}).InImage(item(c.uuid, c.want), func(_, id string) (doc.Attrs, bool) { a, ok := image[id]; return a, ok }); got != c.is {
			t.Errorf("%s wanted %v: %v", c.uuid, c.want, got)
		}
	}
}

func TestAfter(t *testing.T) {
	task := func(v subsystem.Verb, on bool) subsystem.Task { return subsystem.Task{Verb: v, Item: item("a", on)} }
	for want, tasks := range map[string][]subsystem.Task{
		"": {task(subsystem.Set, true), task(subsystem.Remove, true), task(subsystem.Install, false)},
		"log out and in again to load 1 new extension":  {task(subsystem.Install, true), task(subsystem.Set, true)},
		"log out and in again to load 2 new extensions": {task(subsystem.Install, true), task(subsystem.Install, true)},
	} {
		if got := (Subsystem{}).After(tasks); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]string{
		"GNOME Shell 43.9\n": "43", "43.9": "43", "49.0": "49", "GNOME Shell 50.alpha\n": "50", "3.38.4": "3.38", "GNOME Shell 3.36.9": "3.36", "47~rc": "47", "48": "48",
	} {
		if got, err := parseVersion(text); got != want || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "package gnome-shell is not installed", "GNOME Shell", "x43", "43 44", "43&x=1"} {
		if got, err := parseVersion(bad); err == nil {
			t.Errorf("%q: %q", bad, got)
		}
	}
}

func TestParseInfo(t *testing.T) {
	base, err := url.Parse("https://extensions.example.test/base/")
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseInfo([]byte(`{"uuid": "a@b", "download_url": "/download-extension/a@b.shell-extension.zip?version_tag=1", "pk": 3}`), base, "a@b")
	if want := "https://extensions.example.test/download-extension/a@b.shell-extension.zip?version_tag=1"; got != want || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	for _, bad := range []string{
		``, `[]`, `{}`, `{"uuid": "a@b"}`, `{"uuid": "c@b", "download_url": "/x"}`, `{"uuid": "a@b", "download_url": "//evil.test/x"}`,
		`{"uuid": "a@b", "download_url": "http://extensions.example.test/x"}`, `{"uuid": "a@b", "download_url": "https://extensions.example.test:8443/x"}`,
		`{"uuid": "a@b", "download_url": "https://u@extensions.example.test/x"}`, `{"uuid": "a@b", "download_url": "file:///x"}`, `{"uuid": "a@b", "download_url": "%zz"}`,
	} {
		if got, err := parseInfo([]byte(bad), base, "a@b"); err == nil {
			t.Errorf("%s: %s", bad, got)
		}
	}
}
