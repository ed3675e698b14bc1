package containerfile

import (
	"errors"
	"strings"
	"testing"
)

func TestReplace(t *testing.T) {
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	const old = "FROM a\t \n" + pkgStart + "RUN x\n" + pkgEnd + "\n\nRUN y <<E\n" + pkgStart + "E\nCMD z"
	wrap := func(body string) string { return strings.Replace(old, "RUN x\n", body, 1) }
	tests := []struct{ name, text, body, want string }{
		{"other", old, "RUN 1 \\\n    2\n", wrap("RUN 1 \\\n    2\n")},
		{"same", old, "RUN x\n", old},
		{"empty", old, "", wrap("")},
		{"blank line", old, "\n", wrap("\n")},
		{"no final newline", old, "# none", wrap("# none\n")},
		{"crlf into lf", old, "a\r\nb\r\n", wrap("a\nb\n")},
		{"lf into crlf", crlf(old), "a\nb\n", crlf(wrap("a\nb\n"))},
		{"same in crlf", crlf(old), "RUN x\n", crlf(old)},
		{"mixed endings stay when the text is the same", strings.Replace(crlf(old), "RUN x\r\n", "RUN x\n", 1), "RUN x\n", strings.Replace(crlf(old), "RUN x\r\n", "RUN x\n", 1)},
		{"a closed heredoc", old, "RUN <<E\n" + pkgStart + "E\n", wrap("RUN <<E\n" + pkgStart + "E\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.text)
			for range 2 { // twice is once
				if err := f.Replace("SYSTEM_PACKAGES", tt.body); err != nil {
					t.Fatal(err)
				}
				if got := string(f.Bytes()); got != tt.want {
					t.Fatalf("got  %q\nwant %q", got, tt.want)
				}
			}
			body, _, _ := f.Section("SYSTEM_PACKAGES")
			if want := plain(tt.body); body != want {
				t.Errorf("section %q, want %q", body, want)
			}
		})
	}
}

func TestReplaceRefuses(t *testing.T) {
	const text = "FROM a\n" + pkgStart + "RUN x\n" + pkgEnd + "RUN y\n"
	tests := []struct{ name, section, body, want string }{
		{"absent", "COPR_REPOS", "RUN x\n", "Containerfile: no section COPR_REPOS"},
		{"open heredoc", "SYSTEM_PACKAGES", "RUN <<EOF\n", "Containerfile:2: text for section SYSTEM_PACKAGES does not stand alone: heredoc EOF is not closed"},
		{"continued", "SYSTEM_PACKAGES", "RUN x \\\n", "Containerfile:2: text for section SYSTEM_PACKAGES does not stand alone: marker of section SYSTEM_PACKAGES inside the instruction of line 3"},
		{"a marker", "SYSTEM_PACKAGES", coprText, "Containerfile:2: text for section SYSTEM_PACKAGES does not stand alone: section COPR_REPOS begins inside section SYSTEM_PACKAGES of line 2"},
		{"ends and begins again", "SYSTEM_PACKAGES", pkgEnd + coprText + pkgStart, "Containerfile:2: text for section SYSTEM_PACKAGES does not stand alone: duplicate section SYSTEM_PACKAGES, the first is in line 2"},
		{"a stage", "SYSTEM_PACKAGES", "FROM b\n", "Containerfile:2: text for section SYSTEM_PACKAGES does not stand alone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, text)
			err := f.Replace(tt.section, tt.body)
			var e *Error
			if !errors.As(err, &e) || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if string(f.Bytes()) != text {
				t.Errorf("changed: %q", f.Bytes())
			}
		})
	}
}

