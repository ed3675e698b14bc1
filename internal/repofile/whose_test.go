package repofile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/internal/host"
)

func machine(t *testing.T, files map[string]string) *host.Host {
	h := &host.Host{Root: t.TempDir()}
	for name, text := range files {
		p := filepath.Join(h.Root, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

const on, off = "enabled=1\n", "enabled=0\n"

func TestSort(t *testing.T) {
	const here, there = "etc/yum.repos.d/", "usr/etc/yum.repos.d/"
	for _, c := range []struct {
		name                string
		files               map[string]string
		mine, image, faults string
	}{
		{"nothing", nil, "", "", ""},
		{"package mode: by the files' names", map[string]string{
			here + "fedora.repo": "[fedora]\n", here + "RedHat-x.repo": "[rh]\n", here + "code.repo": "[code]\n[main]\nx=1\n[code-nightly]\n" + off,
			here + "google-chrome.repo": "[google-chrome]\n" + off, here + "x.repo.rpmnew": "nonsense",
		}, "code.repo code, code.repo code-nightly", "RedHat-x.repo rh, fedora.repo fedora, google-chrome.repo google-chrome", ""},
		{"package mode: switched on", map[string]string{here + "google-chrome.repo": "[google-chrome]\n" + on}, "google-chrome.repo google-chrome", "", ""},
		{"package mode: a file that is none", map[string]string{here + "a.repo": "nonsense", here + "b.repo": "[b]\n"}, "b.repo b", "", "a.repo"},
		{"an image's", map[string]string{
			"run/ostree-booted":  "",
			here + "fedora.repo": "[fedora]\n" + on, there + "fedora.repo": "[fedora]\n" + on,
			here + "google-chrome.repo": "[google-chrome]\n" + on, there + "google-chrome.repo": "[google-chrome]\n" + off,
			here + "steam.repo": "[steam]\n" + off, there + "steam.repo": "[steam]\n" + off,
			here + "off.repo": "[off-here]\n" + off, there + "off.repo": "[off-here]\n" + on,
			here + "mine.repo": "[mine]\n", here + "fedora-mine.repo": "[fedora-mine]\n",
		}, "fedora-mine.repo fedora-mine, google-chrome.repo google-chrome, mine.repo mine",
			"fedora.repo fedora, google-chrome.repo google-chrome, off.repo off-here, steam.repo steam", ""},
		{"one id in two files", map[string]string{
			here + "a.repo": "[x]\n" + off, here + "b.repo": "[x]\n" + on, here + "c.repo": "[x]\n" + on,
		}, "b.repo x", "", ""},
		{"the image's, in a file of another name", map[string]string{
			"run/ostree-booted": "", here + "vscode.repo": "[code]\n" + on, there + "code.repo": "[code]\n" + on,
		}, "", "code.repo code", ""},
	} {
		m, err := Sort(machine(t, c.files))
		list := func(l []Repo) string {
			var out []string
			for _, r := range l {
				out = append(out, r.File+" "+r.Name)
			}
			return strings.Join(out, ", ")
		}
		var faults []string
		for _, f := range m.Faults {
			faults = append(faults, f.File)
		}
		if got := []string{list(m.Mine), list(m.Image), strings.Join(faults, ", ")}; err != nil || !slices.Equal(got, []string{c.mine, c.image, c.faults}) {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	if _, err := Sort(machine(t, map[string]string{"etc/yum.repos.d": ""})); err == nil || err.Error() != "cannot read '/etc/yum.repos.d': not a directory" {
		t.Errorf("a folder that is none: %v", err)
	}
}

func TestImagesKey(t *testing.T) {
	image := machine(t, map[string]string{
		"run/ostree-booted": "", "usr/etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-42-x86_64": "", "usr/share/keys/x.asc": "",
		"etc/pki/rpm-gpg/mine.asc": "", "usr/local/x.asc": "", "home/ada/x.asc": "",
	})
	packages := machine(t, map[string]string{"etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-42-x86_64": "", "etc/pki/rpm-gpg/mine.asc": ""})
	for _, c := range []struct {
		h    *host.Host
		file string
		want bool
	}{
		{image, "/etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-42-x86_64", true},
		{image, "/etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-$releasever-$basearch", true},
		{image, "/etc/pki/rpm-gpg/RPM-GPG-KEY-other-$releasever", false},
		{image, "/usr/share/keys/x.asc", true},
		{image, "/usr/share/keys/y.asc", false},
		{image, "/etc/pki/rpm-gpg/mine.asc", false},
		{image, "/usr/local/x.asc", false},
		{image, "/etc/../home/ada/x.asc", false},
		{image, "etc/x", false},
		{packages, "/etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-$releasever-$basearch", true},
		{packages, "/etc/pki/rpm-gpg/mine.asc", false},
		{packages, "/home/RPM-GPG-KEY-fedora", false},
	} {
		if got := ImagesKey(c.h, c.file); got != c.want {
			t.Errorf("%s: %v", c.file, got)
		}
	}
}

func TestValues(t *testing.T) {
	f, err := Parse([]byte("[a]\nurl=\"https://x/\"\nlist='https://x/', https://y/\n  \"https://z/\"\nno=Off\nodd=2\nquoted=\"0\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	s := f[0]
	if s.Text("url") != "https://x/" || s.Text("none") != "" || s.Has("none") || !s.Has("no") {
		t.Errorf("%q", s)
	}
	v, _ := s.Value("list")
	if got := Words(v); !slices.Equal(got, []string{"https://x/", "https://y/", "https://z/"}) {
		t.Errorf("%q", got)
	}
	for name, want := range map[string]string{"no": "false <nil>", "none": "true <nil>", "quoted": "false <nil>", "odd": "false odd=2 is neither true nor false"} {
		on, err := s.Truth(name)
		got := map[bool]string{true: "true", false: "false"}[on] + " <nil>"
		if err != nil {
			got = "false " + err.Error()
		}
		if got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
