package render

import (
	"strings"
	"testing"

	"bkt/internal/doc"
)

func plainNames() Names {
	return Names{Noun: func(s string) string { return s }, Plural: func(s string) string { return s + "s" },
		Describe: func(i doc.Item) string { return strings.TrimSpace(i.Scope + " " + i.Attrs.String("remote")) }}
}

func side(name, value string) doc.Side { return doc.Has(doc.Attrs{}.Set(name, value)) }

func TestWriteList(t *testing.T) {
	in := &doc.Files{Files: []doc.File{{Path: "Containerfile"}, {Path: "manifests/x.json"}}, Changes: []doc.Change{
		{Subsystem: "flatpak", Scope: "user", ID: "org.a.A", Have: side("remote", "flathub")},
		{Subsystem: "flatpak", Scope: "user", ID: "org.a.Known", Have: side("remote", "flathub"), Stage: doc.Proposed},
		{Subsystem: "dnf", ID: "nano", Class: doc.RemovedHere, Want: side("mode", "install")},
		{Subsystem: "shim", ID: "a,b*\n\\", Want: side("host", "x"), Have: side("host", "y")},
	}}
	want := "flatpak@user:org.a.A\t+ flatpak  org.a.A  user flathub\n" +
		"dnf:nano\t- dnf      nano     removed here\n" +
		"shim:a\\,b\\*?\\\\\t~ shim     a,b*?\\   host: x -> y\n"
	var b strings.Builder
	if err := WriteList(&b, in, plainNames()); err != nil || b.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, b.String(), want)
	}
	for _, c := range []struct {
		in   doc.Files
		want string
	}{
		{doc.Files{}, ""},
		{doc.Files{Files: in.Files}, "-\t~ files  Containerfile, manifests/x.json  made anew from the manifests\n"},
		{doc.Files{Files: in.Files, Changes: in.Changes[1:2]}, ""},
	} {
		var b strings.Builder
		if err := WriteList(&b, &c.in, plainNames()); err != nil || b.String() != c.want {
			t.Errorf("%v: %q, want %q", err, b.String(), c.want)
		}
	}
}
