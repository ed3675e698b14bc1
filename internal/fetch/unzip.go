package fetch

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode"

	"bkt/internal/pattern"
)

// Limits of an archive: bytes unpacked, files.
const (
	mostUnpacked = 128 << 20
	mostFiles    = 5000
)

// Unzip gives the files of a zip archive by their names, relative and below one folder. Anything that a folder of plain
// files cannot be is refused.
func Unzip(data []byte) (map[string][]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("not a zip file: %w", err)
	}
	if len(r.File) > mostFiles {
		return nil, fmt.Errorf("%d files in it are too many", len(r.File))
	}
	files, left := map[string][]byte{}, int64(mostUnpacked)
	for _, f := range r.File {
		name, folder, err := safe(f)
		if err != nil {
			return nil, err
		}
		if folder {
			continue
		}
		if _, again := files[name]; again {
			return nil, fmt.Errorf("%q is in it twice", name)
		}
		if files[name], err = content(f, left); err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
		left -= int64(len(files[name]))
	}
	for name := range files {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if _, file := files[dir]; file {
				return nil, fmt.Errorf("%q is a file and a folder", dir)
			}
		}
	}
	return files, nil
}

// drive is how Windows begins a path.
var drive = pattern.Lazy{Expr: `^[A-Za-z]:`}

// safe gives the name of an entry, and whether it is a folder. Links, devices, and names that lead out of the folder
// or that no two programs read alike are refused.
func safe(f *zip.File) (name string, folder bool, err error) {
	name, slash := strings.CutSuffix(f.Name, "/")
	mode := f.Mode()
	switch {
	case !fs.ValidPath(name) || name == "." || strings.Contains(name, `\`) || drive.Re().MatchString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "", false, fmt.Errorf("%q in it is no name of a file below a folder", f.Name)
	case slash || mode.IsDir():
		return name, true, nil
	case !mode.IsRegular():
		return "", false, fmt.Errorf("%q in it is a link or a device", f.Name)
	}
	return name, false, nil
}

// content unpacks one file, of at most so many bytes, whatever the archive says of its size.
func content(f *zip.File, most int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("more than %d MB unpacked", mostUnpacked>>20)
	}
	if b == nil {
		b = []byte{}
	}
	return b, err
}
