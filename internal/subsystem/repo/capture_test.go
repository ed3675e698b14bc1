package repo

import (
	"errors"
	"os"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/repofile"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

const here, pristine, booted = "etc/yum.repos.d/", "usr/etc/yum.repos.d/", "run/ostree-booted"

const good = "baseurl=https://x.example/rpm\ngpgcheck=1\ngpgkey=https://x.example/key\n"

func list(f subsystem.Found) (items, present, unmanaged string) {
	words := func(a doc.Attrs) string {
		var out []string
		for _, n := range a.Names() {
			if l := a.Strings(n); l != nil {
				out = append(out, n+"="+strings.Join(l, "+"))
			} else {
				out = append(out, n+"="+a.String(n))
			}
		}
		return strings.Join(out, "|")
	}
	var i, p, u []string
	for _, x := range f.Items {
		i = append(i, strings.TrimSpace(x.ID+" "+words(x.Attrs)))
	}
	for _, x := range f.Present {
		p = append(p, strings.TrimSpace(x.ID+" "+words(x.Attrs)))
	}
	for _, x := range f.Unmanaged {
		u = append(u, x.ID+": "+x.Reason)
	}
	return strings.Join(i, "\n"), strings.Join(p, "\n"), strings.Join(u, "\n")
}

const x = "baseurl=https://x.example/rpm|gpg_key=https://x.example/key"

func TestCapture(t *testing.T) {
	vendors := map[string]string{
		here + "vscode.repo": fake.Fixture(t, "vscode.repo"), here + "google-chrome.repo": fake.Fixture(t, "google-chrome.repo"),
		here + "1password.repo": fake.Fixture(t, "1password.repo"), here + "rpmfusion-free.repo": fake.Fixture(t, "rpmfusion-free.repo"),
		here + "_copr:copr.fedorainfracloud.org:o:p.repo": "[copr:copr.fedorainfracloud.org:o:p]\n" + good,
		here + "_copr_broken.repo":                        "nonsense",
		here + "fedora.repo":                              "[fedora]\nmetalink=https://mirrors.example/\n",
	}
	for _, c := range []struct {
		name                               string
		files                              map[string]string
		items, present, unmanaged, partial string
	}{
		{"vendors' files", vendors,
			"1password baseurl=https://downloads.1password.com/linux/rpm/stable/$basearch|display_name=1Password Stable Channel|" +
				"gpg_key=https://downloads.1password.com/linux/keys/1password.asc|unkept=repo_gpgcheck\n" +
				"google-chrome baseurl=https://dl.google.com/linux/chrome/rpm/stable/x86_64|display_name=google-chrome|" +
				"gpg_key=https://dl.google.com/linux/linux_signing_key.pub\n" +
				"code baseurl=https://packages.microsoft.com/yumrepos/vscode|display_name=Visual Studio Code|" +
				"gpg_key=https://packages.microsoft.com/keys/microsoft.asc",
			"fedora", "rpmfusion-free: has a list of mirrors, and no address of its own", ""},
		{"an image's own, switched on here", map[string]string{
			booted: "", pristine + "google-chrome.repo": strings.Replace(fake.Fixture(t, "google-chrome.repo"), "enabled=1", "enabled=0", 1),
			here + "google-chrome.repo": fake.Fixture(t, "google-chrome.repo"),
		}, "google-chrome baseurl=https://dl.google.com/linux/chrome/rpm/stable/x86_64|display_name=google-chrome|" +
			"gpg_key=https://dl.google.com/linux/linux_signing_key.pub", "", "", ""},
		{"an image's own, changed and switched off", map[string]string{
			booted: "", pristine + "a.repo": "[a]\n" + good, here + "a.repo": "[a]\nbaseurl=https://other.example/\n",
			pristine + "b.repo": "[b]\n" + good, here + "b.repo": "[b]\nenabled=0\n" + good,
		}, "", "a " + x + "\nb " + x, "", ""},
		{"the image has it by now", map[string]string{
			booted: "", pristine + "code.repo": Text(doc.Item{ID: "code", Attrs: doc.Attrs{}.Set(baseURL, "https://x.example/rpm").Set(gpgKey, "https://x.example/key")}),
			here + "vscode.repo": "[code]\n" + good,
		}, "", "code baseurl=https://x.example/rpm|display_name=code|gpg_key=https://x.example/key", "", ""},
		{"lists, quotes, more lines", map[string]string{
			here + "x.repo": "[x]\nbaseurl=https://a.example/, \"https://b.example/\"\n  https://c.example/\ngpgcheck=yes\ngpgkey='https://k.example/1' https://k.example/2\n",
		}, "x baseurl=https://a.example/ https://b.example/ https://c.example/|gpg_key=https://k.example/1 https://k.example/2", "", "", ""},
		{"what dnf.conf says", map[string]string{
			"etc/dnf/dnf.conf": "[main]\ngpgcheck=1\n", here + "x.repo": "[x]\nbaseurl=https://x.example/rpm\ngpgkey=https://x.example/key\n",
		}, "x " + x, "", "", ""},
		{"the image's key, and one of the distribution", map[string]string{
			booted: "", "usr/etc/pki/rpm-gpg/RPM-GPG-KEY-x-42": "",
			here + "x.repo": "[x]\nbaseurl=https://x.example/rpm\ngpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-x-$releasever\n",
			here + "y.repo": "[y]\nbaseurl=https://x.example/rpm\ngpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/bkt/keys/y.asc\n",
		}, "x baseurl=https://x.example/rpm|gpg_key=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-x-$releasever\ny baseurl=https://x.example/rpm|gpg_key=keys/y.asc", "", "", ""},
		{"what cannot be told to others", map[string]string{
			here + "a.repo": "[off]\nenabled=0\n" + good,
			here + "b.repo": "[unchecked]\nbaseurl=https://x.example/rpm\ngpgcheck=0\ngpgkey=https://x.example/key\n",
			here + "c.repo": "[unsaid]\nbaseurl=https://x.example/rpm\ngpgkey=https://x.example/key\n",
			here + "d.repo": "[keyless]\nbaseurl=https://x.example/rpm\ngpgcheck=1\n",
			here + "e.repo": "[own-key]\nbaseurl=https://x.example/rpm\ngpgcheck=1\ngpgkey=file:///home/ada/key.asc\n",
			here + "f.repo": "[folder]\nbaseurl=file:///srv/rpms\ngpgcheck=1\ngpgkey=https://x.example/key\n",
			here + "g.repo": "[user]\nusername=ada\npassword=hunter2\n" + good,
			here + "h.repo": "[cert]\nsslclientkey=/etc/pki/x.pem\n" + good,
			here + "i.repo": "[url]\nbaseurl=https://ada:hunter2@x.example/rpm\ngpgcheck=1\ngpgkey=https://x.example/key\n",
			here + "j.repo": "[nowhere]\ngpgcheck=1\ngpgkey=https://x.example/key\n",
			here + "k.repo": "[odd name]\n" + good,
			here + "l.repo": "[mirrors]\nmirrorlist=https://x.example/list\ngpgcheck=1\n",
		}, "", "", "off: disabled\nunchecked: its packages are not checked (gpgcheck)\nunsaid: its packages are not checked (gpgcheck)\n" +
			"keyless: names no key (gpgkey)\nown-key: its key is a file of this machine\nfolder: its packages are in a folder of this machine\n" +
			"user: needs a password\ncert: needs a certificate of this machine's\nurl: has a name or a password in its address\n" +
			"nowhere: has no address\nodd name: its id, name or address is not one that a manifest takes\nmirrors: has a list of mirrors, and no address of its own", ""},
		{"a file that is none", map[string]string{here + "a.repo": "nonsense", here + "b.repo": "x=1", here + "x.repo": "[x]\n" + good},
			"x " + x, "", "", "/etc/yum.repos.d/a.repo: line 1: not a key with its value: \"nonsense\", and 1 more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Subsystem{}.Capture(t.Context(), fake.Machine(t, c.files))
			if err != nil {
				t.Fatal(err)
			}
			items, present, unmanaged := list(f)
			for what, s := range map[string][2]string{"items": {items, c.items}, "present": {present, c.present}, "unmanaged": {unmanaged, c.unmanaged}, "partial": {f.Partial, c.partial}} {
				if s[0] != s[1] {
					t.Errorf("%s:\n%s\nwant\n%s", what, s[0], s[1])
				}
			}
		})
	}
}

