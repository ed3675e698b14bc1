package flatpakremote

import (
	"bytes"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/test/fake"
)

func TestParseRemotes(t *testing.T) {
	rows, err := parseRemotes([]byte(fake.Fixture(t, "remotes-extra.txt")), "")
	if err != nil || len(rows) != 6 || rows[5].Scope != "" || rows[5].Name != "third" || rows[0].Scope != "user" {
		t.Errorf("got %+v, %v", rows, err)
	}
	// flatpak says which installation only where it was asked about several.
	if rows, err := parseRemotes([]byte(fake.Fixture(t, "remotes-user.txt")), ""); err == nil {
		t.Errorf("a list of one installation, read as one of several: %+v", rows)
	}
	const good = "local\tfile:///srv/repo\t-\t-\t-\t1\tsystem,no-gpg-verify\tLocal test\n"
	rows, err = parseRemotes([]byte(good), "")
	if err != nil || len(rows) != 1 || rows[0].Scope != "system" || !rows[0].has("no-gpg-verify") || rows[0].has("system") {
		t.Fatalf("got %+v, %v", rows, err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"\t1\t", "\t", "line 1: 7 columns, not 8"},
		{"local\t", "-\t", "line 1: no name"},
		{"\tsystem,", "\tno-enumerate,", `"no-enumerate" is not an installation`},
		{"\tsystem,", "\tsystem (x,", `"system (x" is not an installation`},
		{"\tsystem,no-gpg-verify", "\t-", `"" is not an installation`},
		{"Local test", "\xff", "not UTF-8"},
		{"\n", "\n" + good, `line 2: "local" stands twice`},
	} {
		_, err := parseRemotes([]byte(strings.Replace(good, c.old, c.new, 1)), "")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: got %v, want %q", c.new, c.old, err, c.want)
		}
	}
	if rows, err := parseRemotes([]byte("a\thttps://x.test\t-\t-\t-\t1\t-\t-\n"), "user"); err != nil || rows[0].Scope != "user" || rows[0].has("user") {
		t.Errorf("got %+v, %v", rows, err)
	}
}

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
		if got := canonicalURL(s); got != want || canonicalURL(got) != got {
			t.Errorf("%s: got %s, want %s", s, got, want)
		}
	}
	for repo := range known {
		if got := canonicalURL(spelling(repo)); got != repo || got != canonicalURL(repo+"/") {
			t.Errorf("%s is written as what means %s", repo, got)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, i := range []doc.Item{
		remote("user", "flathub", "https://dl.flathub.org/repo/"), remote("system", "1_a-b.c", "file:///srv/my%20repo"),
		remote("user", "fedora", "oci+https://flatpaks.example.test#testing"), remote("user", "l", "http://127.0.0.1:8000/repo"),
		with(with(remote("user", "a", "http://x.test"), "gpg_key", key(t)), "filtered", false), {ID: "a", Scope: "user"},
	} {
		if err := (Subsystem{}).Validate(i); err != nil {
			t.Errorf("%s: %v", i.ID, err)
		}
	}
	for want, change := range map[string]func(*doc.Item){
		`"" is not a name`:                    func(i *doc.Item) { i.ID = "" },
		`"--system" is not a name`:            func(i *doc.Item) { i.ID = "--system" },
		`"a b" is not a name`:                 func(i *doc.Item) { i.ID = "a b" },
		`"a/b" is not a name`:                 func(i *doc.Item) { i.ID = "a/b" },
		`"../a" is not a name`:                func(i *doc.Item) { i.ID = "../a" },
		`"a\n" is not a name`:                 func(i *doc.Item) { i.ID = "a\n" },
		`scope "" is not`:                     func(i *doc.Item) { i.Scope = "" },
		`url true is not a string`:            func(i *doc.Item) { i.Attrs.Set("url", true) },
		`url "" is not http`:                  func(i *doc.Item) { i.Attrs.Set("url", "") },
		`url "ftp://x" is not http`:           func(i *doc.Item) { i.Attrs.Set("url", "ftp://x") },
		`url "https:///x" names no host`:      func(i *doc.Item) { i.Attrs.Set("url", "https:///x") },
		`url "file://x/y" is not file:// and`: func(i *doc.Item) { i.Attrs.Set("url", "file://x/y") },
		`url "/srv/repo" is not http`:         func(i *doc.Item) { i.Attrs.Set("url", "/srv/repo") },
		`the url is not one`:                  func(i *doc.Item) { i.Attrs.Set("url", "https://x.test/a b") },
		`url of x.test holds a user name`:     func(i *doc.Item) { i.Attrs.Set("url", "https://ada:pw@x.test/") },
		`filtered "x" is not true or false`:   func(i *doc.Item) { i.Attrs.Set("filtered", "x") },
		`base64: illegal base64`:              func(i *doc.Item) { i.Attrs.Set("gpg_key", "%") },
		`base64: it is empty`:                 func(i *doc.Item) { i.Attrs.Set("gpg_key", "") },
		`base64: it is not OpenPGP`:           func(i *doc.Item) { i.Attrs.Set("gpg_key", "aGVsbG8=") },
	} {
		i := remote("user", "a", "https://x.test")
		change(&i)
		err := Subsystem{}.Validate(i)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "pw") {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestCanonicalKeys(t *testing.T) {
	exported, ring := []byte(fake.Fixture(t, "exported.gpg")), []byte(fake.Fixture(t, "signed.trustedkeys.gpg"))
	got, err := canonicalKeys(ring)
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
		if got, err := canonicalKeys(b); got != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %x, %v, want %q", got, err, want)
		}
	}
	body := bytes.Repeat([]byte{7}, 200)
	for name, b := range map[string][]byte{
		"new, one octet": append([]byte{0xc6, 100}, body[:100]...), "new, two octets": append([]byte{0xc6, 192, 8}, body...),
		"new, five octets": append([]byte{0xc6, 255, 0, 0, 0, 200}, body...), "old, four octets": append([]byte{0x9a, 0, 0, 0, 200}, body...),
	} {
		if got, err := canonicalKeys(append(b, 0xcc, 1, 0)); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: %x, %v", name, got, err)
		}
	}
}

