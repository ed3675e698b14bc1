package dnf

import (
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// wants are items from `mode id`; copr's from `o/p`, `-o/p` for one that is not enabled.
func wants(modes map[string]string, coprs ...string) map[string][]doc.Item {
	m := map[string][]doc.Item{}
	for id, mode := range modes {
		m[Name] = append(m[Name], item(id, doc.Attrs{}.Set("mode", mode)))
	}
	for _, c := range coprs {
		name, off := strings.CutPrefix(c, "-")
		m["copr"] = append(m["copr"], doc.Item{Subsystem: "copr", ID: name, Attrs: doc.Attrs{}.Set("enabled", !off)})
	}
	return m
}

func TestRender(t *testing.T) {
	for _, c := range []struct {
		name  string
		items map[string][]doc.Item
		build subsystem.Build
		want  string
	}{
		{name: "nothing", items: nil, want: "# No packages configured\n"},
		{name: "an empty manifest", items: map[string][]doc.Item{Name: {}, "copr": {}}, build: subsystem.Build{Verify: true}, want: "# No packages configured\n"},
		{
			name: "packages", items: wants(map[string]string{"neovim": Install, "htop": Install}),
			want: "RUN dnf install -y \\\n    htop \\\n    neovim \\\n    && dnf clean all\n",
		},
		{
			name: "all there is", build: subsystem.Build{DNF: "dnf5", Verify: true, KeepCopr: []string{"keep/me"}},
			items: wants(map[string]string{
				"vim": Install, "0ad": Install, "glibc.i686": Install, "glibc": Install, "@virt": Install, "@c-devel": Install,
				"nano": Exclude, "emacs": Exclude, "firefox": Remove, "boxes": Remove,
			}, "z/z", "-off/off", "keep/me", "@g/a:pr:1"),
			want: `RUN dnf5 remove -y \
    boxes \
    firefox
RUN dnf5 install -y \
    --exclude=emacs \
    --exclude=nano \
    @c-devel \
    @virt \
    0ad \
    glibc \
    glibc.i686 \
    vim \
    && dnf5 clean all \
    && dnf5 -y copr disable @g/a:pr:1 \
    && dnf5 -y copr disable z/z \
    && rpm -q --whatprovides \
    0ad \
    glibc \
    vim
`,
		},
		{
			name: "COPRs and no packages", items: wants(nil, "o/p", "a/b"), build: subsystem.Build{Verify: true},
			want: "RUN dnf -y copr disable a/b \\\n    && dnf -y copr disable o/p\n",
		},
		{
			name: "COPRs, and packages to take out only", items: wants(map[string]string{"firefox": Remove}, "o/p"),
			want: "RUN dnf remove -y \\\n    firefox\nRUN dnf -y copr disable o/p\n",
		},
		{name: "what is kept out of nothing", items: wants(map[string]string{"nano": Exclude}), want: "# No packages configured\n"},
		{
			name: "groups are not verified", items: wants(map[string]string{"@virt": Install}), build: subsystem.Build{Verify: true},
			want: "RUN dnf install -y \\\n    @virt \\\n    && dnf clean all\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Subsystem{}.Render(subsystem.Manifests{Items: c.items, Build: c.build})
			if err != nil || len(r.Sections) != 1 || len(r.Files)+len(r.Dirs)+len(r.Warnings) != 0 {
				t.Fatalf("%+v, %v", r, err)
			}
			if got := r.Sections["SYSTEM_PACKAGES"]; got != c.want {
				t.Errorf("%s\nwant\n%s", got, c.want)
			}
		})
	}
	bad := map[string][]doc.Item{Name: {item("a;b", nil)}}
	if r, err := (Subsystem{}).Render(subsystem.Manifests{Items: bad}); err == nil {
		t.Errorf("rendered %v", r)
	}
}

