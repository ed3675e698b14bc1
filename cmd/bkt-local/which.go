package main

import (
	"path"
	"slices"
	"strings"

	"bkt/internal/cli"
	"bkt/internal/subsystem"
)

// concerns are the subsystems that a program may change something of.
func concerns(program string) []string {
	switch program {
	case "dnf", "dnf5", "dnf4", "dnf-3", "yum", "rpm", "rpm-ostree":
		return []string{"dnf", "copr", "repo"}
	case "flatpak":
		return []string{"flatpak", "flatpak-remote"}
	case "gsettings", "dconf", "gnome-extensions":
		return []string{"gsetting", "extension"}
	case "systemctl":
		return []string{"systemd"}
	}
	return nil
}

// front are the programs that start another one, with those of their flags that take a value
// of their own.
func front(program string) (flags string, ok bool) {
	switch program {
	case "sudo":
		return "-u -g -h -p -C -D -R -r -t -T -U --user --group --host --prompt --close-from --chdir --chroot --role --type --command-timeout --other-user", true
	case "doas":
		return "-u -C", true
	case "pkexec":
		return "--user", true
	case "env":
		return "-u -C -S --unset --chdir --split-string", true
	}
	return "", false
}

// about is the name of the program that a command line is about, behind sudo and its like. What
// its arguments mean is its own business.
func about(argv []string) string {
	for len(argv) > 0 {
		name := path.Base(argv[0])
		flags, ok := front(name)
		if !ok {
			return name
		}
		valued := strings.Fields(flags)
		for argv = argv[1:]; len(argv) > 0; argv = argv[1:] {
			a := argv[0]
			if a == "--" {
				argv = argv[1:]
				break
			}
			if slices.Contains(valued, a) && len(argv) > 1 {
				argv = argv[1:]
			} else if !strings.HasPrefix(a, "-") && !strings.Contains(a, "=") {
				break
			}
		}
	}
	return ""
}

// watched are the subsystems to look at around a command: those that --subsystem names, else
// those that its program is known for.
func (j *job) watched(argv []string) ([]subsystem.Subsystem, error) {
	names := concerns(about(argv))
	if *j.subsystems != "" {
		names = strings.Split(*j.subsystems, ",")
	}
	if names == nil {
		return nil, cli.Hint(cli.Usage("which subsystem does '%s' concern? --subsystem names it", argv[0]), "bkt-local --help")
	}
	var out []subsystem.Subsystem
	for _, name := range names {
		s, err := find(j.list, name)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}
