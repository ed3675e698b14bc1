package doc

import (
	"strings"
	"testing"
)

func TestPath(t *testing.T) {
	for _, p := range []string{
		"Containerfile", "manifests/x.json", "manifests/a/b.json", "generated/shims/podman", "generated/kargs.d/50-bkt.toml",
		"changelog/karg-x-0a92e5cd.json", "manifests/.hidden", "manifests/.gitignore", "generated/yum.repos.d/a b.repo", "generated/shims/g++", "manifests/é.json",
	} {
		if err := Path(p); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
	for p, want := range map[string]string{
		"":                            "not a clean path",
		"../x":                        "not a file that bkt writes",
		"/etc/x":                      "not a file that bkt writes",
		"/manifests/x":                "not a file that bkt writes",
		".git/config":                 "not a file that bkt writes",
		".github/workflows/x.yml":     "not a file that bkt writes",
		"README.md":                   "not a file that bkt writes",
		"repo.json":                   "not a file that bkt writes",
		"manifests":                   "not a file that bkt writes",
		"manifestsx/y":                "not a file that bkt writes",
		"Manifests/x":                 "not a file that bkt writes",
		"containerfile":               "not a file that bkt writes",
		"Containerfile/x":             "not a file that bkt writes",
		"x/manifests/y":               "not a file that bkt writes",
		"manifests/":                  "not a clean path",
		"manifests//x":                "not a clean path",
		"./manifests/x":               "not a clean path",
		"manifests/./x":               "not a clean path",
		"manifests/..":                "not a clean path",
		"manifests/../.github/x":      "not a clean path",
		"manifests/../../etc/x":       "not a clean path",
		"generated/.git/x":            "git's own",
		"generated/.GIT/hooks/x":      "git's own",
		"manifests/.Git":              "git's own",
		"manifests/.git./x":           "git's own",
		"manifests/.git /x":           "git's own",
		"manifests/GIT~1/x":           "git's own",
		"manifests\\..\\x":            "not a clean path",
		"manifests/a\\b":              "not a clean path",
		"manifests/a\x00b":            "not a clean path",
		"manifests/a\nb":              "not a clean path",
		"manifests/\x1b[2J":           "not a clean path",
		"manifests/\u009b2J":          "not a clean path",
		"manifests/.g\u200cit/config": "not a clean path",
		"manifests/\u202egnp.exe":     "not a clean path",
		"manifests/\xff":              "not a clean path",
		"Containerfile\x00":           "not a clean path",
		"Containerfile\n":             "not a clean path",
	} {
		if err := Path(p); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", p, err, want)
		}
	}
}

func TestObjectID(t *testing.T) {
	sha1, sha256 := strings.Repeat("0a", 20), strings.Repeat("0a", 32)
	for id, want := range map[string]bool{
		sha1: true, sha256: true, "": false, "HEAD": false, sha1[:12]: false, sha1 + "^": false,
		"--" + sha1[2:]: false, strings.ToUpper(sha1): false, sha1[:39] + "\n": false, sha1[:20] + ":" + sha1[21:]: false,
	} {
		if objectID(id) != want {
			t.Errorf("%q: %v", id, !want)
		}
	}
}
