package copr

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/repofile"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

const here, pristine = "etc/yum.repos.d/", "usr/etc/yum.repos.d/"

func named(project string) string { return "_copr:" + Hub + ":" + project + ".repo" }

func sectionOf(project, more string) string { return "[copr:" + Hub + ":" + project + "]\n" + more }

func TestCapture(t *testing.T) {
	for _, c := range []struct {
		name                      string
		files                     map[string]string
		items, present, unmanaged string
	}{
		{"an empty folder", map[string]string{here + "fedora.repo": "[fedora]\n"}, "", "", ""},
		{
			"package mode: groups, pull requests, foreign architectures, dependencies, old names",
			map[string]string{
				here + named("group_kde:frameworks:pr:12"): fake.Fixture(t, "dnf4-group.repo"),
				here + named("o:p"):                        fake.Fixture(t, "dnf5-disabled.repo"),
				here + "_copr_phracek-PyCharm.repo":        fake.Fixture(t, "old.repo"),
				here + "_copr_x-y.repo.rpmnew":             "nonsense",
				here + "other.repo":                        "nonsense",
			},
			"@kde/frameworks:pr:12 true true\no/p false false\nphracek/PyCharm false false", "", "",
		},
		{
			"package mode: the file that Fedora ships",
			map[string]string{here + named("phracek:PyCharm"): sectionOf("phracek:PyCharm", "enabled=0\ngpgcheck=1\n")},
			"", "phracek/PyCharm false true", "",
		},
		{
			"package mode: the same, enabled by the user",
			map[string]string{here + named("phracek:PyCharm"): sectionOf("phracek:PyCharm", "enabled=1\n")},
			"phracek/PyCharm true true", "", "",
		},
		{
			"image: what is below /usr/etc is the image's, changed here or not",
			map[string]string{
				"run/ostree-booted":     "",
				here + named("a:b"):     sectionOf("a:b", "enabled=1\n"),
				pristine + named("a:b"): sectionOf("a:b", "enabled=0\n"),
				pristine + named("c:d"): sectionOf("c:d", ""),
				here + named("e:f"):     sectionOf("e:f", "enabled = yes\ngpgcheck = FALSE\n"),
				here + "_copr_a-b.repo": strings.ReplaceAll(fake.Fixture(t, "old.repo"), "phracek/PyCharm", "a/b"),
			},
			"e/f true false", "a/b false true\nc/d true true", "",
		},
		{
			"other servers, a section with another name, one project twice",
			map[string]string{
				here + "_copr:copr.example.org:o:p.repo": "[copr:copr.example.org:o:p]\n",
				here + named("o:q"):                      "[mine]\nenabled=0\n",
				here + "_copr_o-q.repo":                  "[o-q]\nbaseurl=https://download.copr.fedorainfracloud.org/results/o/q/fedora-42-x86_64/\nenabled=1\n",
			},
			"o/q true true", "", "o/p: from another COPR server, copr.example.org",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Subsystem{}.Capture(t.Context(), fake.Machine(t, c.files))
			if err != nil || f.Partial != "" {
				t.Fatal(err, f.Partial)
			}
			var items, present, unmanaged []string
			flags := func(a doc.Attrs) string { return " " + string(a["enabled"]) + " " + string(a["gpg_check"]) }
			for _, i := range f.Items {
				items = append(items, i.ID+flags(i.Attrs))
			}
			for _, p := range f.Present {
				present = append(present, p.ID+flags(p.Attrs))
			}
			for _, u := range f.Unmanaged {
				unmanaged = append(unmanaged, u.ID+": "+u.Reason)
			}
			for _, x := range []struct {
				what string
				got  []string
				want string
			}{{"items", items, c.items}, {"present", present, c.present}, {"unmanaged", unmanaged, c.unmanaged}} {
				if got := strings.Join(x.got, "\n"); got != x.want {
					t.Errorf("%s:\n%s\nwant\n%s", x.what, got, x.want)
				}
			}
		})
	}
}

func TestCaptureThatKnowsNothing(t *testing.T) {
	if _, err := (Subsystem{}).Capture(t.Context(), fake.Machine(t, nil)); !errors.Is(err, subsystem.ErrUnavailable) {
		t.Errorf("no folder: %v", err)
	}
	bad := map[string]string{
		"":                                 "no repository in it",
		"# empty\n":                        "no repository in it",
		"[" + "copr:a:b:c:ml]\n":           "no repository in it",
		"nonsense\n":                       "nonsense",
		"enabled=1\n":                      "'enabled' stands outside a section",
		"[a]\nenabled=1\n[b]\nenabled=1\n": "sections [a] and [b]",
		"[copr:hub]\n":                     "'hub' is not HUB:OWNER:PROJECT",
		"[copr:hub::p]\n":                  "is not HUB:OWNER:PROJECT",
		sectionOf("o:p", "enabled=2\n"):    "enabled=2 is neither true nor false",
		sectionOf("o:p", "gpgcheck=\n"):    "gpgcheck= is neither true nor false",
	}
	for text, want := range bad {
		for _, file := range []string{here + named("o:p"), pristine + named("o:p")} {
			h := fake.Machine(t, map[string]string{file: text, "run/ostree-booted": "", here + "x.repo": ""})
			f, err := Subsystem{}.Capture(t.Context(), h)
			if err == nil || errors.Is(err, subsystem.ErrUnavailable) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "/"+file) {
				t.Errorf("%s: %q: %v; want %q", file, text, err, want)
			}
			if len(f.Items)+len(f.Present) > 0 {
				t.Errorf("%q: found %v", text, f)
			}
		}
	}
	h := fake.Machine(t, map[string]string{here + "_copr_a-b.repo": "[a-b]\nbaseurl=https://x/y/\n"})
	if _, err := (Subsystem{}).Capture(t.Context(), h); err == nil || !strings.Contains(err.Error(), "tells owner and project") {
		t.Errorf("an old name with a foreign address: %v", err)
	}
	h = fake.Machine(t, nil)
	if err := os.MkdirAll(filepath.Join(h.Root, here, named("o:p")), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := (Subsystem{}).Capture(t.Context(), h); err == nil || !strings.Contains(err.Error(), "cannot read '/"+here+named("o:p")+"'") {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("_copr:"+Hub+":o:p.repo", fake.Fixture(f, "dnf4-group.repo"))
	f.Add("_copr:"+Hub+":o:p.repo", fake.Fixture(f, "dnf5-disabled.repo"))
	f.Add("_copr_phracek-PyCharm.repo", fake.Fixture(f, "old.repo"))
	f.Fuzz(func(t *testing.T, file, text string) {
		sections, err := repofile.Parse([]byte(text))
		if err != nil {
			return
		}
		r, err := parse(file, sections)
		if err != nil {
			if r != (repo{}) || !strings.HasPrefix(err.Error(), file) {
				t.Errorf("%+v, %v", r, err)
			}
			return
		}
		owner, project, ok := strings.Cut(r.id, "/")
		if !ok || owner == "" || project == "" {
			t.Errorf("%q", r.id)
		}
		found := sift(map[string]repo{file: r}, nil)
		if len(found.Items)+len(found.Unmanaged) != 1 {
			t.Errorf("%+v", found)
		}
		if found := sift(map[string]repo{file: r}, map[string]repo{file: r}); len(found.Items)+len(found.Unmanaged) != 0 {
			t.Errorf("%+v", found)
		}
	})
}
