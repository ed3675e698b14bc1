package copr

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"bkt/internal/repofile"
)

// repo is what a COPR's .repo file says.
type repo struct {
	hub     string // host name of the server
	id      string // owner/project
	enabled bool
	signed  bool
}

// parse reads a COPR's .repo file; file is its name. The sections of foreign architectures
// (…:ml) and of the projects that this one depends on (coprdep:…) are no repositories of
// their own.
func parse(file string, f repofile.File) (repo, error) {
	var main *repofile.Section
	for i, s := range f {
		if strings.HasPrefix(s.Name, "coprdep:") || strings.HasSuffix(s.Name, ":ml") {
			continue
		}
		if main != nil {
			return repo{}, fmt.Errorf("%s: sections [%s] and [%s], where one is expected", file, main.Name, s.Name)
		}
		main = &f[i]
	}
	if main == nil {
		return repo{}, fmt.Errorf("%s: no repository in it", file)
	}
	r, err := identify(file, main)
	if err != nil {
		return repo{}, fmt.Errorf("%s: %w", file, err)
	}
	if r.enabled, err = main.Truth("enabled"); err == nil {
		r.signed, err = main.Truth("gpgcheck")
	}
	if err != nil {
		return repo{}, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}

// identify finds server, owner and project: in the section's name, or in the file's where
// somebody named the section anew, or in the address where the file is of the old naming.
func identify(file string, s *repofile.Section) (repo, error) {
	name, isNew := strings.CutPrefix(strings.TrimSuffix(file, ".repo"), "_copr:")
	if section, ok := strings.CutPrefix(s.Name, "copr:"); ok {
		name, isNew = section, true
	}
	if isNew {
		part := strings.SplitN(name, ":", 3)
		if len(part) != 3 || part[0] == "" || part[1] == "" || part[2] == "" {
			return repo{}, fmt.Errorf("'%s' is not HUB:OWNER:PROJECT", name)
		}
		return repo{hub: part[0], id: group(part[1]) + "/" + part[2]}, nil
	}
	base, _ := s.Value("baseurl")
	u, err := url.Parse(base)
	if err != nil {
		return repo{}, errors.New("its address is none")
	}
	path := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(path) < 3 || path[0] != "results" || path[1] == "" || path[2] == "" || u.Hostname() == "" {
		return repo{}, errors.New("neither its name nor its address tells owner and project")
	}
	return repo{hub: server(u.Hostname()), id: group(path[1]) + "/" + path[2]}, nil
}

// group is an owner as people write it.
func group(owner string) string {
	if g, ok := strings.CutPrefix(owner, "group_"); ok {
		return "@" + g
	}
	return owner
}

// server is the COPR server whose packages lie at host.
func server(host string) string {
	if host == "copr-be.cloud.fedoraproject.org" {
		return Hub
	}
	return strings.TrimPrefix(host, "download.")
}