func TestDescribe(t *testing.T) {
	if got := (Subsystem{}).Describe(remote("user", "a", "https://x.test/repo")); got != "user, https://x.test/repo" {
		t.Errorf("got %q", got)
	}
}

func FuzzParseRemotes(f *testing.F) {
	f.Add([]byte("local\tfile:///srv/repo\t-\t-\t-\t1\tsystem,no-gpg-verify\tLocal test\n"))
	f.Add([]byte("a\t\t-\t-\t-\t0\tsystem (x),disabled\t\t\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := parseRemotes(b, "")
		if err != nil && rows != nil {
			t.Error("rows beside an error")
		}
		c := collector{}
		for _, r := range rows {
			if r.Name == "" || r.Scope == "" && !strings.HasPrefix(r.Installation, "system (") {
				t.Errorf("%+v", r)
			}
			i := remote(r.Scope, r.Name, canonicalURL(r.URL))
			if err := (Subsystem{}).Validate(i); err != nil && c.unmanaged(r) == "" {
				t.Errorf("an item that is not valid: %v", err)
			}
			if canonicalURL(i.Attrs.String("url")) != i.Attrs.String("url") && c.unmanaged(r) == "" {
				t.Errorf("%q is not canonical", i.Attrs.String("url"))
			}
		}
	})
}

func FuzzKeys(f *testing.F) {
	f.Add([]byte(fake.Fixture(f, "exported.gpg")))
	f.Add([]byte(fake.Fixture(f, "signed.trustedkeys.gpg")))
	f.Add([]byte{0xc6, 192, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		once, err := canonicalKeys(b)
		if err != nil {
			return
		}
		if twice, err := canonicalKeys(once); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%x becomes %x, %v", once, twice, err)
		}
	})
}
