package forge

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkPublish is one change to a branch that is there, to a remote on this machine.
// BenchmarkPush is the bare `git push` of one commit, to compare with.
func BenchmarkPublish(b *testing.B) {
	w := seededWorld(b)
	n := 0
	for b.Loop() {
		n++
		if _, err := Publish(b.Context(), w.h, w.target(), put(map[string]string{appsPath: fmt.Sprintln(n)})); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirst is the same on a machine that has no mirror yet.
func BenchmarkFirst(b *testing.B) {
	w := seededWorld(b)
	m, err := mirrorOf(w.h, w.target().Repo, 0, 0)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		n++
		if err := os.RemoveAll(m.dir); err != nil {
			b.Fatal(err)
		}
		if _, err := Publish(b.Context(), w.h, w.target(), put(map[string]string{appsPath: fmt.Sprintln(n)})); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPush is `git push` alone, of a commit with one changed file.
func BenchmarkPush(b *testing.B) {
	w := seededWorld(b)
	dir := filepath.Join(w.dir, "checkout")
	w.git(w.dir, "clone", "-q", w.remote, dir)
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		write(b, filepath.Join(dir, appsPath), fmt.Sprintln(n))
		w.git(dir, "commit", "-q", "-a", "-m", "x")
		b.StartTimer()
		w.git(dir, "push", "-q", w.remote, "HEAD:refs/heads/x")
	}
}
