package flatpakremote

import (
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

func TestWarn(t *testing.T) {
	for url, want := range map[string]string{
		"https://dl.flathub.org/repo":                     "",
		"https://dl.flathub.org/repo/flathub.flatpakrepo": "",
		"file:///srv/repo":                                "a folder of this machine",
		"https://apps.example.test/repo":                  "not verified by a key",
	} {
		got := Subsystem{}.Warn(doc.Item{ID: "x", Attrs: doc.Attrs{}.Set("url", url)}, subsystem.Manifests{})
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q", url, got)
		}
	}
	keyed := doc.Attrs{}.Set("url", "https://apps.example.test/repo").Set("gpg_key", "AAAA")
	if got := (Subsystem{}).Warn(doc.Item{ID: "x", Attrs: keyed}, subsystem.Manifests{}); got != "" {
		t.Errorf("with a key: %q", got)
	}
}