func TestInsert(t *testing.T) {
	const (
		pkg    = pkgStart + "RUN x\n" + pkgEnd
		shims  = "# === HOST_SHIMS (managed by bkt) ===\n# === END HOST_SHIMS ===\n"
		lint   = "RUN bootc container lint\n"
		inline = "RUN --mount=type=tmpfs,dst=/x \\\n  # why\n  bootc container lint\n"
	)
	tests := []struct{ name, text, want string }{
		{"at the end", "FROM a\n", "FROM a\n\n" + pkg},
		{"blank at the end", "FROM a\n\n", "FROM a\n\n" + pkg},
		{"no final newline", "FROM a", "FROM a\n\n" + pkg},
		{"no final newline, blanks", "FROM a\n  ", "FROM a\n  \n" + pkg},
		{"crlf", "FROM a\r\n", "FROM a\r\n\r\n" + strings.ReplaceAll(pkg, "\n", "\r\n")},
		{"crlf, no final newline", "FROM a\r\nRUN b", "FROM a\r\nRUN b\r\n\r\n" + strings.ReplaceAll(pkg, "\n", "\r\n")},
		{"before the lint", "FROM a\nRUN b\n" + lint, "FROM a\nRUN b\n\n" + pkg + "\n" + lint},
		{"before the lint, blank", "FROM a\n\n" + lint + "LABEL x=y\n", "FROM a\n\n" + pkg + "\n" + lint + "LABEL x=y\n"},
		{"before the lint's comment", "FROM a\n\n## Lint\n# it\n" + lint, "FROM a\n\n" + pkg + "\n## Lint\n# it\n" + lint},
		{"before a lint with a mount", "FROM a\n\n" + inline, "FROM a\n\n" + pkg + "\n" + inline},
		{"before a lint in json", "FROM a\nRUN [\"bootc\", \"container\", \"lint\"]\n", "FROM a\n\n" + pkg + "\nRUN [\"bootc\", \"container\", \"lint\"]\n"},
		{"before the last lint", "FROM a\n" + lint + lint, "FROM a\n" + lint + "\n" + pkg + "\n" + lint},
		{"a lint of an earlier stage", "FROM a\n" + lint + "FROM b\nRUN c\n", "FROM a\n" + lint + "FROM b\nRUN c\n\n" + pkg},
		{"a build that ends in a lint", "FROM a\nRUN /ctx/build && bootc container lint\n", "FROM a\nRUN /ctx/build && bootc container lint\n\n" + pkg},
		{"a lint in a heredoc", "FROM a\nRUN <<E\n" + lint + "E\n", "FROM a\nRUN <<E\n" + lint + "E\n\n" + pkg},
		{"a lint in a section", "FROM a\n" + strings.Replace(coprText, "# No", lint+"# No", 1), "FROM a\n" + strings.Replace(coprText, "# No", lint+"# No", 1) + "\n" + pkg},
		{"after an earlier section", "FROM a\n" + coprText + "RUN y\n" + lint, "FROM a\n" + coprText + "RUN y\n\n" + pkg + "\n" + lint},
		{"before a later section", "FROM a\n# mine\n" + shims + "RUN y\n" + lint, "FROM a\n\n" + pkg + "\n# mine\n" + shims + "RUN y\n" + lint},
		{"between", "FROM a\n" + coprText + shims + lint, "FROM a\n" + coprText + "\n" + pkg + "\n" + shims + lint},
		{"comment between markers", "FROM a\n" + coprText + "# c\n" + lint, "FROM a\n" + coprText + "\n" + pkg + "\n# c\n" + lint},
		{"another order", "FROM a\n" + shims + coprText + lint, "FROM a\n" + shims + coprText + "\n" + pkg + "\n" + lint},
		{"earlier section after the lint", "FROM a\n" + lint + coprText, "FROM a\n" + lint + coprText + "\n" + pkg},
		{"sections of another stage", "FROM a\n" + coprText + shims + "FROM b\n" + lint, "FROM a\n" + coprText + shims + "FROM b\n\n" + pkg + "\n" + lint},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.text)
			if err := f.Insert("SYSTEM_PACKAGES", "RUN x\n", known); err != nil {
				t.Fatal(err)
			}
			if got := string(f.Bytes()); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// All sections in any order of insertion come out in the one order.
func TestInsertAll(t *testing.T) {
	for _, name := range []string{"ublue.Containerfile", "managed.Containerfile", "crlf.Containerfile"} {
		for _, step := range []int{1, 2, 3, 4, 5, 6} {
			f := parse(t, string(fixture(t, name)))
			had := strings.Join(f.Names(), " ")
			for i := range known {
				section := known[i*step%len(known)]
				if _, _, ok := f.Section(section); ok {
					continue
				}
				if err := f.Insert(section, "# none", known); err != nil {
					t.Fatal(err)
				}
			}
			want := strings.Join(known, " ")
			if strings.Contains(had, "KERNEL_ARGUMENTS SYSTEM_PACKAGES") { // the file's own order stays
				want = "EXTERNAL_REPOS COPR_REPOS KERNEL_ARGUMENTS SYSTEM_PACKAGES SYSTEMD_UNITS HOST_SHIMS MANIFESTS"
			}
			if got := strings.Join(f.Names(), " "); got != want {
				t.Errorf("%s, step %d: %s", name, step, got)
			}
			if strings.Contains(string(f.Bytes()), "\n\n\n") || strings.Contains(string(f.Bytes()), "\r\n\r\n\r\n") {
				t.Errorf("%s: two blank lines:\n%s", name, f.Bytes())
			}
		}
	}
}

func TestInsertRefuses(t *testing.T) {
	tests := []struct{ name, text, section, body, want string }{
		{"no stage", "RUN x\n", "COPR_REPOS", "", "Containerfile: no FROM, so no place for section COPR_REPOS"},
		{"there already", "FROM a\n" + coprText, "COPR_REPOS", "", "Containerfile: section COPR_REPOS is there already"},
		{"unknown", "FROM a\n", "FOO", "", "Containerfile: unknown section FOO"},
		{"the file's last instruction is open", "FROM a\nRUN x \\\n", "COPR_REPOS", "", "Containerfile: text for section COPR_REPOS does not stand alone: marker of section COPR_REPOS inside the instruction of line 2"},
		{"open heredoc", "FROM a\n", "COPR_REPOS", "RUN <<E", "Containerfile: text for section COPR_REPOS does not stand alone: heredoc E is not closed"},
		{"a section more", "FROM a\n", "COPR_REPOS", "# === END COPR_REPOS ===\n" + pkgStart + pkgEnd + "# === COPR_REPOS (managed by bkt) ===", "Containerfile: text for section COPR_REPOS does not stand alone: duplicate section COPR_REPOS, the first is in line 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.text)
			if err := f.Insert(tt.section, tt.body, known); err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if string(f.Bytes()) != tt.text {
				t.Errorf("changed: %q", f.Bytes())
			}
		})
	}
}

