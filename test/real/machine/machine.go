package machine

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"bkt/test/real"
)

// Machine is a booted system on a disposable copy of its tree.
type Machine struct {
	Suite  string // the Debian suite that it is made of
	Fails  bool   // its next boots may leave a unit that failed
	atomic bool
	binds  []string
	work   string
	group  string // its control group
	holder int
	leader int // its init, seen from here
	nspawn *exec.Cmd
	log    *os.File
}

// BootPackage boots it in package mode: a writable /usr, dnf installs.
// binds are "HOST:INSIDE", read-only.
func BootPackage(t real.T, binds ...string) *Machine {
	t.Helper()
	return start(t, false, "tree", binds)
}

// BootAtomic boots it as an OSTree deployment: /usr is read-only, /var and /etc
// are the machine's, ostree sees itself booted, and rpm-ostree is a stand-in
// over the real ostree.
func BootAtomic(t real.T, binds ...string) *Machine {
	t.Helper()
	return start(t, true, "sysroot", append(binds, standIn(t)+":/usr/local/bin/rpm-ostree"))
}

// start makes the disposable copy, in a mount namespace that ends with the
// test, however that ends, and boots it.
func start(t real.T, atomic bool, lower string, binds []string) *Machine {
	t.Helper()
	dir := build(t)
	suite, err := os.ReadFile(filepath.Join(dir, "done"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	m := &Machine{Suite: strings.TrimSpace(string(suite)), atomic: atomic, binds: binds, work: t.TempDir()}
	m.log, err = os.CreateTemp("", "machine-*.log")
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = m.log.Close(); _ = os.Remove(m.log.Name()) })

	cmd := exec.Command("unshare", "--mount", "--propagation", "private", "sh", "-c", hold, "hold", m.work, filepath.Join(dir, lower))
	cmd.Env, cmd.Stderr = real.Env("/"), m.log
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatalf("%v", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	if _, err := io.ReadFull(out, make([]byte, len("ready\n"))); err != nil {
		t.Fatalf("the machine's copy: %v\n%s", err, m.said())
	}
	m.holder = cmd.Process.Pid
	t.Cleanup(func() { m.stop(); dropGroup(m.group) })
	m.boot(t)
	return m
}

func (m *Machine) said() string {
	data, _ := os.ReadFile(m.log.Name())
	return string(data)
}

// inside runs a command in the mount namespace of the copy.
func (m *Machine) inside(t real.T, argv ...string) string {
	t.Helper()
	argv = append([]string{"nsenter", "-t", strconv.Itoa(m.holder), "-m", "--"}, argv...)
	return strings.TrimSpace(real.Output(t, "", real.Env("/"), argv...))
}

func (m *Machine) boot(t real.T) {
	t.Helper()
	root := filepath.Join(m.work, "root")
	if m.group == "" {
		var err error
		if m.group, err = newGroup(); err != nil {
			t.Fatalf("%v", err)
		}
	}
	argv := []string{"nsenter", "-t", strconv.Itoa(m.holder), "-m", "--", "sh", "-c", confine, m.group, "systemd-nspawn", "--quiet", "--boot",
		"--register=no", "--keep-unit", "--console=pipe", "--private-network", "--link-journal=no", "--hostname=lookalike",
		"--machine=lookalike-" + strconv.Itoa(m.holder)}
	if m.atomic {
		deployment, cmdline := m.next(t)
		argv = append(argv, "--directory="+deployment, "--bind="+root+":/sysroot",
			"--bind="+root+"/ostree/deploy/fedora/var:/var", "--bind="+root+"/boot:/boot")
		argv = append(argv, initramfs(t, cmdline)...)
	} else {
		argv = append(argv, "--directory="+root)
	}
	for _, b := range m.binds {
		argv = append(argv, "--bind-ro="+b)
	}
	m.nspawn = exec.Command(argv[0], argv[1:]...)
	// systemd 258 and later refuses the mixed hierarchy.
	m.nspawn.Env = real.Env("/root", "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1")
	m.nspawn.Stdout, m.nspawn.Stderr = m.log, m.log
	m.nspawn.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := m.nspawn.Start(); err != nil {
		t.Fatalf("%v", err)
	}
	m.wait(t)
	if !m.atomic {
		// Without it bwrap cannot read its limits, and no app starts.
		m.Exec(t, "mount", "-o", "remount,bind,rw", "/proc/sys")
	}
}

// early does what an initramfs has done before the first service starts, and remounts what
// bwrap reads its limits from.
const early = `[Unit]
DefaultDependencies=no
Before=sysinit.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -ec 'mount -o remount,bind,rw /proc/sys; mount --bind /run/cmdline /proc/cmdline; mount --rbind /usr /usr; mount -o remount,bind,ro /usr'
`

// initramfs are the arguments that make a boot that of a deployment: the mark in /run, the
// kernel's command line, a read-only /usr.
func initramfs(t real.T, cmdline string) []string {
	t.Helper()
	dir, args := t.TempDir(), []string(nil)
	for file, text := range map[string]string{
		"ostree-booted":                          "",
		"cmdline":                                cmdline + "\n",
		"systemd/system/lookalike-early.service": early,
		"systemd/system/sysinit.target.d/lookalike.conf": "[Unit]\nRequires=lookalike-early.service\n",
	} {
		real.Write(t, filepath.Join(dir, file), text, 0o644)
		args = append(args, "--bind-ro="+filepath.Join(dir, file)+":/run/"+file)
	}
	return args
}

// next is what a boot loader would start: the deployment and the kernel command
// line of the newest boot entry.
func (m *Machine) next(t real.T) (deployment, cmdline string) {
	t.Helper()
	root := filepath.Join(m.work, "root")
	best := -1
	for _, file := range strings.Fields(m.inside(t, "sh", "-c", "ls "+root+"/boot/loader/entries/*.conf")) {
		version, options := -1, ""
		for line := range strings.Lines(m.inside(t, "cat", file)) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch key {
			case "version":
				version, _ = strconv.Atoi(value)
			case "options":
				options = value
			}
		}
		if version > best {
			best, cmdline = version, options
		}
	}
	for _, word := range strings.Fields(cmdline) {
		if link, ok := strings.CutPrefix(word, "ostree="); ok {
			return m.inside(t, "readlink", "-f", root+link), cmdline
		}
	}
	t.Fatalf("no boot entry names a deployment: %q", cmdline)
	return "", ""
}

