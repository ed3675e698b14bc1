package repo

import (
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// all of the interfaces that this subsystem is meant to have.
var _ interface {
	subsystem.Subsystem
	subsystem.Capturer
	subsystem.Codec
	subsystem.Noter
	subsystem.Renderer
	subsystem.Warner
	subsystem.Describer
} = Subsystem{}

func made(id, base, key string) doc.Item {
	return doc.Item{Subsystem: Name, ID: id, Attrs: doc.Attrs{}.Set(baseURL, base).Set(gpgKey, key)}
}

func TestValidate(t *testing.T) {
	for _, i := range []doc.Item{
		{ID: "code"}, {ID: "1password"}, {ID: "a.b:c_d-e"},
		made("x", "https://x.example/$releasever/$basearch/", "keys/x.asc"),
		made("x", "http://x.example:8080/?a=b&c=%20", "file:///etc/pki/rpm-gpg/K-$releasever"),
		made("x", "ftp://x.example/, https://[::1]/", "https://a.example/1 manifests/keys/2.asc"),
		made("x", "https://$host/x/${basearch}", "K"),
		{ID: "x", Attrs: doc.Attrs{}.Set(displayName, "Ä \"quoted\" = name # ; [x]")},
	} {
		if err := (Subsystem{}).Validate(i); err != nil {
			t.Error(err)
		}
	}
	for _, id := range []string{"", ".", "..", "-x", "a/b", "a b", "main", "x\n[y]", "a]", "ä", "_copr:o:p", "_copr_x"} {
		if err := (Subsystem{}).Validate(doc.Item{ID: id}); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", id, err)
		}
	}
	for _, bad := range []string{
		"", " ", "x.example/rpm", "https://", "https:///x", "HTTPS://x.example", "gopher://x.example", "https://x.example/\n[evil]", "https://x.example/ evil",
		"https://x.example/\"", "https://x.example/\\", "https://x.example/\u00e4", "file://host/x", "https://x.example/<x>", "https://x.example/\x00", " https://x.example/",
	} {
		for _, attr := range []string{baseURL, gpgKey} {
			if attr == gpgKey && strings.HasSuffix(bad, " evil") || bad == "x.example/rpm" {
				continue // a file of the distribution
			}
			i := doc.Item{ID: "x", Attrs: doc.Attrs{}.Set(attr, bad)}
			if err := (Subsystem{}).Validate(i); err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s %q: %v", attr, bad, err)
			}
		}
	}
	for _, key := range []string{"/etc/x", "../x", "a/../b", "./x", "-x", "a//b", "a/", ".", "..", "$x", "a b/../c"} {
		if err := (Subsystem{}).Validate(made("x", "https://x.example/", key)); err == nil {
			t.Errorf("key %q is valid", key)
		}
	}
	for _, name := range []string{"", " x", "x\ny", "x\ty", "x\u2028y", "'x'", "\"\""} {
		if err := (Subsystem{}).Validate(doc.Item{ID: "x", Attrs: doc.Attrs{}.Set(displayName, name)}); err == nil {
			t.Errorf("name %q is valid", name)
		}
	}
	for _, i := range []doc.Item{{ID: "x", Scope: "user"}, {ID: "x", Attrs: doc.Attrs{baseURL: []byte("1")}}, {ID: "x", Attrs: doc.Attrs{gpgKey: []byte("null")}}} {
		if err := (Subsystem{}).Validate(i); err == nil {
			t.Errorf("%+v is valid", i)
		}
	}
}

func TestWords(t *testing.T) {
	for base, want := range map[string]string{
		"https://x.example/a/b": "x.example", "https://ada:pw@x.example:80 https://y.example/": "x.example:80", "file:///srv/x": "file:///srv/x", "": "",
	} {
		if got := (Subsystem{}).Describe(made("x", base, "")); got != want {
			t.Errorf("%q: %q", base, got)
		}
	}
	if got := (Subsystem{}).Warn(made("x", "http://x.example/", "https://x.example/k keys/x"), subsystem.Manifests{}); got != "" {
		t.Errorf("warned: %s", got)
	}
	if got := (Subsystem{}).Warn(made("x", "https://x.example/", "https://x.example/k http://x.example/l"), subsystem.Manifests{}); !strings.Contains(got, "its key comes from http://x.example/l") {
		t.Errorf("a key that anybody could exchange: %q", got)
	}
	i := made("x", "https://x.example/", "https://x.example/k")
	i.Attrs.Set(unkept, []string{"excludepkgs", "repo_gpgcheck"})
	if got := (Subsystem{}).Warn(i, subsystem.Manifests{}); !strings.Contains(got, "excludepkgs, repo_gpgcheck") {
		t.Errorf("options that are lost: %q", got)
	}
}

func TestRender(t *testing.T) {
	none, err := Subsystem{}.Render(subsystem.Manifests{})
	if err != nil || none.Sections[section] != "# No external repositories configured\n" || len(none.Files) != 0 {
		t.Errorf("nothing: %v, %v", none, err)
	}
	named := made("b", "https://b.example/$basearch", "https://b.example/1 keys/b.asc")
	named.Attrs.Set(displayName, "B's own")
	got, err := Subsystem{}.Render(subsystem.Manifests{Items: map[string][]doc.Item{Name: {named, made("a", "https://a.example/", "manifests/keys/a.asc, keys/b.asc")}}})
	if err != nil {
		t.Fatal(err)
	}
	want := "COPY generated/yum.repos.d/ /etc/yum.repos.d/\n" +
		"COPY keys/b.asc /etc/pki/rpm-gpg/bkt/keys/b.asc\nCOPY manifests/keys/a.asc /etc/pki/rpm-gpg/bkt/manifests/keys/a.asc\n"
	if got.Sections[section] != want {
		t.Errorf("section\n%s", got.Sections[section])
	}
	texts := map[string]string{
		"generated/yum.repos.d/a.repo": heading + "\n[a]\nname=a\nbaseurl=https://a.example/\nenabled=1\ngpgcheck=1\n" +
			"gpgkey=file:///etc/pki/rpm-gpg/bkt/manifests/keys/a.asc file:///etc/pki/rpm-gpg/bkt/keys/b.asc\n",
		"generated/yum.repos.d/b.repo": heading + "\n[b]\nname=B's own\nbaseurl=https://b.example/$basearch\nenabled=1\ngpgcheck=1\n" +
			"gpgkey=https://b.example/1 file:///etc/pki/rpm-gpg/bkt/keys/b.asc\n",
	}
	if len(got.Files) != len(texts) || got.Files[0].Path != "generated/yum.repos.d/a.repo" {
		t.Errorf("files %+v", got.Files)
	}
	for _, f := range got.Files {
		if *f.Content != texts[f.Path] || doc.Path(f.Path) != nil || f.Mode != "100644" {
			t.Errorf("%s\n%s", f.Path, *f.Content)
		}
	}
	if got, err := (Subsystem{}).Render(subsystem.Manifests{Items: map[string][]doc.Item{Name: {made("a", "nonsense", "k")}}}); err == nil {
		t.Errorf("not valid: %v", got)
	}
}
