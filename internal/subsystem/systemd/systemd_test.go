package systemd

import (
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

func TestValidate(t *testing.T) {
	for _, id := range []string{"a.service", "podman.socket", "dev-disk-by\\x2dlabel.swap", "vpn@home.service", "getty@.service", "a@b@c.service", "x:y_z.timer", "a.b.mount", "home.automount", "x.path", "x.slice", "x.target"} {
		for _, scope := range []string{"system", "user"} {
			if err := (Subsystem{}).Validate(item(scope, id, Masked)); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
	for _, id := range []string{"", "a", ".service", "@x.service", "-.slice", "--now.service", "a b.service", "a/b.service", "../a.service", "a..service", "a.scope", "a.device", "a.conf",
		"a\n.service", "é.service", "$(x).service", "a.service;x", strings.Repeat("a", 248) + ".service"} {
		if err := (Subsystem{}).Validate(item("system", id, Enabled)); err == nil {
			t.Errorf("%q is valid", id)
		}
	}
	for _, i := range []doc.Item{item("", "a.service", Enabled), item("global", "a.service", Enabled), item("user", "a.service", "started"),
		{ID: "a.service", Scope: "system", Attrs: doc.Attrs{}.Set("state", true)}} {
		if err := (Subsystem{}).Validate(i); err == nil {
			t.Errorf("%v is valid", i)
		}
	}
	err := Subsystem{}.Validate(item("system", "docker", Enabled))
	if err == nil || !strings.HasSuffix(err.Error(), "such as in docker.service") {
		t.Error(err)
	}
}

func TestInImage(t *testing.T) {
	brings := map[string]string{"on.service": Enabled, "never.service": Masked}
	present := func(scope, id string) (doc.Attrs, bool) {
		s, ok := brings[id]
		return attrs(s), ok && scope == "system"
	}
	for text, want := range map[string]subsystem.Answer{
		"system on.service enabled": subsystem.Yes, "system on.service disabled": subsystem.No, "system on.service masked": subsystem.No,
		"system never.service masked": subsystem.Yes, "system never.service disabled": subsystem.No, "system x.service enabled": subsystem.No,
		"system x.service disabled": subsystem.Yes, "system x.service masked": subsystem.No, "user on.service disabled": subsystem.Yes,
	} {
		w := strings.Fields(text)
		if got := (Subsystem{}).InImage(item(w[0], w[1], w[2]), present); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: "", empty: "", `{"kargs": 1, "systemd": {}}`: "",
		`{"systemd": {"mask": ["m.service", "d.service"], "disable": ["d.service"], "enable": ["b.timer", "a.service", "b.timer"], "user": {"enable": ["d.service"]}}}`: "system b.timer enabled, system a.service enabled, user d.service enabled, system d.service masked, system m.service masked",
		"{\"systemd\": {\"enable\": [\"a.service\"],\n\"mask\": [\"a.service\"]}}":                                                                                      "!x.json:2:10: 'a.service' is in systemd.mask and, at 1:25, in systemd.enable",
		`{"systemd": {"user": {"disable": ["a"]}}}`: `!x.json:1:35: systemd.user.disable: "a" is not the name of a unit`,
		`{"systemd": {"user": ["a"]}}`:              "!x.json:1:22: ",
		`{"systemd": {"enable": [1]}}`:              "!x.json:1:25: ",
	} {
		items, err := Subsystem{}.Parse("x.json", []byte(text))
		var got []string
		for _, i := range items {
			got = append(got, i.Scope+" "+i.ID+" "+i.Attrs.String("state"))
		}
		if bad, ok := strings.CutPrefix(want, "!"); ok {
			if err == nil || !strings.HasPrefix(err.Error(), bad) {
				t.Errorf("%s: %v, want %s", text, err, bad)
			}
		} else if err != nil || strings.Join(got, ", ") != want {
			t.Errorf("%s:\ngot  %s, %v\nwant %s", text, strings.Join(got, ", "), err, want)
		}
	}
}

func TestEdit(t *testing.T) {
	start := `{
  "systemd": {
    "enable": ["a.service", "c.service"],
    "disable": ["d.service", "m.service"],
    "mask": ["m.service"]
  }
}
`
	set := func(scope, id, state string) subsystem.Edit { return subsystem.Edit{Item: item(scope, id, state)} }
	gone := func(id string) subsystem.Edit {
		return subsystem.Edit{Item: doc.Item{ID: id, Scope: "system"}, Remove: true}
	}
	line := func(old, new string) string { return strings.Replace(start, old, new, 1) }
	for _, c := range []struct {
		name  string
		edits []subsystem.Edit
		want  string
	}{
		{"true already", []subsystem.Edit{set("system", "a.service", Enabled), set("system", "m.service", Masked), gone("x.service"), {Item: doc.Item{ID: "x.service", Scope: "user"}, Remove: true}}, start},
		{"a new one", []subsystem.Edit{set("system", "b.service", Enabled)}, line(`"a.service", `, `"a.service", "b.service", `)},
		{"one goes", []subsystem.Edit{gone("a.service")}, line(`"a.service", `, "")},
		{"one goes from two lists", []subsystem.Edit{gone("m.service")}, strings.Replace(line(`, "m.service"`, ""), `["m.service"]`, "[]", 1)},
		{"another state", []subsystem.Edit{set("system", "c.service", Masked)}, strings.Replace(line(`, "c.service"`, ""), `["m.service"]`, `["c.service", "m.service"]`, 1)},
		{"masked no more", []subsystem.Edit{set("system", "m.service", Disabled)}, line(`["m.service"]`, "[]")},
		{"the users'", []subsystem.Edit{set("user", "a.service", Disabled)},
			line("    \"mask\": [\"m.service\"]\n", "    \"mask\": [\"m.service\"],\n    \"user\": {\n      \"disable\": [\n        \"a.service\"\n      ]\n    }\n")},
	} {
		got, err := Subsystem{}.Edit("x.json", []byte(start), c.edits)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
	}
	if _, err := (Subsystem{}).Edit("x.json", []byte(start), []subsystem.Edit{set("system", "x", Enabled)}); err == nil {
		t.Error("a name that is not valid was written")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(empty))
	f.Add([]byte(`{"systemd": {"enable": ["a.service"], "disable": ["m.service"], "mask": ["m.service"], "user": {"mask": ["a.service"]}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := Subsystem{}
		items, err := s.Parse("x", b)
		if err != nil {
			return
		}
		var edits, all []subsystem.Edit
		for _, i := range items {
			if s.Validate(i) != nil {
				t.Errorf("%v is not valid", i)
			}
			edits = append(edits, subsystem.Edit{Item: i})
			all = append(all, subsystem.Edit{Item: i, Remove: true})
		}
		if same, err := s.Edit("x", b, edits); err != nil || string(same) != string(b) {
			t.Errorf("%s: %v: what is true was written", same, err)
		}
		none, err := s.Edit("x", b, all)
		if err != nil {
			t.Fatal(err)
		}
		if left, err := s.Parse("x", none); err != nil || len(left) != 0 {
			t.Errorf("%s: %v: %v is left", none, err, left)
		}
	})
}

func TestRender(t *testing.T) {
	render := func(items ...doc.Item) string {
		out, err := Subsystem{}.Render(subsystem.Manifests{Items: map[string][]doc.Item{Name: items}})
		if err != nil || len(out.Files) != 0 {
			t.Error(out, err)
		}
		return out.Sections[section]
	}
	if got := render(); got != "# No systemd units configured\n" {
		t.Errorf("got %q", got)
	}
	got := render(item("user", "podman.socket", Enabled), item("system", "z.service", Enabled), item("system", "b.service", Disabled), item("system", "a.service", Enabled),
		item("system", `dev-a\x2db.swap`, Masked), item("user", "x.timer", Masked))
	want := `RUN systemctl enable \
    a.service \
    z.service \
    && systemctl disable \
    b.service \
    && systemctl mask \
    'dev-a\x2db.swap' \
    && systemctl --global enable \
    podman.socket \
    && systemctl --global mask \
    x.timer
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if _, err := (Subsystem{}).Render(subsystem.Manifests{Items: map[string][]doc.Item{Name: {item("system", "a; b", Enabled)}}}); err == nil {
		t.Error("a name that is not valid was rendered")
	}
}

func TestDescribe(t *testing.T) {
	if a, b := (Subsystem{}).Describe(item("system", "a.service", Masked)), (Subsystem{}).Describe(doc.Item{Scope: "user"}); a != "masked" || b != "user, enabled" {
		t.Errorf("%q, %q", a, b)
	}
	if a, b := (Subsystem{}).Rest(item("system", "a.service", "")), (Subsystem{}).Rest(item("user", "a.service", "")); a != "as its preset says" || b != "user, as its preset says" {
		t.Errorf("%q, %q", a, b)
	}
	if a := (Subsystem{}).Attributes(); len(a) != 2 || a[1].Default != "system" || !slices.Equal(a[0].Values, []string{Enabled, Disabled, Masked}) {
		t.Error(a)
	}
}
