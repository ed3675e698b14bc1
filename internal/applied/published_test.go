package applied

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
)

func home(t *testing.T) *host.Host {
	t.Helper()
	return &host.Host{Root: t.TempDir(), Env: map[string]string{"HOME": "/home/ada"}}
}

const path = "/home/ada/.local/state/bkt/published.json"

func TestPublishedRoundTrip(t *testing.T) {
	h := home(t)
	p, err := LoadPublished(h, "")
	if p != nil || err != nil {
		t.Fatalf("nothing published: %+v, %v", p, err)
	}
	want := &Published{URL: "https://example.org/pull/12", Branch: "bkt/desktop-0a92e5",
		Changes: []doc.Change{
			{Action: doc.Add, Subsystem: "flatpak", Scope: "user", ID: "org.gnome.Maps", Want: doc.Absent(), Have: doc.Has(doc.Attrs{}.Set("remote", "flathub"))},
			{Action: doc.Remove, Subsystem: "karg", ID: "quiet", Have: doc.Absent()},
		},
		Declined: []doc.Change{{Action: doc.Add, Subsystem: "dnf", ID: "zoom", Want: doc.Absent(), Have: doc.Has(nil)}}}
	if err := SavePublished(h, want); err != nil {
		t.Fatal(err)
	}
	got, err := LoadPublished(h, "")
	if err != nil || got.URL != want.URL || got.Branch != want.Branch || len(got.Changes) != 2 || len(got.Declined) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, c := range want.Changes {
		g := got.Changes[i]
		if g.Key() != c.Key() || g.Action != c.Action || !g.Want.Equal(c.Want) || !g.Have.Equal(c.Have) {
			t.Errorf("%+v became %+v", c, g)
		}
	}
	if fi, err := os.Stat(h.Path(path)); err != nil || fi.Mode() != 0o600 {
		t.Errorf("%v, %v", fi, err)
	}
	if fi, err := os.Stat(filepath.Dir(h.Path(path))); err != nil || fi.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", fi, err)
	}
}

func TestPublishedKeepsWhatItDoesNotKnow(t *testing.T) {
	h := home(t)
	const text = `{
  "url": "",
  "branch": "b",
  "changes": [
    {
      "action": "add",
      "subsystem": "dnf",
      "id": "htop",
      "have": {},
      "later": 12345678901234567890
    }
  ],
  "later": null
}
`
	if err := h.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := h.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := LoadPublished(h, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := SavePublished(h, p); err != nil {
		t.Fatal(err)
	}
	if b, err := h.ReadFile(path); err != nil || string(b) != text {
		t.Errorf("%s, %v", b, err)
	}
}

func TestWhatAnotherDistributionGotIsNotPublishedHere(t *testing.T) {
	h := home(t)
	if err := SavePublished(h, &Published{Repo: "https://forge.example.test/a", Branch: "bkt/x"}); err != nil {
		t.Fatal(err)
	}
	if p, err := LoadPublished(h, "https://forge.example.test/b"); err != nil || p != nil {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := LoadPublished(h, "https://forge.example.test/a"); err != nil || p == nil || p.Branch != "bkt/x" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestPublishedErrors(t *testing.T) {
	h := home(t)
	if err := h.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"":                        path + ":1:1: ",
		"{":                       path + ":1:2: ",
		`{"url": "", "url": "x"}`: path + `:1:13: duplicate key "url"`,
		"{\n \"branch\": 5}":      path + ":2:12: ",
	} {
		if err := h.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if p, err := LoadPublished(h, ""); p != nil || err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
	homeless := &host.Host{Root: h.Root}
	if p, err := LoadPublished(homeless, ""); p != nil || err != nil {
		t.Errorf("%+v, %v", p, err)
	}
	if err := SavePublished(homeless, &Published{}); err == nil || err.Error() != "no home folder to keep what was published in: HOME is not set" {
		t.Error(err)
	}
}
