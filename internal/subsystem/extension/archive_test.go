package extension

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

var metadata = entry{"metadata.json", `{"uuid": "a@b", "uuid": "a@b", "name": "x"}`, 0}

func TestUnpack(t *testing.T) {
	got, err := unpack(archive(t, entry{"schemas/", "", fs.ModeDir | 0o755}, metadata, entry{"extension.js", "x", 0o777}, entry{"schemas/a.gschema.xml", "", 0o4755}, entry{"ui/é b.js", "y", 0}), "a@b")
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
		"cut off":       {archive(t, metadata)[:60], "not a zip file"},
		"no metadata":   {archive(t, entry{"x/metadata.json", metadata.text, 0}), "no metadata.json"},
		"bad metadata":  {archive(t, entry{"metadata.json", "{", 0}), "not JSON"},
		"another":       {archive(t, entry{"metadata.json", `{"uuid": "c@d"}`, 0}), `it is "c@d"`},
		"up":            {archive(t, metadata, entry{"../x", "", 0}), "no name"},
		"up inside":     {archive(t, metadata, entry{"a/../../x", "", 0}), "no name"},
		"absolute":      {archive(t, metadata, entry{"/x", "", 0}), "no name"},
		"drive":         {archive(t, metadata, entry{"C:x", "", 0}), "no name"},
		"backslash":     {archive(t, metadata, entry{`a\..\x`, "", 0}), "no name"},
		"control":       {archive(t, metadata, entry{"a\nb", "", 0}), "no name"},
		"empty":         {archive(t, metadata, entry{"", "", 0}), "no name"},
		"itself":        {archive(t, metadata, entry{"./", "", fs.ModeDir | 0o755}), "no name"},
		"double slash":  {archive(t, metadata, entry{"a//b", "", 0}), "no name"},
		"not utf-8":     {archive(t, metadata, entry{"a\xff", "", 0}), "no name"},
		"link":          {archive(t, metadata, entry{"l", "/etc", fs.ModeSymlink | 0o777}), "a link"},
		"pipe":          {archive(t, metadata, entry{"p", "", fs.ModeNamedPipe | 0o777}), "a link"},
		"twice":         {archive(t, metadata, metadata), "twice"},
		"file and more": {archive(t, metadata, entry{"a", "", 0}, entry{"a/b", "", 0}), "a file and a folder"},
		"too many":      {archive(t, many...), "too many"},
		"a bomb":        {archive(t, metadata, entry{"a", big, 0}, entry{"b", big, 0}), "more than 128 MB"},
	} {
		if got, err := unpack(c.data, "a@b"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %d files, %v, want %q", name, len(got), err, c.want)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(archive(f, metadata, entry{"a/b", "x", 0}))
	f.Add(archive(f, metadata, entry{"../b", "x", 0}, entry{"l", "x", fs.ModeSymlink}))
	f.Fuzz(func(t *testing.T, b []byte) {
		files, err := unpack(b, "a@b")
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
		if err == nil && files["metadata.json"] == nil {
			t.Fatal("no metadata")
		}
	})
}
