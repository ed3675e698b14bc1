package main

import (
	"bytes"
	_ "crypto/sha1" // forge.BlobID
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"bkt/internal/compare"
	"bkt/internal/containerfile"
	"bkt/internal/doc"
	"bkt/internal/generate"
	"bkt/internal/registry"
)

// The size of a binary depends on nothing but the source and the flags.
func TestSize(t *testing.T) {
	const flags = "-s -w"
	b, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), "LDFLAGS := "+flags+" ") || !strings.Contains(string(b), "CGO_ENABLED=0 $(GO) build -trimpath ") {
		t.Fatal("the Makefile builds with other flags than this test")
	}
	dir := t.TempDir()
	c := exec.Command("go", "build", "-trimpath", "-ldflags", flags, "-o", dir, "bkt/cmd/...")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	programs, err := filepath.Glob(filepath.Join(dir, "bkt-*"))
	if err != nil || len(programs) < 4 {
		t.Fatalf("%d programs: %v", len(programs), err)
	}
	for _, p := range programs {
		fi, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if limit := limitOf(filepath.Base(p)); fi.Size() > limit {
			t.Errorf("%s has %d bytes, more than %d", filepath.Base(p), fi.Size(), limit)
		}
	}
}

// limitOf is how large a program may be.
func limitOf(program string) int64 {
	if program == "bkt-apply" {
		return 9_000_000
	}
	return 6_000_000
}

// manifests is a distribution without entries.
func manifests() fstest.MapFS {
	f := fstest.MapFS{"Containerfile": {Data: []byte("FROM x\n# === SYSTEM_PACKAGES (managed by bkt) ===\n# No packages configured\n# === END SYSTEM_PACKAGES ===\n")}}
	for _, s := range registry.All() {
		if c, ok := s.(interface {
			File() string
			New() []byte
		}); ok {
			f["manifests/"+c.File()] = &fstest.MapFile{Data: c.New()}
		}
	}
	return f
}

func read(tb testing.TB, text string) *doc.State {
	d, err := doc.Read("stdin", strings.NewReader(text), &doc.State{})
	if err != nil {
		tb.Fatal(err)
	}
	return d.(*doc.State)
}

func changes(tb testing.TB, fsys fs.FS, s *doc.State) []doc.Change {
	m, err := compare.Load(fsys, nil, registry.All())
	if err != nil {
		tb.Fatal(err)
	}
	return compare.Changes(compare.Input{Manifests: m, State: s, List: registry.All()}).Changes
}

func replay(tb testing.TB, fsys fs.FS, l []doc.Change) *generate.Result {
	res, err := generate.Replay(generate.Source{FS: fsys}, l, generate.Options{List: registry.All()})
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

// What is measured must do what it is meant to do.
func TestTheStateIsAdopted(t *testing.T) {
	const items = 40
	s := read(t, state(items))
	var again bytes.Buffer
	if err := doc.Write(&again, s); err != nil || again.String() != state(items) {
		t.Errorf("the state is not as bkt writes it: %v\n%s", err, again.String())
	}
	l := changes(t, manifests(), s)
	if len(l) != items {
		t.Fatalf("%d changes of %d items", len(l), items)
	}
	res := replay(t, manifests(), l)
	if len(res.Done) != items || len(res.Files) != 3 {
		t.Errorf("%d changes done, %d files", len(res.Done), len(res.Files))
	}
}

func BenchmarkRead(b *testing.B) {
	text := state(10_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		read(b, text)
	}
}

func BenchmarkWrite(b *testing.B) {
	s := read(b, state(10_000))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := doc.Marshal(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	s, fsys := read(b, state(10_000)), manifests()
	b.ReportAllocs()
	for b.Loop() {
		changes(b, fsys, s)
	}
}

func BenchmarkReplay(b *testing.B) {
	l := changes(b, manifests(), read(b, state(10_000)))
	fsys := manifests()
	b.ReportAllocs()
	for b.Loop() {
		replay(b, fsys, l)
	}
}

// BenchmarkEdit puts one package into a manifest that has ten thousand entries.
func BenchmarkEdit(b *testing.B) {
	fsys := manifests()
	for _, f := range replay(b, fsys, changes(b, fsys, read(b, state(20_000)))).Files {
		fsys[f.Path] = &fstest.MapFile{Data: []byte(*f.Content)}
	}
	one := []doc.Change{{Action: doc.Add, Subsystem: "dnf", ID: "one-more", Want: doc.Absent(), Have: doc.Has(nil)}}
	b.ReportAllocs()
	for b.Loop() {
		replay(b, fsys, one)
	}
}

func BenchmarkContainerfile(b *testing.B) {
	fsys := manifests()
	var text []byte
	for _, f := range replay(b, fsys, changes(b, fsys, read(b, state(20_000)))).Files {
		if f.Path == "Containerfile" {
			text = []byte(*f.Content)
		}
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := containerfile.Parse("Containerfile", text, generate.Order()); err != nil {
			b.Fatal(err)
		}
	}
}
