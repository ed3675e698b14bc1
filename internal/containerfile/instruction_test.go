package containerfile

import (
	"slices"
	"testing"
)

func TestFixtures(t *testing.T) {
	tests := []struct {
		name, from string
		names      []string
		sources    []Source
	}{
		{"ublue.Containerfile", "${BASE_IMAGE}", []string{}, []Source{
			{Path: "system_files/shared", Line: 11}, {Path: "system_files/gnome", Line: 11},
			{Path: "system/[a-z]*.conf", Line: 35}, {Path: "etc/dir", Line: 35},
			{Path: "${IMAGE_NAME}/extra", Line: 35, Variable: true}, {Path: ".", Line: 35}}},
		{"managed.Containerfile", "ghcr.io/ublue-os/bazzite-gnome:stable",
			[]string{"COPR_REPOS", "KERNEL_ARGUMENTS", "SYSTEM_PACKAGES", "SYSTEMD_UNITS", "HOST_SHIMS"},
			[]Source{{Path: "system/keyd/default.conf", Line: 34}, {Path: "repo.json", Line: 35}}},
		{"crlf.Containerfile", "quay.io/fedora/fedora-bootc:44", []string{"SYSTEM_PACKAGES"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, string(fixture(t, tt.name)))
			if from, _, ok := f.From(); !ok || from != tt.from {
				t.Errorf("from %q", from)
			}
			if !slices.Equal(f.Names(), tt.names) {
				t.Errorf("names %q", f.Names())
			}
			if got := f.CopySources(); !slices.Equal(got, tt.sources) {
				t.Errorf("sources %+v", got)
			}
		})
	}
}

func TestInstructions(t *testing.T) {
	f := parse(t, "ARG A\nFROM scratch AS ctx\ncopy x /\nFROM \\\n # c\n b\n"+pkgStart+"RUN <<E cat \\\n  more\nhi\nE\n"+pkgEnd+"RUN [ ! -L /opt ] || { rm /opt && mkdir /opt; }\n")
	want := []Instruction{
		{Line: 1, Keyword: "ARG", Text: "A", Stage: -1},
		{Line: 2, Keyword: "FROM", Text: "scratch AS ctx", Stage: 0},
		{Line: 3, Keyword: "COPY", Text: "x /", Stage: 0},
		{Line: 4, Keyword: "FROM", Text: "b", Stage: 1},
		{Line: 8, Keyword: "RUN", Text: "<<E cat   more", Section: "SYSTEM_PACKAGES", Stage: 1},
		{Line: 13, Keyword: "RUN", Text: "[ ! -L /opt ] || { rm /opt && mkdir /opt; }", Stage: 1},
	}
	if got := f.Instructions(); !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestFrom(t *testing.T) {
	tests := []struct {
		text, ref string
		line      int
	}{
		{"", "", 0},
		{"RUN x\n", "", 0},
		{"FROM\n", "", 1},
		{"FROM a\n", "a", 1},
		{"FROM a\nRUN x\nfrom --platform=linux/amd64 b:1@sha256:0 AS c\n", "b:1@sha256:0", 3},
	}
	for _, tt := range tests {
		ref, line, ok := parse(t, tt.text).From()
		if ref != tt.ref || line != tt.line || ok != (tt.ref != "") {
			t.Errorf("%q: %q %d %v", tt.text, ref, line, ok)
		}
	}
}

func TestCopySources(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"a b", []string{"a"}},
		{"a b c/", []string{"a", "b"}},
		{"--chown=1:1 --chmod=0755 ./generated/shims/ /etc/", []string{"generated/shims"}},
		{"--from=x a b", nil},
		{"--from=\"x\" a b", nil},
		{"--link --from=x a b", nil},
		{"--parents a/b /", []string{"a/b"}},
		{"-- --a b", []string{"--a"}},
		{"/a ../b / c", []string{"a", "b", "."}},
		{"\"a\" 'b' c", []string{"a", "b"}},
		{"[\"a b\", \"c\"]", []string{"a b"}},
		{"--chmod=1 [\"a\", \"b\", \"c\"]", []string{"a", "b"}},
		{"[a b", []string{"[a"}},
		{"a", []string{}},
		{"", nil},
		{"a \\\n  # c\n  b \\\n  c", []string{"a", "b"}},
		{"<<E a /b\nE", []string{"a"}},
		{"$A/x ${B} c", []string{"$A/x", "${B}"}},
	}
	for _, tt := range tests {
		var got []string
		for _, s := range parse(t, "FROM a\nCOPY no /\nFROM b\nCOPY "+tt.text+"\n").CopySources() {
			got = append(got, s.Path)
			if s.Line != 4 {
				t.Errorf("%q: line %d", tt.text, s.Line)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}
