package containerfile

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

func seed(f *testing.F) {
	bodies := []string{"", "# none\n", "RUN dnf install -y \\\r\n    htop", "RUN <<E\nx\nE\n", "RUN <<E\n", "RUN x \\", pkgEnd, "FROM b\n"}
	for i, name := range []string{"ublue.Containerfile", "managed.Containerfile", "crlf.Containerfile"} {
		for _, body := range bodies {
			f.Add(fixture(f, name), body, uint8(i*3))
		}
	}
	for i, text := range []string{
		"FROM a", "FROM a\n" + pkgStart + "RUN x\n" + pkgEnd, "# escape=`\nFROM a\nRUN c:\\\n" + coprText,
		"FROM a\r\n" + strings.ReplaceAll(coprText, "\n", "\r\n") + "RUN cat << 3\r\n3", "FROM a\nRUN x \\\n# c\n\n",
		"\xef\xbb\xbf" + coprText + "FROM a\n# c\nRUN bootc container lint", "RUN ${x:-\"<<E\"} '", pkgEnd + pkgStart + "# === END copr_repos ===",
	} {
		f.Add([]byte(text), bodies[i], uint8(i))
	}
}

// FuzzParse: reading never panics and changes nothing, whatever it says names a line of the file, and edits touch nothing else.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte, body string, n uint8) {
		file, err := Parse("f", data, known)
		if err != nil {
			checkFaults(t, err, data)
			return
		}
		if !bytes.Equal(file.Bytes(), data) {
			t.Fatalf("bytes changed: %q", file.Bytes())
		}
		for _, in := range file.Instructions() {
			if line := strings.ToUpper(lineText(data, file.lines[in.Line-1])); in.Keyword == "" || line == "" {
				t.Errorf("instruction %+v in line %q", in, line)
			}
		}
		for _, s := range file.CopySources() {
			if s.Path == "" || s.Path[0] == '/' || s.Path == ".." || strings.HasPrefix(s.Path, "../") {
				t.Errorf("source %+v", s)
			}
		}
		checkReplace(t, file, body, int(n))
		checkInsert(t, data, body, known[int(n)%len(known)])
		checkInsertBefore(t, data, body)
	})
}

// checkFaults looks for a line that the file has in each fault, in order.
func checkFaults(t *testing.T, err error, data []byte) {
	t.Helper()
	all, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("not a list: %v", err)
	}
	last := 1
	for _, err := range all.Unwrap() {
		var e *Error
		if !errors.As(err, &e) || e.Line < last || e.Line > bytes.Count(data, []byte("\n"))+1 {
			t.Fatalf("%v after line %d", err, last)
		}
		last = e.Line
	}
}

func checkReplace(t *testing.T, file *File, body string, n int) {
	t.Helper()
	if len(file.sections) == 0 {
		return
	}
	before, s := file.Bytes(), file.sections[n%len(file.sections)]
	head, tail := before[:file.lines[s.start].end], before[file.lines[s.end].start:]
	others := bodies(file, s.name)
	if err := file.Replace(s.name, body); err != nil {
		if !bytes.Equal(file.Bytes(), before) {
			t.Fatalf("refused, yet changed: %v", err)
		}
		return
	}
	once := file.Bytes()
	if len(once) < len(head)+len(tail) || !bytes.HasPrefix(once, head) || !bytes.HasSuffix(once, tail) {
		t.Fatalf("bytes outside changed:\n%q\n%q", before, once)
	}
	if got, _, _ := file.Section(s.name); got != plain(body) {
		t.Fatalf("section %q, want %q", got, plain(body))
	}
	if !slices.Equal(bodies(file, s.name), others) {
		t.Fatalf("another section changed:\n%q\n%q", before, once)
	}
	if err := file.Replace(s.name, body); err != nil || !bytes.Equal(file.Bytes(), once) {
		t.Fatalf("twice is not once: %v\n%q\n%q", err, once, file.Bytes())
	}
	if again, err := Parse("f", once, known); err != nil || !slices.Equal(again.Names(), file.Names()) {
		t.Fatalf("parse again: %v", err)
	}
}

