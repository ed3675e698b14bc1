package flatpakrepo

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"

	"bkt/test/real"
)

// Signed is a repository signed with a key of its own.
type Signed struct {
	Repo
	Key      string // the public key, base64, as GPGKey= and gpg_key hold it
	RepoFile string // path of its .flatpakrepo
}

// Sign copies every ref of r, signed, into a repository in dir.
func (r *Repo) Sign(t real.T, dir, title string) *Signed {
	t.Helper()
	real.Need(t, "gpg", "gpgconf")
	// Not below dir: a socket's path must stay under 108 bytes.
	keys, err := os.MkdirTemp("", "gpg-")
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() {
		_, _, _ = real.Try("", r.env, "gpgconf", "--homedir", keys, "--kill", "all")
		_ = os.RemoveAll(keys)
	})
	gpg := []string{"gpg", "--homedir", keys, "--batch", "--quiet", "--passphrase", ""}
	real.Output(t, "", r.env, append(gpg, "--quick-gen-key", "Test <test@example.test>", "rsa2048", "sign", "never")...)
	public := real.Output(t, "", r.env, append(gpg, "--export")...)

	s := &Signed{Repo: *r, Key: base64.StdEncoding.EncodeToString([]byte(public))}
	s.Dir = filepath.Join(dir, "signed")
	real.Output(t, dir, r.env, "ostree", "init", "--mode=archive-z2", "--repo="+s.Dir)
	sign := []string{"--gpg-sign=test@example.test", "--gpg-homedir=" + keys}
	for _, ref := range strings.Fields(real.Output(t, dir, r.env, "ostree", "--repo="+r.Dir, "refs")) {
		if strings.HasPrefix(ref, "app/") || strings.HasPrefix(ref, "runtime/") {
			argv := append([]string{"flatpak", "build-commit-from", "--no-update-summary", "--src-repo=" + r.Dir}, sign...)
			real.Output(t, dir, r.env, append(argv, s.Dir, ref)...)
		}
	}
	update := append([]string{"flatpak", "build-update-repo", "--title=" + title, "--default-branch=stable"}, sign...)
	real.Output(t, dir, r.env, append(update, s.Dir)...)
	s.RepoFile = filepath.Join(dir, "signed.flatpakrepo")
	real.Write(t, s.RepoFile, "[Flatpak Repo]\nVersion=1\nTitle="+title+"\nUrl="+s.URL()+"\nGPGKey="+s.Key+"\n", 0o644)
	return s
}
