package flatpakremote

import (
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/remotes"
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
			i := remote(r.Scope, r.Name, remotes.CanonicalURL(r.URL))
			if err := (Subsystem{}).Validate(i); err != nil && c.unmanaged(r) == "" {
				t.Errorf("an item that is not valid: %v", err)
			}
			if remotes.CanonicalURL(i.Attrs.String("url")) != i.Attrs.String("url") && c.unmanaged(r) == "" {
				t.Errorf("%q is not canonical", i.Attrs.String("url"))
			}
		}
	})
}