func TestNoRepositoriesAtAll(t *testing.T) {
	if _, err := (Subsystem{}).Capture(t.Context(), fake.Machine(t, nil)); !errors.Is(err, subsystem.ErrUnavailable) {
		t.Errorf("no folder: %v", err)
	}
	if _, err := (Subsystem{}).Capture(t.Context(), fake.Machine(t, map[string]string{"etc/yum.repos.d": ""})); err == nil || errors.Is(err, subsystem.ErrUnavailable) {
		t.Errorf("a file in its place: %v", err)
	}
	h := fake.Machine(t, map[string]string{here + "x.repo": "[x]\n" + good})
	if err := os.Remove(h.Path("/" + here + "x.repo")); err != nil {
		t.Fatal(err)
	}
	if f, err := (Subsystem{}).Capture(t.Context(), h); err != nil || len(f.Items) != 0 {
		t.Errorf("an empty folder: %v, %v", f, err)
	}
}

// FuzzCapture: what is captured, rendered and captured again is the same; and a file of ours never has a second section, or a
// line that the manifest did not mean.
func FuzzCapture(f *testing.F) {
	for _, n := range []string{"vscode.repo", "google-chrome.repo", "1password.repo", "rpmfusion-free.repo"} {
		f.Add(fake.Fixture(f, n))
	}
	f.Add("[x]\nname='a'\n" + good)
	f.Fuzz(func(t *testing.T, text string) {
		sections, err := repofile.Parse([]byte(text))
		if err != nil {
			return
		}
		h := &host.Host{Root: "/nonexistent", Runner: fake.None(t)}
		for _, s := range sections {
			r := repofile.Repo{File: "x.repo", Section: s}
			i := item(r)
			if irreproducible(h, r, false) != "" || (Subsystem{}).Validate(i) != nil {
				continue
			}
			again, err := repofile.Parse([]byte(Text(i)))
			if err != nil || len(again) != 1 || len(again[0].Keys) != 5 || again[0].Name != i.ID {
				t.Fatalf("%v, %q became %q", err, text, Text(i))
			}
			j := item(repofile.Repo{File: i.ID + ".repo", Section: again[0]})
			if !j.Attrs.Satisfies(visible(i.Attrs)) {
				t.Errorf("%v became %v", i.Attrs, j.Attrs)
			}
		}
	})
}

// visible are the attributes that a manifest holds.
func visible(a doc.Attrs) doc.Attrs {
	out := doc.Attrs{}
	for _, f := range fields() {
		if v, ok := a[f]; ok {
			out[f] = v
		}
	}
	return out
}
