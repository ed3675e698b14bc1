package containerfile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var known = []string{"EXTERNAL_REPOS", "COPR_REPOS", "SYSTEM_PACKAGES", "KERNEL_ARGUMENTS", "SYSTEMD_UNITS", "HOST_SHIMS", "MANIFESTS"}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t testing.TB, text string) *File {
	t.Helper()
	f, err := Parse("Containerfile", []byte(text), known)
	if err != nil {
		t.Fatalf("parse:\n%s\n%v", text, err)
	}
	if string(f.Bytes()) != text {
		t.Fatalf("bytes changed:\n%q\n%q", text, f.Bytes())
	}
	return f
}

const (
	pkgStart = "# === SYSTEM_PACKAGES (managed by bkt) ===\n"
	pkgEnd   = "# === END SYSTEM_PACKAGES ===\n"
	coprText = "# === COPR_REPOS (managed by bkt) ===\n# No COPR repositories configured\n# === END COPR_REPOS ===\n"
)

func TestSections(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // of each section: name, body
	}{
		{"empty", "", nil},
		{"none", "FROM a\nRUN b\n", nil},
		{"plain", "FROM a\n" + pkgStart + "RUN x\n" + pkgEnd, []string{"SYSTEM_PACKAGES", "RUN x\n"}},
		{"empty body", pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"two", coprText + pkgStart + "\n" + pkgEnd, []string{"COPR_REPOS", "# No COPR repositories configured\n", "SYSTEM_PACKAGES", "\n"}},
		{"no final newline", pkgStart + "RUN x\n" + strings.TrimSpace(pkgEnd), []string{"SYSTEM_PACKAGES", "RUN x\n"}},
		{"trailing blanks", "# === SYSTEM_PACKAGES (managed by bkt) === \t\r\nRUN x\r\n# === END SYSTEM_PACKAGES ===  \n", []string{"SYSTEM_PACKAGES", "RUN x\n"}},
		{"byte order mark", "\xef\xbb\xbf" + pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"heredoc", "RUN <<EOF\n" + pkgStart + "EOF\n", nil},
		{"heredoc chomped", "RUN <<-EOF\n" + pkgStart + "\t\tEOF\n", nil},
		{"heredoc not chomped", "RUN <<EOF\n\tEOF\n" + pkgStart + "EOF\n", nil},
		{"heredoc double-quoted", "RUN cat <<\"E F\" >x\n" + pkgStart + "E F\n", nil},
		{"heredoc single-quoted", "RUN cat 3<<'EOF'\n" + pkgStart + "EOF\n", nil},
		{"heredoc escaped", "RUN cat <<\\EOF\n" + pkgStart + "EOF\n", nil},
		{"heredoc after a blank", "RUN cat << EOF\n" + pkgStart + "EOF\n", nil},
		{"heredoc with a command", "RUN <<EOF bash -s\n" + pkgStart + "EOF\n", nil},
		{"two heredocs", "COPY <<a <<b /x\n" + pkgStart + "a\n" + pkgStart + "b\n" + coprText, []string{"COPR_REPOS", "# No COPR repositories configured\n"}},
		{"heredoc of a continued line", "ADD \\\n  <<a \\\n  # comment\n  /x\n" + pkgStart + "a\n", nil},
		{"heredoc of an onbuild", "onbuild run <<a\n" + pkgStart + "a\n", nil},
		{"heredoc with crlf", "RUN <<a\r\n" + pkgStart + "a\r\n", nil},
		{"a here-string", "RUN cat <<<EOF\n" + pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"in quotes", "RUN echo \"a <<EOF\" ' <<EOF'\n" + pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"a shift", "RUN echo $((1<<2)) $(( 1 << 2 ))\n" + pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"in json", "RUN [\"cat\", \"<<EOF\"]\n" + pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"not where heredocs are", "LABEL x=y <<EOF\n" + pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"in a substitution", "RUN echo ${x:- <<EOF }\n" + pkgStart + "EOF\n", nil},
		{"an unknown substitution", "RUN echo ${x@Q} <<EOF\n" + pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"backtick escape", "# escape=`\nFROM a\nRUN dir c:\\\n" + pkgStart + "RUN a `\n  b\n" + pkgEnd, []string{"SYSTEM_PACKAGES", "RUN a `\n  b\n"}},
		{"an escape too late", "FROM a\n# escape=`\nRUN a `\n" + pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"escape after syntax", "# syntax=x\n# Escape = `\nRUN c:\\\n" + pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"doubled escape", "RUN c:\\\\\n" + pkgStart + pkgEnd, []string{"SYSTEM_PACKAGES", ""}},
		{"other comments", "# === foo ===\n# === System packages ===\n# === SYSTEM PACKAGES ===\n# ---\n#\n# === END ===\n# === Manifests ===\n# MANIFESTS\n# manifests (managed by bkt)\n", nil},
		{"a section of nobody", "# === TOOLBOX_PACKAGES (managed by bkt) ===\n" + coprText + "# === END TOOLBOX_PACKAGES ===\n", []string{"COPR_REPOS", "# No COPR repositories configured\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.text)
			var got []string
			for _, name := range f.Names() {
				body, line, ok := f.Section(name)
				if !ok {
					t.Fatalf("no section %s", name)
				}
				lines := strings.SplitAfter(tt.text, "\n")
				if !strings.Contains(lines[line-1], "=== "+name+" (") {
					t.Errorf("line %d of %s is %q", line, name, lines[line-1])
				}
				got = append(got, name, body)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
	if _, _, ok := parse(t, coprText).Section("SYSTEM_PACKAGES"); ok {
		t.Error("a section that is not there")
	}
}

func TestParseErrors(t *testing.T) {
	const misspelt = `misspelt marker of section SYSTEM_PACKAGES, it must be "# === SYSTEM_PACKAGES (managed by bkt) ==="`
	const misspeltEnd = `misspelt marker of section SYSTEM_PACKAGES, it must be "# === END SYSTEM_PACKAGES ==="`
	tests := []struct{ name, text, want string }{
		{"not closed", "FROM a\n\n" + pkgStart + "RUN x\n", "Containerfile:3: section SYSTEM_PACKAGES is not closed"},
		{"end without start", "FROM a\n" + pkgEnd, "Containerfile:2: END of section SYSTEM_PACKAGES without its start"},
		{"nested", pkgStart + coprText + pkgEnd, "Containerfile:2: section COPR_REPOS begins inside section SYSTEM_PACKAGES of line 1"},
		{"not closed before another", pkgStart + "RUN x\n" + coprText, "Containerfile:1: section SYSTEM_PACKAGES is not closed"},
		{"crossed", pkgStart + "# === COPR_REPOS (managed by bkt) ===\n" + pkgEnd + "# === END COPR_REPOS ===\n",
			"Containerfile:2: section COPR_REPOS begins inside section SYSTEM_PACKAGES of line 1"},
		{"nested and not closed", pkgStart + "# === COPR_REPOS (managed by bkt) ===\n" + pkgEnd,
			"Containerfile:2: section COPR_REPOS begins inside section SYSTEM_PACKAGES of line 1\nContainerfile:2: section COPR_REPOS is not closed"},
		{"duplicate", pkgStart + pkgEnd + "FROM b\n" + pkgStart + pkgEnd, "Containerfile:4: duplicate section SYSTEM_PACKAGES, the first is in line 1"},
		{"started twice", pkgStart + pkgStart + pkgEnd,
			"Containerfile:1: section SYSTEM_PACKAGES is not closed\nContainerfile:2: duplicate section SYSTEM_PACKAGES, the first is in line 1"},
		{"all of them, first line first", pkgEnd + "# === COPR_REPO (managed by bkt) ===\n",
			"Containerfile:1: END of section SYSTEM_PACKAGES without its start\n" +
				`Containerfile:2: misspelt marker of section COPR_REPOS, it must be "# === COPR_REPOS (managed by bkt) ==="` + "\n" +
				"Containerfile:2: section COPR_REPOS is not closed"},
		{"a letter less", "# === SYSTEM_PACKAGE (managed by bkt) ===\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"lower case", "# === system_packages (managed by bkt) ===\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"blank for underscore", "# === SYSTEM PACKAGES (managed by bkt) ===\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"upper-case BKT", "# === SYSTEM_PACKAGES (managed by BKT) ===\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"managed by another", "# === SYSTEM_PACKAGES (managed by foo) ===\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"not managed", "# === SYSTEM_PACKAGES ===\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"without parentheses", "# === SYSTEM_PACKAGES managed by bkt ===\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"no blanks", "#===SYSTEM_PACKAGES (managed by bkt)===\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"two blanks", "# ===  SYSTEM_PACKAGES (managed by bkt) ===\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"four rules", "# ==== SYSTEM_PACKAGES (managed by bkt) ====\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"dashes", "# --- SYSTEM_PACKAGES (managed by bkt) ---\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"indented", "  # === SYSTEM_PACKAGES (managed by bkt) ===\n" + pkgEnd, "Containerfile:1: " + misspelt},
		{"end: a letter less", pkgStart + "# === END SYSTEM_PACKAGE ===\n", "Containerfile:2: " + misspeltEnd},
		{"end: lower case", pkgStart + "# === end system_packages ===\n", "Containerfile:2: " + misspeltEnd},
		{"end: managed", pkgStart + "# === END SYSTEM_PACKAGES (managed by bkt) ===\n", "Containerfile:2: " + misspeltEnd},
		{"end: blank", pkgStart + "# === END SYSTEM PACKAGES ===\n", "Containerfile:2: " + misspeltEnd},
		{"inside an instruction", pkgStart + "RUN dnf install -y \\\n    htop \\\n" + pkgEnd + "RUN x\n",
			"Containerfile:4: marker of section SYSTEM_PACKAGES inside the instruction of line 2"},
		{"open heredoc", "FROM a\nRUN <<EOF\n" + pkgStart, "Containerfile:2: heredoc EOF is not closed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Parse("Containerfile", []byte(tt.text), known)
			if err == nil || f != nil {
				t.Fatalf("parsed:\n%s", tt.text)
			}
			if err.Error() != tt.want {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
		})
	}
}
