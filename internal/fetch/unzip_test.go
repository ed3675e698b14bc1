package fetch

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

// entries are the files of an archive, in order; a mode of 0 is a plain file's.
type entry struct {
	name, text string
	mode       fs.FileMode
}

func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = f.Write([]byte(e.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var plain = entry{"plain", "p", 0}

func TestUnzip(t *testing.T) {
	got, err := Unzip(archive(t, entry{"schemas/", "", fs.ModeDir | 0o755}, plain, entry{"extension.js", "x", 0o777}, entry{"schemas/a.gschema.xml", "", 0o4755}, entry{"ui/é b.js", "y", 0}))
	if err != nil || len(got) != 4 || string(got["extension.js"]) != "x" || got["schemas/a.gschema.xml"] == nil || string(got["ui/é b.js"]) != "y" {
		t.Errorf("%q, %v", got, err)
	}
	many := make([]entry, mostFiles+1)
	for n := range many {
		many[n] = entry{name: fmt.Sprint(n)}
	}
	big := strings.Repeat("\x00", mostUnpacked/2+1)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":       {nil, "not a zip file"},
		"a page":        {[]byte("<html></html>"), "not a zip file"},
		"cut off":       {archive(t, plain)[:60], "not a zip file"},
		"up":            {archive(t, plain, entry{"../x", "", 0}), "no name"},
		"up inside":     {archive(t, plain, entry{"a/../../x", "", 0}), "no name"},
		"absolute":      {archive(t, plain, entry{"/x", "", 0}), "no name"},
		"drive":         {archive(t, plain, entry{"C:x", "", 0}), "no name"},
		"backslash":     {archive(t, plain, entry{`a\..\x`, "", 0}), "no name"},
		"control":       {archive(t, plain, entry{"a\nb", "", 0}), "no name"},
		"empty":         {archive(t, plain, entry{"", "", 0}), "no name"},
		"itself":        {archive(t, plain, entry{"./", "", fs.ModeDir | 0o755}), "no name"},
		"double slash":  {archive(t, plain, entry{"a//b", "", 0}), "no name"},
		"not utf-8":     {archive(t, plain, entry{"a\xff", "", 0}), "no name"},
		"link":          {archive(t, plain, entry{"l", "/etc", fs.ModeSymlink | 0o777}), "a link"},
		"pipe":          {archive(t, plain, entry{"p", "", fs.ModeNamedPipe | 0o777}), "a link"},
		"twice":         {archive(t, plain, plain), "twice"},
		"file and more": {archive(t, plain, entry{"a", "", 0}, entry{"a/b", "", 0}), "a file and a folder"},
		"too many":      {archive(t, many...), "too many"},
		"a bomb":        {archive(t, plain, entry{"a", big, 0}, entry{"b", big, 0}), "more than 128 MB"},
	} {
		if got, err := Unzip(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %d files, %v, want %q", name, len(got), err, c.want)
		}
	}
}

func FuzzUnzip(f *testing.F) {
	f.Add(archive(f, plain, entry{"a/b", "x", 0}))
	f.Add(archive(f, plain, entry{"../b", "x", 0}, entry{"l", "x", fs.ModeSymlink}))
	f.Fuzz(func(t *testing.T, b []byte) {
		files, err := Unzip(b)
		if (files == nil) == (err == nil) {
			t.Fatalf("%v, %v", files, err)
		}
		for name, data := range files {
			if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\n\x00") || data == nil {
				t.Fatalf("%q", name)
			}
			for at := range name {
				if _, file := files[name[:at]]; file && name[at] == '/' {
					t.Fatalf("%q is below a file", name)
				}
			}
		}
	})
}
