package karg

import (
	"slices"
	"strings"
)

// split cuts a kernel command line into its arguments as the kernel does (lib/cmdline.c,
// next_arg): at blanks, but not between double quotes, which stay.
func split(line string) []string {
	var out []string
	start, quoted := -1, false
	for i := range len(line) {
		switch c := line[i]; {
		case !quoted && (c == ' ' || c >= '\t' && c <= '\r'):
			if start >= 0 {
				out = append(out, line[start:i])
			}
			start = -1
			continue
		case c == '"':
			quoted = !quoted
		}
		if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		out = append(out, line[start:])
	}
	return out
}

// kernels are the arguments that are the kernel's own: those behind a lone -- are init's.
func kernels(args []string) []string {
	if n := slices.Index(args, inits); n >= 0 {
		return args[:n]
	}
	return args
}

// inits is what ends the kernel's arguments.
const inits = "--"

// installers are the arguments that installers give every machine. They are never captured; a
// manifest may name them, so that an image boots with them or a machine without.
func installers(arg string) bool { return arg == "rhgb" || arg == "quiet" }

// local is why an argument says nothing about another machine, "" where it does. Such
// arguments are never captured, and refused in manifests:
//
//   - where the system lies and how it is mounted: root= rootflags= rootfstype= ro rw
//     rd.lvm.* rd.md.*
//   - keys and ids of disks: luks.* rd.luks.*
//   - where it wakes up from: resume= resume_offset=
//   - what the boot loader and OSTree put there: BOOT_IMAGE= initrd= ostree= composefs*
//     prepare-root*
//   - what the first boot decided: ignition.*
//   - the machine's id: systemd.machine_id=
func local(arg string) string {
	key, _, _ := strings.Cut(strings.TrimPrefix(arg, `"`), "=")
	key = strings.TrimSuffix(key, `"`)
	begins := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(key, p) {
				return true
			}
		}
		return false
	}
	switch key {
	case "root", "rootflags", "rootfstype", "ro", "rw":
		return "it says where this machine's system lies"
	case "resume", "resume_offset":
		return "it says where this machine wakes up from"
	case "BOOT_IMAGE", "initrd", "ostree":
		return "the boot loader sets it on each machine"
	case "systemd.machine_id":
		return "it is this machine's id"
	}
	switch {
	case begins("rd.luks.", "luks.", "rd.lvm.", "rd.md."):
		return "it names this machine's disks"
	case begins("composefs", "prepare-root"):
		return "the boot loader sets it on each machine"
	case begins("ignition."):
		return "the installer sets it on each machine"
	}
	return ""
}
