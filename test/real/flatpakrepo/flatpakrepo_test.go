package flatpakrepo

import (
	"strings"
	"testing"

	"bkt/test/real"
)

var apps = []App{
	{ID: "org.test.Hello"},
	{ID: "org.test.World"},
	{ID: "org.test.Editor", Runtime: "org.test.Platform/2.0"},
	{ID: "org.test.Gone", Branch: "beta"},
}

func lines(s string) []string { return strings.Split(strings.TrimSpace(s), "\n") }

func TestBothScopesTwoRemotesAndABundle(t *testing.T) {
	one := Build(t, t.TempDir(), "One", apps...)
	two := Build(t, t.TempDir(), "Two", App{ID: "org.other.Tool"}, App{ID: "org.other.Loose"})
	h := NewHome(t)
	h.AddRemote(t, "user", "one", one.URL())
	h.AddRemote(t, "system", "one", one.URL())
	h.AddRemote(t, "user", "two", two.URL())
	h.Install(t, "user", "one", one.Ref("org.test.Hello"))
	h.Install(t, "system", "one", one.Ref("org.test.Hello"))
	h.Install(t, "user", "two", two.Ref("org.other.Tool"))
	h.InstallBundle(t, "user", two.Bundle(t, "org.other.Loose"))

	got := lines(h.Flatpak(t, "list", "--app", "--columns=application,branch,origin,installation"))
	want := map[string]bool{
		"org.test.Hello\tstable\tone\tuser":           true,
		"org.test.Hello\tstable\tone\tsystem":         true,
		"org.other.Tool\tstable\ttwo\tuser":           true,
		"org.other.Loose\tstable\tloose-origin\tuser": true,
	}
	if len(got) != len(want) {
		t.Errorf("got %q", got)
	}
	for _, line := range got {
		if !want[line] {
			t.Errorf("unexpected %q", line)
		}
	}
	remotes := h.Flatpak(t, "remotes", "--columns=name,options")
	if !strings.Contains(remotes, "one\tsystem,no-gpg-verify") || !strings.Contains(remotes, "two\tuser,no-gpg-verify") {
		t.Errorf("remotes:\n%s", remotes)
	}
}

func TestSignedRepositoryIsVerified(t *testing.T) {
	dir := t.TempDir()
	signed := Build(t, t.TempDir(), "Plain", apps[0]).Sign(t, dir, "Signed")
	h := NewHome(t)
	h.AddRepoFile(t, "user", "signed", signed.RepoFile)
	h.Install(t, "user", "signed", signed.Ref("org.test.Hello"))
	if options := h.Flatpak(t, "remotes", "--columns=name,options"); strings.Contains(options, "no-gpg-verify") {
		t.Errorf("remotes: %s", options)
	}
}

func TestUnsignedRepositoryIsRefusedWhereAKeyIsAsked(t *testing.T) {
	plain := Build(t, t.TempDir(), "Plain", apps[0])
	h := NewHome(t)
	_, stderr, err := real.Try(h.Dir, h.Env, "flatpak", "remote-add", "--user", "strict", plain.URL())
	if err == nil || !strings.Contains(stderr, "GPG") {
		t.Errorf("err = %v, stderr:\n%s", err, stderr)
	}
}

func TestAnUpdateIsSeen(t *testing.T) {
	repo := Build(t, t.TempDir(), "One", apps[0])
	h := NewHome(t)
	h.AddRemote(t, "user", "one", repo.URL())
	h.Install(t, "user", "one", repo.Ref("org.test.Hello"))
	if got := h.Flatpak(t, "remote-ls", "--user", "--app", "--updates", "--columns=application"); got != "" {
		t.Errorf("updates before one was made: %q", got)
	}
	repo.Add(t, apps[0])
	if got := h.Flatpak(t, "remote-ls", "--user", "--app", "--updates", "--columns=application"); got != "org.test.Hello\n" {
		t.Errorf("updates = %q", got)
	}
}
