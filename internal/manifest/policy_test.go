package manifest

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

const policy = `{
  "$schema": "https://example.org/policy.json",
  "gsetting": {"track": "all", "ignore": ["org.gnome.nautilus.* *", "org.x y?z"]},
  "flatpak": {"remove": "none", "ignore": ["com.valve\\*"]},
  "future": {"track": "listed", "new": 1},
  "image": {"dnf": "dnf5", "verify": true, "allow_unsigned": ["o/p"], "keep_copr": ["@g/q"], "later": {}},
  "deliver": "push",
  "layer": "boot",
  "note": "kept"
}
`

func TestPolicy(t *testing.T) {
	p, err := ParsePolicy("manifests/policy.json", []byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	want := &Policy{
		Rules: map[string]Rule{
			"gsetting": {Track: "all", Ignore: []string{"org.gnome.nautilus.* *", "org.x y?z"}},
			"flatpak":  {Remove: "none", Ignore: []string{`com.valve\*`}},
			"future":   {Track: "listed"},
		},
		Image:   Image{DNF: "dnf5", Verify: true, AllowUnsigned: []string{"o/p"}, KeepCopr: []string{"@g/q"}},
		Deliver: "push",
		Layer:   "boot",
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got %+v", p)
	}
	for name, ok := range map[string]bool{
		"ignored setting":  !p.Tracks("gsetting", "org.gnome.nautilus.window size", true),
		"tracked setting":  p.Tracks("gsetting", "org.gnome.desktop.interface color-scheme", false),
		"unit not named":   !p.Tracks("systemd", "a.service", false),
		"unit named":       p.Tracks("systemd", "a.service", true),
		"app":              p.Tracks("flatpak", "com.valvesoftware.Steam", false),
		"literal star":     p.Ignored("flatpak", "com.valve*"),
		"other subsystem":  !p.Ignored("dnf", "com.valve*"),
		"remove none":      !p.Removes("flatpak") && p.Removes("dnf"),
		"dnf5, verify":     p.DNF() == "dnf5" && p.Verify(),
		"unsigned, kept":   p.AllowsUnsigned("o/p") && !p.AllowsUnsigned("@g/q") && p.KeepsCopr("@g/q") && !p.KeepsCopr("o/p"),
		"deliver and boot": p.Delivery() == "push" && p.LayersAtBoot(),
	} {
		if !ok {
			t.Error(name)
		}
	}
}

func TestPolicyDefaults(t *testing.T) {
	missing, err := ParsePolicy("manifests/policy.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	empty, err := ParsePolicy("manifests/policy.json", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*Policy{"nil": nil, "zero": {}, "missing": missing, "empty": empty} {
		for subsystem, track := range map[string]string{
			"repo": "all", "copr": "all", "dnf": "all", "flatpak-remote": "all", "flatpak": "all", "extension": "all",
			"gsetting": "listed", "shim": "all", "karg": "listed", "systemd": "listed",
		} {
			if got := p.Track(subsystem); got != track {
				t.Errorf("%s: %s is tracked %s", name, subsystem, got)
			}
			if p.Ignored(subsystem, "x") || !p.Removes(subsystem) {
				t.Errorf("%s: %s is ignored or not removed", name, subsystem)
			}
		}
		if p.DNF() != "dnf" || p.Verify() || p.AllowsUnsigned("o/p") || p.KeepsCopr("o/p") || p.Delivery() != "pull-request" || p.LayersAtBoot() {
			t.Errorf("%s: other defaults", name)
		}
	}
}

func TestPolicyRefuses(t *testing.T) {
	for data, want := range map[string]string{
		``:                                       `p.json:1:1: empty file, expected an object`,
		`{"dnf": {"track": "some"}}`:             `p.json:1:19: track: "some" is not one of "all", "listed"`,
		`{"dnf": {"track": null}}`:               `p.json:1:19: track: expected a string, found null`,
		`{"dnf": "all"}`:                         `p.json:1:9: dnf: expected an object, found a string`,
		`{"dnf": {"remove": "all"}}`:             `p.json:1:20: remove: "all" is not one of "owned", "none"`,
		`{"dnf": {"ignore": "x"}}`:               `p.json:1:20: ignore: expected a list, found a string`,
		`{"dnf": {"ignore": ["x", ""]}}`:         `p.json:1:26: ignore: empty`,
		`{"image": []}`:                          `p.json:1:11: expected an object, found a list`,
		`{"image": {"dnf": "yum"}}`:              `p.json:1:19: dnf: "yum" is not one of "dnf", "dnf5"`,
		`{"image": {"verify": "yes"}}`:           `p.json:1:22: verify: expected true or false, found a string`,
		`{"image": {"keep_copr": [1]}}`:          `p.json:1:26: keep_copr: expected a string, found a number`,
		`{"deliver": "pr"}`:                      `p.json:1:13: deliver: "pr" is not one of "pull-request", "auto-merge", "push"`,
		`{"layer": "always"}`:                    `p.json:1:11: layer: "always" is not one of "boot"`,
		`{"unknown": {"track": "sometimes"}}`:    `p.json:1:23: track: "sometimes" is not one of "all", "listed"`,
		"{\n\"layer\": \"boot\",\n\"layer\": 1}": `p.json:3:1: duplicate key "layer"`,
	} {
		if _, err := ParsePolicy("p.json", []byte(data)); err == nil || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", data, err, want)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, test := range []struct {
		pattern, id string
		want        bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "a/b.c d", true},
		{"org.gnome.*", "org.gnome.Maps", true}, {"org.gnome.*", "org.gnomeX", false}, {"org.gnome.*", "x.org.gnome.Maps", false},
		{"*Maps", "org.gnome.Maps", true}, {"*Maps", "org.gnome.Maps.x", false},
		{"a*b*c", "aXbYbZc", true}, {"a*b*c", "aXbYbZ", false}, {"a**c", "ac", true},
		{"?", "ä", true}, {"?", "", false}, {"a?c", "abc", true}, {"a?c", "abbc", false},
		{`\*`, "*", true}, {`\*`, "a", false}, {`a\?`, "a?", true}, {`\\`, `\`, true}, {`\`, `\`, true}, {`a\,b`, "a,b", true},
		{"[ab]", "a", false}, {"[ab]", "[ab]", true}, {"A", "a", false}, {"*ä", "öä", true},
	} {
		if got := glob(test.pattern, test.id); got != test.want {
			t.Errorf("glob(%q, %q) = %v", test.pattern, test.id, got)
		}
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("a*b?c", "aXbYc")
	f.Add(`\*\`, "*")
	f.Add("*a*a*a*b", strings.Repeat("a", 50))
	f.Fuzz(func(t *testing.T, pattern, id string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(id) {
			glob(pattern, id)
			return
		}
		var as strings.Builder
		for rest := pattern; rest != ""; {
			char, width := utf8.DecodeRuneInString(rest)
			rest = rest[width:]
			switch {
			case char == '*':
				as.WriteString(".*")
				continue
			case char == '?':
				as.WriteString(".")
				continue
			case char == '\\' && rest != "":
				char, width = utf8.DecodeRuneInString(rest)
				rest = rest[width:]
			}
			as.WriteString(regexp.QuoteMeta(string(char)))
		}
		if as.Len() > 500 {
			return
		}
		if want := regexp.MustCompile(`(?s)^(?:` + as.String() + `)\z`).MatchString(id); glob(pattern, id) != want {
			t.Fatalf("glob(%q, %q) is not %v", pattern, id, want)
		}
	})
}

func TestIgnore(t *testing.T) {
	ignore, err := ParseIgnore("ignore", []byte("# mine\n\nflatpak com.spotify.Client\n  gsetting\torg.x  key \r\nflatpak org.#*"))
	want := Ignore{"flatpak": {"com.spotify.Client", "org.#*"}, "gsetting": {"org.x  key"}}
	if err != nil || !reflect.DeepEqual(ignore, want) {
		t.Errorf("%q %v", ignore, err)
	}
	if !ignore.Ignored("flatpak", "org.#x") || ignore.Ignored("dnf", "com.spotify.Client") || ignore.Ignored("flatpak", "com.spotify") {
		t.Error("ignored")
	}
	if Ignore(nil).Ignored("flatpak", "a") {
		t.Error("nil ignores something")
	}
	for text, want := range map[string]string{
		"flatpak a\n  flatpak \n": `ignore:2:3: expected a subsystem and an id, found "flatpak"`,
		"flatpak a\nfl\xff b":     "ignore:2:1: not a line of text",
		"flatpak a\x00":           "ignore:1:1: not a line of text",
	} {
		if _, err := ParseIgnore("ignore", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzIgnore(f *testing.F) {
	f.Add([]byte("# x\nflatpak a b\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ignore, err := ParseIgnore("ignore", data)
		if err != nil {
			return
		}
		for subsystem, globs := range ignore {
			if subsystem == "" || strings.ContainsAny(subsystem, " \t\n") {
				t.Fatalf("subsystem %q", subsystem)
			}
			for _, pattern := range globs {
				if pattern == "" || strings.Contains(pattern, "\n") || strings.Trim(pattern, blanks) != pattern {
					t.Fatalf("glob %q", pattern)
				}
			}
		}
	})
}

var known = []string{"dnf", "flatpak", "flatpak-remote", "gsetting", "karg"}

func TestSelector(t *testing.T) {
	s, err := ParseSelector(`flatpak:org.gnome.*,dnf,flatpak@user:com.x,karg:console=ttyS0\,115200,gsetting@user,gsetting:a:/b/ *`, known)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		subsystem, scope, id string
		want                 bool
	}{
		{"flatpak", "system", "org.gnome.Maps", true},
		{"flatpak", "user", "com.x", true}, {"flatpak", "system", "com.x", false},
		{"flatpak-remote", "user", "org.gnome.Maps", false},
		{"dnf", "", "anything", true},
		{"karg", "", "console=ttyS0,115200", true}, {"karg", "", "115200", false},
		{"gsetting", "user", "x", true}, {"gsetting", "", "x", false}, {"gsetting", "", "a:/b/ key", true},
	} {
		if got := s.Match(test.subsystem, test.scope, test.id); got != test.want {
			t.Errorf("Match(%q, %q, %q) = %v", test.subsystem, test.scope, test.id, got)
		}
	}
	if names := strings.Join(s.Subsystems(), " "); names != "dnf flatpak gsetting karg" {
		t.Errorf("subsystems %s", names)
	}
	if s.Empty() || !s.Whole("dnf") || s.Whole("flatpak") || s.Whole("gsetting") {
		t.Error("empty or whole")
	}
	none, err := ParseSelector("", known)
	if err != nil || !none.Empty() || none.Match("dnf", "", "a") || len(none.Subsystems()) > 0 {
		t.Errorf("no selector: %+v %v", none, err)
	}
}

func TestSelectorRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"flatpack":     "'flatpack': unknown subsystem 'flatpack' (known: dnf, flatpak, flatpak-remote, gsetting, karg)",
		"dnf,":         "'dnf,': unknown subsystem '' (known: dnf, flatpak, flatpak-remote, gsetting, karg)",
		" dnf":         "' dnf': unknown subsystem ' dnf' (known: dnf, flatpak, flatpak-remote, gsetting, karg)",
		"flatpak@root": "'flatpak@root': unknown scope 'root' (known: system, user)",
		"flatpak@":     "'flatpak@': unknown scope '' (known: system, user)",
		"dnf:":         "'dnf:': no id after 'dnf:'",
	} {
		if _, err := ParseSelector(text, known); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}
