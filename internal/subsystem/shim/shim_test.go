package shim

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// all of the interfaces that this subsystem is meant to have.
var _ interface {
	subsystem.Subsystem
	subsystem.Capturer
	subsystem.Codec
	subsystem.Renderer
	subsystem.Describer
} = Subsystem{}

func TestValidate(t *testing.T) {
	for _, ok := range []doc.Item{
		{ID: "podman"}, item("docker", "podman"), item("g++", "g++"), item("a.b_c-1", "/usr/bin/x.y"), item("x", "sh"), item(".x", ".x"),
	} {
		if err := (Subsystem{}).Validate(ok); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{
		"", ".", "..", "sh", "env", "flatpak-spawn", "distrobox-host-exec", "a/b", "../x", "-c", "a b", "a\n", "a;b", "$(id)", "é", ".git", ".GIT", "a\x00",
	} {
		if err := (Subsystem{}).Validate(item(bad, "podman")); err == nil || strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%q: error %v", bad, err)
		}
	}
	for _, bad := range []string{
		"", ".", "..", "/", "-c", "podman run", "podman;id", "$(id)", "a/b", "./a", "/usr/bin/", "/usr/..", "~/x", "a\nb", "'a'",
	} {
		if err := (Subsystem{}).Validate(item("x", bad)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("host %q: error %v", bad, err)
		}
	}
	for _, bad := range []doc.Item{{ID: "x", Scope: "user"}, {ID: "x", Attrs: doc.Attrs{"host": []byte("1")}}} {
		if err := (Subsystem{}).Validate(bad); err == nil {
			t.Errorf("%+v is valid", bad)
		}
	}
}

const podman = `#!/bin/sh
# docker: runs on the host when called in a container. Managed by bkt.
[ -e /run/.containerenv ] || { PATH=/usr/bin:/usr/sbin; exec podman "$@"; }
[ -n "${CONTAINER_ID-}" ] && command -v distrobox-host-exec >/dev/null && exec distrobox-host-exec podman "$@"
exec flatpak-spawn --host /bin/sh -c 'PATH=/usr/bin:/usr/sbin; exec "$@"' sh podman "$@"
`

func TestScriptIsTheContract(t *testing.T) {
	if got := Script("docker", "podman"); got != podman {
		t.Errorf("%s\nwant\n%s", got, podman)
	}
}

func TestParseScript(t *testing.T) {
	if host, ok := parse("docker", podman); host != "podman" || !ok {
		t.Errorf("%q, %v", host, ok)
	}
	for _, c := range []struct{ name, text string }{
		{"podman", podman},
		{"docker", ""},
		{"docker", podman + "\n"},
		{"docker", strings.TrimSuffix(podman, "\n")},
		{"docker", strings.Replace(podman, "host-exec podman", "host-exec docker", 1)},
		{"docker", strings.ReplaceAll(podman, "podman", "podman run")},
		{"docker", strings.ReplaceAll(podman, "\n", "\r\n")},
		{"docker", "#!/bin/sh\nexec flatpak-spawn --host podman \"$@\"\n"},
	} {
		if host, ok := parse(c.name, c.text); ok {
			t.Errorf("%s is a shim for %q:\n%s", c.name, host, c.text)
		}
	}
}

func FuzzScript(f *testing.F) {
	f.Add("docker", "podman", podman)
	f.Add("g++", "/usr/bin/g++", "")
	f.Add("NAME", "HOSTCMD", "")
	f.Add("in", "in", Script("in", "in"))
	f.Fuzz(func(t *testing.T, name, host, text string) {
		if got, ok := parse(name, text); ok && Script(name, got) != text {
			t.Errorf("%q is not the shim for %q", text, got)
		}
		if (Subsystem{}).Validate(item(name, host)) != nil || !utf8.ValidString(host) {
			return
		}
		s := Script(name, host)
		if got, ok := parse(name, s); !ok || got != host {
			t.Errorf("%q, %v, want %q\n%s", got, ok, host, s)
		}
		if _, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(s), name); err != nil {
			t.Errorf("%v\n%s", err, s)
		}
	})
}

func TestDescribe(t *testing.T) {
	for want, i := range map[string]doc.Item{"": item("podman", "podman"), "calls podman": item("docker", "podman")} {
		if got := (Subsystem{}).Describe(i); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRender(t *testing.T) {
	items := []doc.Item{item("podman", "podman"), item("docker", "podman"), {Subsystem: Name, ID: "g++"}}
	r, err := Subsystem{}.Render(subsystem.Manifests{Items: map[string][]doc.Item{Name: items}})
	if err != nil {
		t.Fatal(err)
	}
	const want = `COPY --chmod=0755 generated/shims/ /etc/skel/.local/toolbox/shims/
RUN mkdir -p /etc/skel/.local/bin \
    && ln -sf ../toolbox/shims/docker /etc/skel/.local/bin/docker \
    && ln -sf ../toolbox/shims/g++ /etc/skel/.local/bin/g++ \
    && ln -sf ../toolbox/shims/podman /etc/skel/.local/bin/podman
`
	if got := r.Sections["HOST_SHIMS"]; got != want || len(r.Sections) != 1 {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if len(r.Files) != 3 || len(r.Dirs) != 1 || r.Dirs[0] != "generated/shims" || items[0].ID != "podman" {
		t.Fatalf("files %v, dirs %v, items %v", r.Files, r.Dirs, items)
	}
	for n, want := range []struct{ name, host string }{{"docker", "podman"}, {"g++", "g++"}, {"podman", "podman"}} {
		f := r.Files[n]
		if f.Path != "generated/shims/"+want.name || f.Mode != "100755" || f.Base != nil || *f.Content != Script(want.name, want.host) || doc.Path(f.Path) != nil {
			t.Errorf("%+v", f)
		}
	}
	for _, none := range []map[string][]doc.Item{nil, {Name: {}}} {
		r, err := Subsystem{}.Render(subsystem.Manifests{Items: none})
		if err != nil || r.Sections["HOST_SHIMS"] != "# No host shims configured\n" || len(r.Files) != 0 || len(r.Dirs) != 1 {
			t.Errorf("%+v, %v", r, err)
		}
	}
	if r, err := (Subsystem{}).Render(subsystem.Manifests{Items: map[string][]doc.Item{Name: {item("sh", "sh")}}}); err == nil {
		t.Errorf("rendered %v", r)
	}
}

// TestLinksReachTheShims carries the links out below a folder and follows them.
func TestLinksReachTheShims(t *testing.T) {
	s := newStage(t, "podman", "podman")
	r, err := Subsystem{}.Render(subsystem.Manifests{Items: map[string][]doc.Item{Name: {item("docker", "podman")}}})
	if err != nil {
		t.Fatal(err)
	}
	s.write("skel/.local/toolbox/shims/docker", *r.Files[0].Content)
	_, cmd, _ := strings.Cut(r.Sections["HOST_SHIMS"], "RUN ")
	s.env = []string{"PATH=/usr/bin:/bin"}
	if out, code := s.call("sh", "-c", strings.ReplaceAll(cmd, "/etc/skel", s.at("skel"))); code != 0 {
		t.Fatal(out)
	}
	b, err := os.ReadFile(s.at("skel/.local/bin/docker"))
	if err != nil || string(b) != podman {
		t.Errorf("%v\n%s", err, b)
	}
}
