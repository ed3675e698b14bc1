package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// liveMark names the deployment whose packages were applied live.
const liveMark = "/run/lookalike-live"

type options struct {
	yes, idempotent, live bool
	names                 []string
}

func parse(verb string, args []string) (options, error) {
	var o options
	for _, a := range args {
		switch {
		case a == "-y":
			o.yes = true
		case a == "--idempotent":
			o.idempotent = true
		case a == "--apply-live" && verb == "install":
			o.live = true
		case strings.HasPrefix(a, "-"):
			return o, fmt.Errorf("stand-in: unknown option of %s: %s", verb, a)
		default:
			o.names = append(o.names, a)
		}
	}
	if len(o.names) == 0 {
		return o, errors.New("at least one PACKAGE must be specified")
	}
	return o, nil
}

// change makes the next deployment: the requests of the one that boots next,
// changed, in a real deployment with the packages really in it.
func change(verb string, args []string) error {
	o, err := parse(verb, args)
	if err != nil {
		return err
	}
	all, err := deployments()
	if err != nil {
		return err
	}
	next := all[0]
	changed, err := edit(&next, verb, o)
	if err != nil {
		return err
	}
	if !changed {
		fmt.Println("No change.")
		return nil
	}
	made, err := deploy(next)
	if err != nil {
		return err
	}
	if o.live {
		return applyLive(made, o.names)
	}
	fmt.Println("Changes queued for next boot. Run \"systemctl reboot\" to start a reboot")
	return nil
}

// edit changes the requests and tells whether that changed anything.
func edit(d *deployment, verb string, o options) (bool, error) {
	before := d.originFile()
	for _, name := range o.names {
		has := slices.Contains(d.requested, name)
		switch {
		case verb == "override remove":
			if inBase, err := ofBase(*d); err != nil || !slices.Contains(inBase, name) {
				return false, refusal(fmt.Sprintf("Package \"%s\" not found", name))
			}
			d.removals = append(d.removals, name)
		case verb == "install" && has && !o.idempotent:
			return false, refusal(fmt.Sprintf("Package/capability '%s' is already requested", name))
		case verb == "install" && !has:
			d.requested = append(d.requested, name)
		case verb == "uninstall" && !has && !o.idempotent:
			return false, refusal(fmt.Sprintf("Package/capability '%s' is not currently requested", name))
		case verb == "uninstall":
			d.requested = slices.DeleteFunc(d.requested, func(n string) bool { return n == name })
		}
	}
	slices.Sort(d.requested)
	return d.originFile() != before, nil
}

// deploy deploys the commit again, with the origin, and installs into it.
func deploy(d deployment) (deployment, error) {
	file, err := os.CreateTemp("", "origin")
	if err != nil {
		return d, err
	}
	defer os.Remove(file.Name())
	if _, err := file.WriteString(d.originFile()); err != nil {
		return d, err
	}
	if err := file.Close(); err != nil {
		return d, err
	}
	if inBase, err := ofBase(d); err != nil {
		return d, err
	} else if err := available(d.requested, inBase); err != nil {
		return d, err
	}
	commit, err := layered(d)
	if err != nil {
		return d, err
	}
	if _, err := output("ostree", "admin", "deploy", "--os="+d.os, "--origin-file="+file.Name(), commit); err != nil {
		return d, err
	}
	all, err := deployments()
	if err != nil {
		return d, err
	}
	made := all[0]
	if err := separate(made.path()); err != nil {
		return d, err
	}
	if len(d.removals) > 0 {
		if _, err := output(append([]string{"rpm", "--root=" + made.path(), "-e", "--nodeps"}, d.removals...)...); err != nil {
			return d, err
		}
	}
	return made, install(made.path(), d.requested)
}

// layered is a commit of its own for a deployment with requests: the image's,
// by another name. The packages go into the deployment.
func layered(d deployment) (string, error) {
	if len(d.requested)+len(d.removals) == 0 {
		return d.base, nil
	}
	out, err := output("ostree", "commit", "--repo=/ostree/repo", "--orphan", "--tree=ref="+d.base,
		"--subject="+strconv.Itoa(d.serial)+" "+d.originFile(), "--add-metadata-string=version="+d.version)
	return strings.TrimSpace(out), err
}

// separate gives a deployment package databases of its own, since rpm writes
// into files that are the commit's, too; and keeps the image's where rpm-ostree
// keeps it.
func separate(root string) error {
	const script = `cd "$1/usr/lib"
cp -a sysimage sysimage.own
rm -rf sysimage.own/rpm-ostree-base-db
cp -a sysimage/rpm sysimage.own/rpm-ostree-base-db
rm -rf sysimage
mv sysimage.own sysimage`
	_, err := output("sh", "-ec", script, "sh", root)
	return err
}

// available says so when a request is in no repository.
func available(names, inBase []string) error {
	for _, name := range names {
		found, err := output("dnf", "-q", "repoquery", "--qf", `%{name}\n`, name)
		if err != nil {
			return err
		}
		if strings.TrimSpace(found) == "" && !slices.Contains(inBase, name) {
			return refusal(fmt.Sprintf("Packages not found: %s", name))
		}
	}
	return nil
}

func install(root string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	_, err := output(append([]string{"dnf", "-q", "-y", "--installroot=" + root, "--setopt=reposdir=/etc/yum.repos.d", "install"}, names...)...)
	return err
}

// applyLive puts the packages into the running /usr too, as an overlay that is
// gone at the next boot.
func applyLive(d deployment, names []string) error {
	const script = `set -e
mkdir -p /run/live/upper /run/live/work /run/live/local
mount --rbind /usr/local /run/live/local
mount -t overlay overlay -o lowerdir=/usr,upperdir=/run/live/upper,workdir=/run/live/work /usr
mount --rbind /run/live/local /usr/local # as on the real one, no part of /usr`
	if _, err := os.Stat(liveMark); err != nil {
		if _, err := output("sh", "-c", script); err != nil {
			return err
		}
	}
	if err := os.WriteFile(liveMark, []byte(d.checksum+"\n"), 0o644); err != nil {
		return err
	}
	if err := install("/", names); err != nil {
		return err
	}
	fmt.Println("Successfully updated running filesystem tree.")
	return nil
}