// bodies lists names and texts of all sections but one.
func bodies(f *File, but string) []string {
	var all []string
	for _, name := range f.Names() {
		if name != but {
			body, _, _ := f.Section(name)
			all = append(all, name, body)
		}
	}
	return all
}

func checkInsert(t *testing.T, data []byte, body, name string) {
	t.Helper()
	file, _ := Parse("f", data, known)
	if err := file.Insert(name, body, known); err != nil {
		if !bytes.Equal(file.Bytes(), data) {
			t.Fatalf("refused, yet changed: %v", err)
		}
		return
	}
	after := file.Bytes()
	checkAdded(t, data, after)
	if got, _, ok := file.Section(name); !ok || got != plain(body) {
		t.Fatalf("section %q, want %q", got, plain(body))
	}
	old, _ := Parse("f", data, known)
	if !slices.Equal(bodies(file, name), bodies(old, "")) {
		t.Fatalf("another section changed:\n%q\n%q", data, after)
	}
	if _, err := Parse("f", after, known); err != nil {
		t.Fatalf("parse again: %v\n%q", err, after)
	}
	if last := file.lastStage()[0].Stage; file.sectionStage(name) != last {
		t.Fatalf("not in the last stage:\n%q", after)
	}
}

// sectionStage counts the FROMs before a section.
func (f *File) sectionStage(name string) int {
	_, line, _ := f.Section(name)
	stage := -1
	for _, in := range f.Instructions() {
		if in.Line <= line {
			stage = in.Stage
		}
	}
	return stage
}

// checkAdded: the new file is the old one with something in one place.
func checkAdded(t *testing.T, before, after []byte) {
	t.Helper()
	n := 0
	for n < len(before) && before[n] == after[n] {
		n++
	}
	if len(after) < len(before) || !bytes.HasSuffix(after, before[n:]) {
		t.Fatalf("more than added:\n%q\n%q", before, after)
	}
}

func checkInsertBefore(t *testing.T, data []byte, text string) {
	t.Helper()
	file, _ := Parse("f", data, known)
	old := len(file.Instructions())
	if err := file.InsertBefore(text); err != nil {
		if !bytes.Equal(file.Bytes(), data) {
			t.Fatalf("refused, yet changed: %v", err)
		}
		return
	}
	checkAdded(t, data, file.Bytes())
	before, _ := Parse("f", data, known)
	if !slices.Equal(bodies(file, ""), bodies(before, "")) || len(file.Instructions()) < old {
		t.Fatalf("a section changed:\n%q\n%q", data, file.Bytes())
	}
}

// FuzzMarker: no comment is taken for a marker of a section unless it says so, and all that are not exact are faults.
func FuzzMarker(f *testing.F) {
	for _, s := range []string{"# === MANIFESTS (managed by bkt) ===", "# === END MANIFESTS ===", "#== manifest (Managed By bkt) =", "# --- HOST-SHIMS managed by", "# === Manifests ===", "# (", "#", "# = END", "# ===\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\n") {
			return
		}
		text := "FROM a\n#" + strings.TrimPrefix(s, "#") + "\n"
		file, err := Parse("f", []byte(text), known)
		if (err != nil) != strings.Contains(errorText(err), "f:2: ") {
			t.Fatalf("%q: %v", text, err)
		}
		if err == nil && len(file.Names()) != 0 {
			t.Fatalf("%q: a section of one line: %q", text, file.Names())
		}
		exact := slices.ContainsFunc(known, func(n string) bool {
			line := strings.TrimRight(strings.TrimPrefix(text[7:], "#"), " \t\r\n")
			return "#"+line == startMarker(n) || "#"+line == endMarker(n)
		})
		if exact && err == nil || !exact && err != nil && !strings.Contains(err.Error(), "misspelt") {
			t.Fatalf("%q, exact %v: %v", text, exact, err)
		}
	})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
