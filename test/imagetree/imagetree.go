// Package imagetree makes the files that this repository's own Containerfile puts into an image,
// without building one: each COPY, and of each RUN what makes files of ours. It is strict: an
// instruction that it does not know fails.
package imagetree

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"bkt/test/real"
)

// Source is what the image is built from.
type Source struct {
	Project  string // the root of the repository
	Programs string // the folder that the first stage builds: /out/
	Tree     string // what is here is taken instead of the project's: manifests/, repo.json
	Commit   string
	Date     string
}

// Build makes the files below dir.
func Build(t real.T, s Source, dir string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.Project, "Containerfile"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	text := strings.ReplaceAll(string(b), "\\\n", " ")
	text = text[strings.LastIndex(text, "\nFROM "):]
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "", "FROM", "LABEL", "#":
		case "ARG":
			if rest != "BKT_COMMIT=" && rest != "BKT_DATE=" {
				t.Fatalf("ARG %s is not known here", rest)
			}
		case "COPY":
			s.copy(t, strings.Fields(rest), dir)
		case "RUN":
			for command := range strings.SplitSeq(rest, "&&") {
				s.run(t, strings.Fields(command), dir)
			}
		default:
			if !strings.HasPrefix(line, "#") {
				t.Fatalf("%s is not known here", line)
			}
		}
	}
}

// copy carries out a COPY of files, or of a folder's content.
func (s Source) copy(t real.T, args []string, dir string) {
	t.Helper()
	from, mode := s.Project, fs.FileMode(0)
	for len(args) > 2 {
		switch flag, value, _ := strings.Cut(args[0], "="); flag {
		case "--from":
			if value != "build" || args[1] != "/out/" {
				t.Fatalf("COPY %q is not known here", args)
			}
			from, args[1] = s.Programs, "./"
		case "--chmod":
			n, err := strconv.ParseUint(value, 8, 32)
			if err != nil {
				t.Fatalf("COPY %q: %v", args, err)
			}
			mode = fs.FileMode(n)
		default:
			t.Fatalf("COPY %q is not known here", args)
		}
		args = args[1:]
	}
	src, dst := args[0], filepath.Join(dir, args[1])
	if _, err := os.Stat(filepath.Join(s.Tree, src)); s.Tree != "" && from == s.Project && err == nil {
		from = s.Tree
	}
	if !strings.HasSuffix(src, "/") {
		file(t, filepath.Join(from, src), dst, mode)
		return
	}
	from = filepath.Join(from, src)
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			file(t, path, filepath.Join(dst, strings.TrimPrefix(path, from)), mode)
		}
		return err
	})
	if err != nil {
		t.Fatalf("COPY %q: %v", args, err)
	}
}

func file(t real.T, from, to string, mode fs.FileMode) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if fi, err := os.Stat(from); err == nil && mode == 0 {
		mode = fi.Mode().Perm()
	}
	real.Write(t, to, string(b), mode)
}

// run carries out one command of a RUN, where it makes files of ours.
func (s Source) run(t real.T, argv []string, dir string) {
	t.Helper()
	switch line := strings.Join(argv, " "); {
	case argv[0] == "systemctl":
		real.Output(t, "", real.Env("/"), append([]string{"systemctl", "--root=" + dir}, argv[1:]...)...)
	case strings.HasPrefix(line, "mkdir -p /"):
		real.Output(t, "", real.Env("/"), "mkdir", "-p", filepath.Join(dir, argv[2]))
	case strings.HasPrefix(line, "ln -sf ") && len(argv) == 4:
		real.Output(t, "", real.Env("/"), "ln", "-sf", argv[2], filepath.Join(dir, argv[3]))
	case strings.HasPrefix(line, "printf ") && argv[len(argv)-1] == "/usr/share/bkt/source.json":
		real.Write(t, filepath.Join(dir, "usr/share/bkt/source.json"), `{"commit": "`+s.Commit+`", "date": "`+s.Date+`"}`+"\n", 0o644)
	case argv[0] == "dnf", argv[0] == "rpm", line == "bootc container lint", strings.HasPrefix(line, "[ ! -L /opt ]"),
		line == "mkdir /opt; }":
	default:
		t.Fatalf("RUN %s is not known here", line)
	}
}

// List are the files and links below dir, each as the machine sees it: /usr/bin/bkt.
func List(t real.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && path != dir {
			out = append(out, strings.TrimPrefix(path, dir))
		}
		return err
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out
}