func TestInsertBefore(t *testing.T) {
	const opt = "# /opt is a link into /var\nRUN [ ! -L /opt ] || { rm /opt && mkdir /opt; }\n"
	tests := []struct{ name, text, want string }{
		{"before the first section", "FROM a\nRUN x\n\n# mine\n" + coprText + pkgStart + pkgEnd, "FROM a\nRUN x\n\n" + opt + "\n# mine\n" + coprText + pkgStart + pkgEnd},
		{"not of another stage", "FROM a\n" + coprText + "FROM b\n" + pkgStart + pkgEnd, "FROM a\n" + coprText + "FROM b\n\n" + opt + "\n" + pkgStart + pkgEnd},
		{"no section", "FROM a\nRUN bootc container lint\n", "FROM a\n\n" + opt + "\nRUN bootc container lint\n"},
		{"nothing", "FROM a", "FROM a\n\n" + opt},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.text)
			if err := f.InsertBefore(opt); err != nil {
				t.Fatal(err)
			}
			if got := string(f.Bytes()); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
	refused := []struct{ name, text, add string }{
		{"no stage", "RUN x\n", opt},
		{"a section", "FROM a\n", coprText},
		{"a stage", "FROM a\n", "FROM b"},
		{"continued into a section", "FROM a\n" + coprText, "RUN x \\"},
		{"continued into an instruction", "FROM a\nRUN bootc container lint\n", "RUN x \\\n"},
		{"continues the last instruction", "FROM a\nRUN x \\\n", opt},
		{"open heredoc", "FROM a\nRUN bootc container lint\n", "RUN <<E\n"},
	}
	for _, tt := range refused {
		t.Run("refuses "+tt.name, func(t *testing.T) {
			f := parse(t, tt.text)
			if err := f.InsertBefore(tt.add); err == nil || string(f.Bytes()) != tt.text {
				t.Errorf("%v: %q", err, f.Bytes())
			}
		})
	}
}
