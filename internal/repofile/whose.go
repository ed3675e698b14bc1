package repofile

import (
	"path"
	"slices"
	"strings"

	"bkt/internal/host"
)

// Machine is the repositories of a machine, by whose they are.
type Machine struct {
	// Mine are what somebody added: sections that the image does not have, and those that it has switched off and that are
	// switched on here. Each id is there once.
	Mine []Repo
	// Image are the image's own, as it brings them.
	Image []Repo
	// Faults are of the files that could not be read, which are left out.
	Faults []Fault
}

// Fault is a file that could not be read.
type Fault struct {
	File string
	Err  error
}

// Sort reads all repositories of a machine. An image's are those that it has below /usr/etc. In package mode only rpm's
// database could tell: there they are those in the files that the distributions themselves bring.
func Sort(h *host.Host) (Machine, error) {
	var m Machine
	here, err := m.read(h, Folder)
	if err != nil {
		return m, err
	}
	if h.Ostree() {
		if m.Image, err = m.read(h, Pristine); err != nil {
			return m, err
		}
	} else {
		m.Image = slices.DeleteFunc(slices.Clone(here), func(r Repo) bool {
			return !distributed(r.File) && (!Shipped(r.File) || r.Enabled())
		})
	}
	image := byID(m.Image)
	own := byID(here)
	for _, r := range here {
		theirs, ok := image[r.Name]
		switch {
		case ok && (theirs.Enabled() || !r.Enabled()):
		case own[r.Name].File != r.File: // another file has it, too
		default:
			m.Mine = append(m.Mine, r)
		}
	}
	return m, nil
}

// read reads all files of a folder.
func (m *Machine) read(h *host.Host, dir string) ([]Repo, error) {
	files, err := Files(h, dir)
	if err != nil {
		return nil, err
	}
	var out []Repo
	for _, f := range files {
		sections, err := Read(h, dir, f)
		if err != nil {
			m.Faults = append(m.Faults, Fault{f, err})
		}
		for _, s := range sections {
			if s.Name != "main" { // options of dnf's, and no repository
				out = append(out, Repo{f, s})
			}
		}
	}
	return out, nil
}

// byID gives the first of an id that is enabled, else the first.
func byID(l []Repo) map[string]Repo {
	out := map[string]Repo{}
	for _, r := range l {
		if old, ok := out[r.Name]; !ok || !old.Enabled() && r.Enabled() {
			out[r.Name] = r
		}
	}
	return out
}

// distributions are how the files begin that the distributions themselves bring, of
// repositories and, after RPM-GPG-KEY-, of keys.
func distributions() []string {
	return []string{
		"alma", "amazon", "anaconda", "centos", "eln", "epel", "fedora", "oracle", "redhat", "rhel", "rocky", "ubi", "uek",
	}
}

func distributed(file string) bool {
	file = strings.ToLower(file)
	return slices.ContainsFunc(distributions(), func(d string) bool { return strings.HasPrefix(file, d) })
}

// Shipped says whether a file is one of others' that Fedora brings in a package (fedora-workstation-repositories), switched off.
func Shipped(file string) bool {
	return slices.Contains([]string{
		"_copr:copr.fedorainfracloud.org:phracek:PyCharm.repo", "google-chrome.repo",
		"rpmfusion-nonfree-nvidia-driver.repo", "rpmfusion-nonfree-steam.repo",
	}, file)
}

// ImagesKey says whether a key file is the image's own, so that a build finds it there. Its name may hold dnf's variables.
func ImagesKey(h *host.Host, file string) bool {
	file = path.Clean(file)
	switch {
	case !path.IsAbs(file):
		return false
	case !h.Ostree():
		name, ok := strings.CutPrefix(path.Base(file), "RPM-GPG-KEY-")
		return ok && path.Dir(file) == "/etc/pki/rpm-gpg" && distributed(name)
	case strings.HasPrefix(file, "/usr/") && !strings.HasPrefix(file, "/usr/local/"):
		return anyFile(h, file)
	case strings.HasPrefix(file, "/etc/"):
		return anyFile(h, "/usr"+file)
	}
	return false
}

// anyFile says whether a file is there; a variable in its name stands for any text.
func anyFile(h *host.Host, file string) bool {
	dir, name := path.Split(file)
	before, _, variable := strings.Cut(name, "$")
	if !variable {
		return h.Exists(file)
	}
	l, err := h.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range l {
		if strings.HasPrefix(e.Name(), before) {
			return true
		}
	}
	return false
}
