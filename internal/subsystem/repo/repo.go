// Package repo is the subsystem of rpm repositories that neither the image brings nor COPR: those of vendors.
package repo

import (
	"fmt"
	"path"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/pattern"
	"bkt/internal/repofile"
	"bkt/internal/subsystem"
)

// Name is the subsystem's name in documents.
const Name = "repo"

// The attributes. display_name is the name for people; unkept, which only a machine has, lists the options of the
// repository that no manifest holds.
const (
	baseURL     = "baseurl"
	gpgKey      = "gpg_key"
	displayName = "display_name"
	unkept      = "unkept"
)

// keyFolder is where the image has the keys that are files of the distribution, each under its path there.
const keyFolder = "/etc/pki/rpm-gpg/bkt"

// Subsystem implements the interfaces of package subsystem.
type Subsystem struct{}

// Info names the subsystem.
func (Subsystem) Info() subsystem.Info {
	return subsystem.Info{Name: Name, Noun: "repository", Plural: "repositories", Tier: subsystem.Baked}
}

var (
	address = pattern.Lazy{Expr: `^((https?|ftp)://[A-Za-z0-9$\[]|file:///)[!#$%&(-~]*$`}
	keyFile = pattern.Lazy{Expr: `^[A-Za-z0-9._+-]+(/[A-Za-z0-9._+-]+)*$`}
)

// Validate takes a repository id of dnf's, addresses with dnf's variables, and as keys addresses or files of the
// distribution, each without anything that would end a line of a .repo file.
func (Subsystem) Validate(i doc.Item) error {
	if !validID(i.ID) {
		return fmt.Errorf("%q is not the id of a repository", i.ID)
	}
	if i.Scope != "" {
		return fmt.Errorf("repository '%s' has the scope %q, but repositories have none", i.ID, i.Scope)
	}
	if _, err := check(i); err != nil {
		return err
	}
	return nil
}

// validID also refuses what dnf keeps for itself, and what `dnf copr` names.
func validID(id string) bool {
	return pattern.Word(id, "_", "._:-") && id != "main" && !strings.HasPrefix(id, "_copr") && doc.Path(file(id)) == nil
}

// check looks at the attributes that an item has, and names the one that is wrong.
func check(i doc.Item) (attr string, err error) {
	for _, c := range []struct {
		attr string
		ok   func(string) bool
		what string
	}{
		{baseURL, everyWord(isAddress), "an address of https, http, ftp or file"},
		{gpgKey, everyWord(isKey), "the address of a key, nor a file in the distribution"},
		{displayName, isName, "a line of text"},
	} {
		v, ok := i.Attrs[c.attr]
		if ok && !c.ok(i.Attrs.String(c.attr)) {
			return c.attr, fmt.Errorf("repository '%s' has the %s %s, which is not %s", i.ID, c.attr, v, c.what)
		}
	}
	return "", nil
}

// everyWord says of a list that it has words and all of them are good.
func everyWord(good func(string) bool) func(string) bool {
	return func(list string) bool {
		words := repofile.Words(list)
		for _, w := range words {
			if !good(w) {
				return false
			}
		}
		return len(words) > 0 && isLine(list)
	}
}

func isAddress(s string) bool {
	return address.Re().MatchString(s) && !strings.ContainsAny(s, "\"'\\`<>")
}

// isKey takes addresses and clean paths below the distribution's folder.
func isKey(s string) bool { return isAddress(s) || isFile(s) }

func isFile(s string) bool {
	return keyFile.Re().MatchString(s) && path.Clean(s) == s && s != "." && s != ".." && !strings.HasPrefix(s, "../") && s[0] != '-'
}

// isLine takes text that cannot become a second line, nor another value than it is.
func isLine(s string) bool {
	return strings.TrimSpace(s) == s && s != "" && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }) < 0
}

// isName takes text that dnf reads as it stands: it takes off quotes.
func isName(s string) bool {
	return isLine(s) && (len(s) < 2 || s[0] != s[len(s)-1] || s[0] != '"' && s[0] != '\'')
}

// canonical brings valid lists into one form: words with a blank between them.
func canonical(a doc.Attrs) doc.Attrs {
	out := doc.Attrs{}
	for n, v := range a {
		out[n] = v
		if n == baseURL || n == gpgKey {
			out.Set(n, strings.Join(repofile.Words(a.String(n)), " "))
		}
	}
	return out
}

// keyFiles are the keys of an item that are files of the distribution.
func keyFiles(i doc.Item) []string {
	var out []string
	for _, k := range repofile.Words(i.Attrs.String(gpgKey)) {
		if !isAddress(k) {
			out = append(out, k)
		}
	}
	return out
}

// Describe words the attributes: where the packages come from.
func (Subsystem) Describe(i doc.Item) string {
	first, _, _ := strings.Cut(i.Attrs.String(baseURL), " ")
	_, rest, ok := strings.Cut(first, "://")
	if !ok {
		return first
	}
	host, _, _ := strings.Cut(rest, "/")
	if host == "" {
		return first
	}
	return host[strings.LastIndexByte(host, '@')+1:]
}

// Warn names what a reviewer must know of a machine's repository.
func (Subsystem) Warn(i doc.Item, _ subsystem.Manifests) string {
	if l := i.Attrs.Strings(unkept); len(l) > 0 {
		return fmt.Sprintf("repository %s: the machine also has %s for it, which the manifest cannot hold", i.ID, strings.Join(l, ", "))
	}
	for _, k := range repofile.Words(i.Attrs.String(gpgKey)) {
		if strings.HasPrefix(k, "http://") || strings.HasPrefix(k, "ftp://") {
			return fmt.Sprintf("repository %s: its key comes from %s, where anybody on the way could exchange it", i.ID, k)
		}
	}
	return ""
}
