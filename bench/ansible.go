package main

import (
	"fmt"
	"path/filepath"
	"strings"
)

// playbook is a run of Ansible that looks whether the machine's apps and shims are there, and
// finds that they are. It is the kindest that Ansible can be given: no facts, no search for an
// interpreter, one task per scope for all apps, one for the folder of the shims.
func (g *ground) playbook(env []string) *task {
	home := ""
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, "HOME="); ok {
			home = v
		}
	}
	ids := map[string][]string{}
	for n := range apps {
		scope := []string{"system", "user"}[n%2]
		ids[scope] = append(ids[scope], fmt.Sprintf("org.bench.App%03d", n))
	}
	text := "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n"
	for _, scope := range []string{"system", "user"} {
		text += fmt.Sprintf("  - community.general.flatpak:\n      name: [%s]\n      remote: bench\n      method: %s\n      state: present\n",
			strings.Join(ids[scope], ", "), scope)
	}
	dir := filepath.Join(home, ".local/toolbox/shims")
	text += fmt.Sprintf("  - ansible.builtin.copy:\n      src: %s/\n      dest: %s/\n      mode: '0755'\n", dir, dir)
	t := &task{argv: []string{"ansible-playbook", "--check", "-i", "localhost,", "-e", "ansible_python_interpreter=/usr/bin/python3", g.write("site.yml", text)},
		dir: g.temp, env: append(env[:len(env):len(env)], "LC_ALL=C.UTF-8")}
	if out := g.output(t); !strings.Contains(out, "ok=3 ") || !strings.Contains(out, "changed=0 ") || !strings.Contains(out, "failed=0 ") {
		g.Fatalf("Ansible does not find the machine as it should be:\n%s", out)
	}
	return t
}
