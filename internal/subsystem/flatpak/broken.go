package flatpak

import (
	"path/filepath"

	"bkt/internal/subsystem"
)

// broken looks for applications that have a folder and do not stand in the list. flatpak leaves out a deployment that it
// cannot read, of some kinds of damage without a word; such an application is unknown, not removed.
func (c *collector) broken(rows []row, found *subsystem.Found) error {
	listed := map[string]bool{}
	for _, r := range rows {
		listed[filepath.Join(r.ID, r.Arch, r.Branch)] = true
	}
	apps := filepath.Join(c.in.Dir, "app")
	ids, err := c.subdirs(apps)
	if err != nil {
		return err
	}
	for _, id := range ids {
		arches, err := c.subdirs(filepath.Join(apps, id))
		if err != nil {
			return err
		}
		for _, arch := range arches {
			branches, err := c.subdirs(filepath.Join(apps, id, arch))
			if err != nil {
				return err
			}
			for _, b := range branches {
				ref := filepath.Join(id, arch, b)
				if inside, err := c.h.ReadDir(filepath.Join(apps, ref)); !listed[ref] && (err != nil || len(inside) > 0) {
					found.Partial = "broken deployment: " + ref
				}
			}
		}
	}
	return nil
}

// subdirs names the folders in a folder; links are none.
func (c *collector) subdirs(dir string) ([]string, error) {
	all, err := c.h.ReadDir(dir)
	var out []string
	for _, e := range all {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out, err
}
