package forge

import (
	"bufio"
	"bytes"
	_ "crypto/sha1"
	_ "crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestBlobID(t *testing.T) {
	for content, want := range map[string]string{
		"":        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
		"hello\n": "ce013625030ba8dba906f756967f9e9ca394464a",
	} {
		if got := BlobID([]byte(content)); got != want {
			t.Errorf("%q: %s, want %s", content, got, want)
		}
	}
}

func TestPages(t *testing.T) {
	const b = "bkt/desk-abc123"
	for _, c := range []struct{ url, page, slug, compare string }{
		{"https://github.com/ada/my-bazzite.git", "https://github.com/ada/my-bazzite", "github.com/ada/my-bazzite", "https://github.com/ada/my-bazzite/compare/main...bkt/desk-abc123?expand=1"},
		{"https://GitHub.com/ada/x/", "https://github.com/ada/x", "github.com/ada/x", "https://github.com/ada/x/compare/main...bkt/desk-abc123?expand=1"},
		{"git@github.com:ada/x.git", "https://github.com/ada/x", "github.com/ada/x", "https://github.com/ada/x/compare/main...bkt/desk-abc123?expand=1"},
		{"github.com:ada/x", "https://github.com/ada/x", "github.com/ada/x", "https://github.com/ada/x/compare/main...bkt/desk-abc123?expand=1"},
		{"ssh://git@ssh.github.com:443/ada/x.git", "https://github.com/ada/x", "github.com/ada/x", "https://github.com/ada/x/compare/main...bkt/desk-abc123?expand=1"},
		{"https://u:p@github.com/ada/x.git", "https://github.com/ada/x", "github.com/ada/x", "https://github.com/ada/x/compare/main...bkt/desk-abc123?expand=1"},
		{"https://acme.ghe.com/ada/x", "https://acme.ghe.com/ada/x", "acme.ghe.com/ada/x", "https://acme.ghe.com/ada/x/compare/main...bkt/desk-abc123?expand=1"},
		{"git@gitlab.com:group/sub/x.git", "https://gitlab.com/group/sub/x", "", "https://gitlab.com/group/sub/x/-/merge_requests/new?merge_request[source_branch]=bkt%2Fdesk-abc123&merge_request[target_branch]=main"},
		{"ssh://git@altssh.gitlab.com:443/a/x.git", "https://gitlab.com/a/x", "gitlab.com/a/x", "https://gitlab.com/a/x/-/merge_requests/new?merge_request[source_branch]=bkt%2Fdesk-abc123&merge_request[target_branch]=main"},
		{"ssh://git@gitea.example.test:2222/a/x.git", "https://gitea.example.test/a/x", "gitea.example.test/a/x", "https://gitea.example.test/a/x/compare/main...bkt/desk-abc123"},
		{"https://codeberg.org/a/x.git", "https://codeberg.org/a/x", "codeberg.org/a/x", "https://codeberg.org/a/x/compare/main...bkt/desk-abc123"},
		{"http://forgejo.lan:3000/a/x.git", "http://forgejo.lan:3000/a/x", "", "http://forgejo.lan:3000/a/x/compare/main...bkt/desk-abc123"},
		{"https://git.example.test/a/b c.git", "https://git.example.test/a/b%20c", "git.example.test/a/b c", ""},
		{"file:///srv/git/a/x.git", "", "", ""},
		{"/srv/git/a/x.git", "", "", ""},
		{"https://example.test/x.git", "", "", ""},
		{"git@host:~ada/x.git", "", "", ""},
	} {
		p, ok := locate(c.url)
		if !ok {
			if c.page != "" {
				t.Errorf("%s: not located", c.url)
			}
			continue
		}
		if p.page() != c.page || p.slug() != c.slug || p.compare("main", b) != c.compare {
			t.Errorf("%s:\n%s\n%s\n%s", c.url, p.page(), p.slug(), p.compare("main", b))
		}
	}
}