func TestValidate(t *testing.T) {
	for _, ok := range []string{"htop", "0ad", "gtk+-devel", "a.b_c~1:2@x", "glibc.i686", "@virtualization", "@c++"} {
		if err := (Subsystem{}).Validate(item(ok, doc.Attrs{}.Set("mode", Install))); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{
		"", "@", "-y", "--nogpgcheck", "@-y", "@@x", "a b", "a\n", "\na", "a;b", "$(id)", "a'b", "../x", "/usr/bin/foo", "pkgconfig(foo)",
		"https://x/y.rpm", "é", "a\x00b", "a*", "@^workstation",
	} {
		if err := (Subsystem{}).Validate(item(bad, nil)); err == nil || strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%q: error %q", bad, err)
		}
	}
	for mode, want := range map[string]bool{`"install"`: true, `"exclude"`: false, `"remove"`: false, `"keep"`: false, `1`: false, `""`: false} {
		a := doc.Attrs{"mode": []byte(mode)}
		if err := (Subsystem{}).Validate(item("@g", a)); (err == nil) != want {
			t.Errorf("a group with %s: %v", mode, err)
		}
	}
	for mode, want := range map[string]bool{`"install"`: true, `"exclude"`: true, `"remove"`: true, `"keep"`: false, `null`: false} {
		if err := (Subsystem{}).Validate(item("a", doc.Attrs{"mode": []byte(mode)})); (err == nil) != want {
			t.Errorf("a package with %s: %v", mode, err)
		}
	}
	if err := (Subsystem{}).Validate(doc.Item{ID: "a", Scope: "user"}); err == nil {
		t.Error("a package in a scope")
	}
}

func TestInImage(t *testing.T) {
	there := func(scope, id string) (doc.Attrs, bool) {
		_, ok := map[string]bool{"bash": true, "vim": true}[scope+id]
		return nil, ok
	}
	for _, c := range []struct {
		id, mode string
		want     subsystem.Answer
	}{
		{"bash", Install, subsystem.Yes},
		{"bash", "", subsystem.Yes},
		{"vim", Install, subsystem.Yes},
		{"bash.x86_64", Install, subsystem.Yes},
		{"htop", Install, subsystem.No},
		{"htop.noarch", Install, subsystem.No},
		{"bash", Remove, subsystem.No},
		{"htop", Remove, subsystem.Yes},
		{"bash", Exclude, subsystem.Yes},
		{"htop", Exclude, subsystem.Yes},
		{"@virt", Install, subsystem.Unknown},
	} {
		i := item(c.id, nil)
		if c.mode != "" {
			i.Attrs = doc.Attrs{}.Set("mode", c.mode)
		}
		if got := (Subsystem{}).InImage(i, there); got != c.want {
			t.Errorf("%s %s: %v, want %v", c.mode, c.id, got, c.want)
		}
	}
}

func TestDescribe(t *testing.T) {
	for want, a := range map[string]doc.Attrs{
		"":                        doc.Attrs{}.Set("mode", Install),
		"until reboot":            doc.Attrs{}.Set("mode", Install).Set("until", "reboot"),
		"from mine, until reboot": doc.Attrs{}.Set("repo", "mine").Set("until", "reboot"),
		"out of the base":         doc.Attrs{}.Set("mode", Remove),
		"kept out of the image, from the next boot on": doc.Attrs{}.Set("mode", Exclude).Set("staged", true),
	} {
		if got := (Subsystem{}).Describe(item("a", a)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// After the reboot, what waited for it is as it was left.
func TestSpell(t *testing.T) {
	here, waiting := doc.Attrs{}.Set("mode", Remove), doc.Attrs{}.Set("mode", Remove).Set("staged", true)
	for _, c := range []struct{ want, have, out doc.Attrs }{
		{waiting, here, here}, {waiting, waiting, waiting}, {here, waiting, here}, {here, here, here},
	} {
		if got := (Subsystem{}).Spell(c.want, c.have); !got.Equal(c.out) || !c.have.Satisfies(got) {
			t.Errorf("%s, here %s: %s", c.want, c.have, got)
		}
	}
	if waiting["staged"] == nil {
		t.Error("what was given was changed")
	}
}