// wait waits until the system and alice's session are up.
func (m *Machine) wait(t real.T) {
	t.Helper()
	for end := time.Now().Add(4 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		out, _, _ := real.Try("", real.Env("/"), "pgrep", "-P", strconv.Itoa(m.nspawn.Process.Pid))
		pid, err := strconv.Atoi(strings.TrimSpace(out))
		if err != nil {
			continue
		}
		m.leader = pid
		// Its --wait may miss the moment and wait for ever.
		state, _, _ := m.Try("systemctl", "is-system-running")
		if _, _, err := m.Try("test", "-S", "/run/user/1000/bus"); err != nil {
			continue
		}
		switch strings.TrimSpace(state) {
		case "running":
			return
		case "degraded":
			if m.Fails {
				return
			}
			t.Fatalf("the machine is degraded:\n%s", m.Exec(t, "systemctl", "list-units", "--failed"))
		}
	}
	jobs, errs, err := m.Try("systemctl", "list-jobs")
	t.Fatalf("the machine does not come up:\n%s%s%s%v", m.said(), jobs, errs, err)
}

// Stop powers it off; its copy stays until the test ends.
func (m *Machine) Stop(t real.T) {
	t.Helper()
	if err := m.stop(); err != nil {
		t.Fatalf("power off: %v\n%s", err, m.said())
	}
}

// Reboot powers it off and boots what its boot entries say by then.
func (m *Machine) Reboot(t real.T) {
	t.Helper()
	m.Stop(t)
	m.boot(t)
}

// powerOff is SIGRTMIN+4, which systemd takes for it.
const powerOff = syscall.Signal(34 + 4)

func (m *Machine) stop() error {
	if m.nspawn == nil || m.leader == 0 {
		return nil
	}
	cmd := m.nspawn
	m.nspawn = nil
	kill := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	if err := syscall.Kill(m.leader, powerOff); err != nil {
		_ = cmd.Process.Kill()
	}
	m.leader = 0
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("systemd-nspawn: %w", err)
	}
	return nil
}