func TestURLs(t *testing.T) {
	for _, s := range []string{
		"https://github.com/a/b.git", "http://h:3000/a", "ssh://git@h:22/a/b", "git@h:a/b.git", "h:a/b", "git://h/a", "file:///srv/x.git", "/srv/x.git", "/srv/x.git/", "/srv/proc/x.git",
	} {
		if err := CheckURL(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{
		"", "-x", "--upload-pack=touch x", "ext::sh", "ext::sh -c x", "fd::7", "https://", "ssh://-oProxyCommand=x/a", "ssh://git@-oProxyCommand=x/a",
		"-oProxyCommand=x:a", "git@-oProxyCommand=x:a", "ftp://h/a", "javascript://x/y", "../x.git", "x", "https://h/a\nb", "https://h/a b", "h:a\x00b", "git+ssh://h/a",
		"/proc/self/cwd/../x.git", "file:///proc/self/cwd/x.git", "FILE:///%70roc/self/cwd/x.git", "file://localhost//proc/1/cwd", "/dev/fd/3", "/srv/../x.git", "file:///srv/%2e%2e/x.git",
	} {
		if err := CheckURL(s); err == nil {
			t.Errorf("%q was taken", s)
		} else if strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%q: %q", s, err)
		}
	}
}

func TestBranches(t *testing.T) {
	for s, ok := range map[string]bool{
		"main": true, "bkt/desk-1": true, "a.b": true, "": false, "-x": false, "a..b": false, "a b": false, "a~1": false, "a^": false, "a:b": false,
		"a.lock": false, "a/": false, "/a": false, "a//b": false, ".a": false, "a/.b": false, "a.": false, "@": false, "a@{b": false, "a\\b": false, "HEAD": false, "a\nb": false, "a*": false,
	} {
		if err := CheckBranch(s); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestBranchName(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef\n"
	seen := map[string]bool{}
	for _, hostname := range []string{"desk", "desk.lan", "Ada's PC", "..", "", "-x", "日本", "x.lock", strings.Repeat("long", 40), "a\nb", "@{"} {
		got := BranchName(hostname, id)
		if err := CheckBranch(got); err != nil {
			t.Errorf("%q: %v", hostname, err)
		}
		if seen[got] && hostname != "" && hostname != ".." && hostname != "日本" && hostname != "@{" {
			t.Errorf("%q: %s again", hostname, got)
		}
		seen[got] = true
	}
	a, b := BranchName("desk", id), BranchName("desk", "fedcba9876543210fedcba9876543210")
	if a == b || !strings.HasPrefix(a, "bkt/desk-") || len(a) != len("bkt/desk-")+6 {
		t.Errorf("%s, %s", a, b)
	}
	if BranchName("desk", "") == BranchName("sofa", "uninitialized") || strings.Contains(a, id[:6]) {
		t.Error("machines without an id are told apart by name")
	}
}

func TestOrdinal(t *testing.T) {
	for branch, want := range map[string]int{
		"bkt/d-a": 1, "bkt/d-a-2": 2, "bkt/d-a-10": 10, "bkt/d-a-1": 0, "bkt/d-a-02": 0, "bkt/d-a2": 0, "bkt/d-a--2": 0, "bkt/d-a-x": 0, "bkt/d-a-+2": 0, "bkt/d": 0, "main": 0,
	} {
		if got := ordinal("bkt/d-a", branch); got != want {
			t.Errorf("%s: %d, want %d", branch, got, want)
		}
	}
}

func TestMirrorName(t *testing.T) {
	for url, want := range map[string]string{
		"https://github.com/ada/my-bazzite.git": "github.com-ada-my-bazzite-",
		"/srv/git/x.git":                        "srv-git-x.git-",
		"git@h:../../etc":                       "h-..-..-etc-",
	} {
		got := mirrorName(url)
		if !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ".git") || strings.ContainsAny(got, "/\x00") || strings.HasPrefix(got, ".") {
			t.Errorf("%s: %s", url, got)
		}
	}
	if mirrorName("https://h/a/b") == mirrorName("https://h/a-b/") {
		t.Error("two urls in one folder")
	}
}

func TestParseRepo(t *testing.T) {
	const good = "{\n  \"owner\": \"ada\",\n  \"name\": \"x\",\n  \"url\": \"https://h/ada/x\",\n  \"default_branch\": \"main\",\n  \"$schema\": \"s\"\n}\n"
	r, err := ParseRepo("repo.json", []byte(good))
	if err != nil || r != (RepoInfo{"ada", "x", "https://h/ada/x", "main"}) {
		t.Errorf("%+v, %v", r, err)
	}
	for want, in := range map[string]string{
		"repo.json:4:10: url: 'ext::sh' would have git run a helper program": strings.Replace(good, "https://h/ada/x", "ext::sh", 1),
		"repo.json:5:21: default_branch: '--x' is not the name of a branch":  strings.Replace(good, "main", "--x", 1),
		"repo.json:2:12: owner: '../x' is not a name":                        strings.Replace(good, `"ada"`, `"../x"`, 1),
		"repo.json:1:1: 'name' is missing":                                   strings.Replace(good, `"name"`, `"nom"`, 1),
		"repo.json:3:3: duplicate key \"owner\"":                             strings.Replace(good, `"name"`, `"owner"`, 1),
		"repo.json:3:11: ":                                                   strings.Replace(good, `"x"`, `7`, 1),
		"repo.json:1:1: ":                                                    "",
		"repo.json:7:1: the document is cut off":                             strings.TrimSuffix(good, "}\n"),
	} {
		if _, err := ParseRepo("repo.json", []byte(in)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestTreeFS(t *testing.T) {
	files := map[string]blob{}
	for p, s := range seed {
		files[p] = blob{"100644", BlobID([]byte(s)), []byte(s)}
	}
	files["generated/shims/podman"] = blob{"100755", "", []byte("x")}
	tree := newTreeFS(files)
	if err := fstest.TestFS(tree, slices.Collect(maps.Keys(seed))...); err != nil {
		t.Error(err)
	}
	if fi, err := fs.Stat(tree, "generated/shims/podman"); err != nil || fi.Mode() != 0o755 {
		t.Errorf("%v, %v", fi, err)
	}
	less := tree.with(map[string]blob{"manifests/sub/more.json": {}, "manifests/new.json": {"100644", "", nil}})
	if _, err := fs.Stat(less, "manifests/sub"); err == nil {
		t.Error("an empty folder stayed")
	}
	if _, err := fs.Stat(tree, "manifests/new.json"); err == nil {
		t.Error("the original changed")
	}
	if err := fstest.TestFS(newTreeFS(nil)); err != nil {
		t.Error(err)
	}
}

func TestDirFS(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "manifests/a.json"), "a\n")
	write(t, filepath.Join(dir, "real/secret"), "secret\n")
	d, err := openDirFS(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(d, "manifests/a.json", "real/secret"); err != nil {
		t.Error(err)
	}
	inner, err := openDirFS(filepath.Join(dir, "manifests"))
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	if err := fs.WalkDir(manifestsFS{inner}, ".", func(p string, _ fs.DirEntry, err error) error {
		seen = append(seen, p)
		return err
	}); err != nil || !slices.Equal(seen, []string{".", "manifests", "manifests/a.json"}) {
		t.Errorf("%q, %v", seen, err)
	}
	if _, err := fs.ReadFile(manifestsFS{inner}, "Containerfile"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	for link, to := range map[string]string{"linked": "real", "manifests/b.json": "../real/secret", "out": "/etc", "manifests/c.json": "/etc/passwd"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{"linked/secret", "manifests/b.json", "out/passwd", "manifests/c.json"} {
		if b, err := fs.ReadFile(d, p); err == nil || !strings.Contains(err.Error(), "is a symbolic link: refused") {
			t.Errorf("%s: %q, %v", p, b, err)
		}
	}
}

func TestSymlinkInATree(t *testing.T) {
	w := seeded(t)
	w.gitIn(w.dir, nil, "commit refs/heads/main\ncommitter B <b@e> 1900000000 +0000\ndata 1\nx\nfrom refs/heads/main^0\nM 120000 inline manifests/evil.json\ndata 11\n/etc/passwd\n",
		"--git-dir="+w.remote, "fast-import", "--quiet")
	if _, err := w.publish(app("x")); err == nil || !strings.Contains(err.Error(), "'manifests/evil.json' is a symbolic link: refused") {
		t.Errorf("got %v", err)
	}
	if _, err := Tree(t.Context(), w.h, w.remote, "main"); err == nil {
		t.Error("read")
	}
	fsys, err := Tree(t.Context(), w.h, w.remote, "main~1")
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "Containerfile", "repo.json", appsPath, "manifests/sub/more.json", "generated/shims/podman"); err != nil {
		t.Error(err)
	}
	if _, err := fs.Stat(fsys, "README.md"); err == nil {
		t.Error("files that are not bkt's are loaded")
	}
}

func FuzzParseEntries(f *testing.F) {
	id := strings.Repeat("\x0a", 20)
	f.Add([]byte("100644 a\x00" + id + "40000 b\x00" + id + "160000 c\x00" + id))
	f.Add([]byte("120000 a b\x00" + id))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := parseEntries(b, 20)
		if err != nil {
			return
		}
		size := 0
		for name, e := range l {
			if name == "" || strings.ContainsAny(name, "/\x00") || !objectID(e.id) || (e.mode == "040000") != (e.kind == "tree") {
				t.Errorf("%q: %+v", name, e)
			}
			size += len(strings.TrimPrefix(e.mode, "0")) + len(name) + 22
		}
		if size > len(b) || len(b) > 0 && len(l) == 0 {
			t.Errorf("%d entries of %d bytes", len(l), len(b))
		}
	})
}

func FuzzReadObject(f *testing.F) {
	f.Add([]byte("hello\n\nblob 3\n"), []byte(""))
	f.Add([]byte{0, '\n'}, []byte("x"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		in := fmt.Appendf(nil, "%s blob %d\n%s\n%s blob %d\n%s\n", BlobID(a), len(a), a, BlobID(b), len(b), b)
		r := bufio.NewReader(bytes.NewReader(in))
		for _, want := range [][]byte{a, b} {
			got, err := readObject(r)
			if err != nil || got.id != BlobID(want) || got.kind != "blob" || !bytes.Equal(got.data, want) {
				t.Errorf("%q: %+v, %v", in, got, err)
			}
		}
		if got, err := readObject(r); !errors.Is(err, io.EOF) {
			t.Errorf("after the end: %+v, %v", got, err)
		}
		if got, err := readObject(bufio.NewReader(bytes.NewReader(a))); err == nil && len(got.data) >= len(a) {
			t.Errorf("%q was taken", a)
		}
	})
}

func FuzzParseRepo(f *testing.F) {
	f.Add([]byte(`{"owner":"a","name":"b","url":"https://h/a/b","default_branch":"main"}`))
	f.Add([]byte(`{"owner":"a","name":"b","url":"git@h:a/b","default_branch":"x/y"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseRepo("repo.json", b)
		if err != nil {
			if strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "repo.json:") {
				t.Errorf("%q", err)
			}
			return
		}
		if CheckURL(r.URL) != nil || CheckBranch(r.DefaultBranch) != nil || strings.HasPrefix(r.URL, "-") || r.Owner == "" || r.Name == "" {
			t.Errorf("%+v", r)
		}
	})
}

func FuzzParseRefs(f *testing.F) {
	id := strings.Repeat("a", 40)
	f.Add(id + " " + id + " refs/heads/main\n" + id + "  refs/tags/blob\n")
	f.Fuzz(func(t *testing.T, s string) {
		l, err := parseRefs(s)
		for name, r := range l {
			if err != nil || name != r.name || !objectID(r.commit) || !objectID(r.tree) {
				t.Errorf("%q: %+v", name, r)
			}
		}
	})
}
