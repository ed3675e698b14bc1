package remotes

import (
	"bytes"
	"strings"
	"testing"

	"bkt/test/fake"
)

func TestCanonicalURL(t *testing.T) {
	for s, want := range map[string]string{
		"https://dl.flathub.org/repo/":                              "https://dl.flathub.org/repo",
		"https://dl.flathub.org/repo":                               "https://dl.flathub.org/repo",
		"https://dl.flathub.org/repo/flathub.flatpakrepo":           "https://dl.flathub.org/repo",
		"https://dl.flathub.org/beta-repo/flathub-beta.flatpakrepo": "https://dl.flathub.org/beta-repo",
		"https://nightly.gnome.org/gnome-nightly.flatpakrepo":       "https://nightly.gnome.org/repo",
		"https://nightly.gnome.org/repo/":                           "https://nightly.gnome.org/repo",
		"https://flatpak.elementary.io/repo.flatpakrepo":            "https://flatpak.elementary.io/repo",
		"file:///srv/repo//":                                        "file:///srv/repo",
		"oci+https://flatpaks.example.test#testing":                 "oci+https://flatpaks.example.test#testing",
		"https://example.test/a/b/c.flatpakrepo":                    "https://example.test/a/b",
		"https://example.test/a/.flatpakrepo/":                      "https://example.test/a",
	} {
		if got := CanonicalURL(s); got != want || CanonicalURL(got) != got {
			t.Errorf("%s: got %s, want %s", s, got, want)
		}
	}
	for _, k := range known {
		if got := CanonicalURL(Spelling(k.repo)); got != k.repo || got != CanonicalURL(k.repo+"/") {
			t.Errorf("%s is written as what means %s", k.repo, got)
		}
	}
}

func TestCanonicalKeys(t *testing.T) {
	exported, ring := []byte(fake.Fixture(t, "exported.gpg")), []byte(fake.Fixture(t, "signed.trustedkeys.gpg"))
	got, err := CanonicalKeys(ring)
	if err != nil || !bytes.Equal(got, exported) || bytes.Equal(ring, exported) {
		t.Errorf("%d bytes of %d, want %d: %v", len(got), len(ring), len(exported), err)
	}
	for want, b := range map[string][]byte{
		"it is empty":                         {},
		"it is not OpenPGP":                   []byte("KBX"),
		"it is cut off":                       exported[:len(exported)-1],
		"it does not begin with a public key": exported[272:],
		"a packet has no length":              {0x9b, 1, 2, 3, 4, 5, 6, 7},
	} {
		if got, err := CanonicalKeys(b); got != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %x, %v, want %q", got, err, want)
		}
	}
	body := bytes.Repeat([]byte{7}, 200)
	for name, b := range map[string][]byte{
		"new, one octet": append([]byte{0xc6, 100}, body[:100]...), "new, two octets": append([]byte{0xc6, 192, 8}, body...),
		"new, five octets": append([]byte{0xc6, 255, 0, 0, 0, 200}, body...), "old, four octets": append([]byte{0x9a, 0, 0, 0, 200}, body...),
	} {
		if got, err := CanonicalKeys(append(b, 0xcc, 1, 0)); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: %x, %v", name, got, err)
		}
	}
}

func FuzzKeys(f *testing.F) {
	f.Add([]byte(fake.Fixture(f, "exported.gpg")))
	f.Add([]byte(fake.Fixture(f, "signed.trustedkeys.gpg")))
	f.Add([]byte{0xc6, 192, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		once, err := CanonicalKeys(b)
		if err != nil {
			return
		}
		if twice, err := CanonicalKeys(once); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%x becomes %x, %v", once, twice, err)
		}
	})
}
