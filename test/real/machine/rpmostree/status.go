package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// deployment is one of `ostree admin status`, in the order of the boot menu.
type deployment struct {
	os, checksum           string
	serial                 int
	booted, staged, pinned bool
	version, origin        string
	base                   string // the image's commit; a layered deployment has its own
	requested, removals    []string
}

const deployRoot = "/ostree/deploy/"

func (d deployment) name() string { return fmt.Sprintf("%s.%d", d.checksum, d.serial) }
func (d deployment) path() string { return deployRoot + d.os + "/deploy/" + d.name() }

var line = regexp.MustCompile(`^([* ]) (\S+) ([0-9a-f]{64})\.(\d+)( \(.*\))?$`)

func deployments() ([]deployment, error) {
	text, err := output("ostree", "admin", "status")
	if err != nil {
		return nil, err
	}
	var all []deployment
	for l := range strings.Lines(text) {
		l = strings.TrimSuffix(l, "\n")
		if m := line.FindStringSubmatch(l); m != nil {
			serial, _ := strconv.Atoi(m[4])
			d := deployment{os: m[2], checksum: m[3], serial: serial, booted: m[1] == "*", staged: strings.Contains(m[5], "staged")}
			if err := d.readOrigin(); err != nil {
				return nil, err
			}
			all = append(all, d)
			continue
		}
		if len(all) == 0 {
			return nil, fmt.Errorf("stand-in: ostree admin status says %q", l)
		}
		d := &all[len(all)-1]
		key, value, _ := strings.Cut(strings.TrimSpace(l), ": ")
		switch key {
		case "Version":
			d.version = value
		case "Pinned":
			d.pinned = value == "yes"
		}
	}
	return all, nil
}

// readOrigin reads what rpm-ostree keeps in the origin file.
func (d *deployment) readOrigin() error {
	data, err := os.ReadFile(d.path() + ".origin")
	if err != nil {
		return err
	}
	d.base = d.checksum
	for l := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(strings.TrimSpace(l), "=")
		names := strings.FieldsFunc(value, func(r rune) bool { return r == ';' })
		switch key {
		case "refspec":
			d.origin = value
		case "base":
			d.base = value
		case "requested":
			d.requested = names
		case "remove":
			d.removals = names
		}
	}
	return nil
}

func (d deployment) originFile() string {
	text := "[origin]\nrefspec=" + d.origin + "\n"
	if len(d.requested)+len(d.removals) > 0 {
		text += "\n[stand-in]\nbase=" + d.base + "\n"
	}
	if len(d.requested) > 0 {
		text += "\n[packages]\nrequested=" + strings.Join(d.requested, ";") + ";\n"
	}
	if len(d.removals) > 0 {
		text += "\n[overrides]\nremove=" + strings.Join(d.removals, ";") + ";\n"
	}
	return text
}

// ofBase is the names of the packages in the commit itself.
func ofBase(d deployment) ([]string, error) {
	data, err := os.ReadFile(d.path() + "/usr/share/lookalike/base-packages")
	return strings.Fields(string(data)), err
}

// status tells of a deployment that waits for a reboot that it is staged: the
// real one stages it. Here it is in place at once, since staging needs a unit
// that Debian's ostree does not bring.
func status() error {
	all, err := deployments()
	if err != nil {
		return err
	}
	list := []any{}
	for i, d := range all {
		inBase, err := ofBase(d)
		if err != nil {
			return err
		}
		active := slices.DeleteFunc(slices.Clone(d.requested), func(name string) bool { return slices.Contains(inBase, name) })
		entry := map[string]any{
			"id": d.os + "-" + d.name(), "osname": d.os, "checksum": d.checksum, "base-checksum": d.base, "serial": d.serial,
			"version": d.version, "base-version": d.version, "timestamp": 1735689600, "origin": d.origin,
			"booted": d.booted, "staged": d.staged || i == 0 && !d.booted, "pinned": d.pinned, "unlocked": unlocked(d),
			"packages": some(active), "requested-packages": some(d.requested),
			"requested-local-packages": []string{}, "requested-base-removals": some(d.removals), "base-removals": []any{},
			"requested-base-local-replacements": []string{}, "base-local-replacements": []any{},
			"regenerate-initramfs": false, "initramfs-etc": []any{}, "gpg-enabled": false,
		}
		if replaced, err := os.ReadFile(liveMark); err == nil && d.booted {
			entry["live-replaced"] = strings.TrimSpace(string(replaced))
		}
		list = append(list, entry)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(map[string]any{"deployments": list, "transaction": nil, "cached-update": nil})
}

// unlocked is what --apply-live leaves: a transient overlay on /usr.
func unlocked(d deployment) string {
	if _, err := os.Stat(liveMark); err == nil && d.booted {
		return "transient"
	}
	return "none"
}

func some(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}
