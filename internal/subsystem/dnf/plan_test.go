package dnf

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

// all of the interfaces that the planner is meant to have.
var _ interface {
	subsystem.Planner
	subsystem.Sifter
	subsystem.Blocker
	subsystem.Early
} = Subsystem{}

// call is one command that is expected, in order.
type call struct {
	argv   string
	reads  bool
	stdout string
	stderr string // not empty: it fails
}

// script is a Runner that expects just these calls in just this order.
type script struct {
	t     *testing.T
	calls []call
	at    int
}

func (s *script) Look(name string) (string, error) {
	for _, c := range s.calls {
		if c.argv == name || strings.HasPrefix(c.argv, name+" ") {
			return "/usr/bin/" + name, nil
		}
	}
	return "", run.ErrNotFound
}

func (s *script) Run(_ context.Context, c run.Cmd) (run.Result, error) {
	argv := slices.DeleteFunc(slices.Clone(c.Argv), func(a string) bool { // a planner's machine is this one, without a root
		return strings.HasPrefix(a, "--sysroot=") || strings.HasPrefix(a, "--repo=")
	})
	got := strings.Join(argv, " ")
	if s.at >= len(s.calls) || s.calls[s.at].argv != got || s.calls[s.at].reads != (c.Effect == run.Reads) || c.Interactive {
		s.t.Errorf("unexpected call %d: %q", s.at, got)
		return run.Result{Code: 1}, &run.Error{Argv: c.Argv, Code: 1, Stderr: "unexpected"}
	}
	if c.Effect != run.Reads && c.Timeout != patience {
		s.t.Errorf("%q may take %v", got, c.Timeout)
	}
	e := s.calls[s.at]
	s.at++
	if e.stderr != "" {
		return run.Result{Stdout: []byte(e.stdout), Stderr: []byte(e.stderr), Code: 1}, &run.Error{Argv: c.Argv, Code: 1, Stderr: e.stderr}
	}
	return run.Result{Stdout: []byte(e.stdout)}, nil
}

// playing is a host whose tools do just this.
func playing(t *testing.T, env string, files map[string]string, calls ...call) *host.Host {
	h := &host.Host{Root: t.TempDir(), Env: map[string]string{"BKT_DNF": env}}
	s := &script{t: t, calls: calls}
	h.Runner = s
	for name, text := range files {
		fake.Write(t, filepath.Join(h.Root, name), text)
	}
	t.Cleanup(func() {
		if s.at != len(calls) && (s.at >= len(calls) || strings.Contains(calls[s.at].argv, " ")) {
			t.Errorf("%d of %d calls came", s.at, len(calls))
		}
	})
	return h
}

func reads(argv, stdout string) call     { return call{argv: argv, reads: true, stdout: stdout} }
func changes(argv string) call           { return call{argv: argv} }
func fails(argv, stderr string) call     { return call{argv: argv, stderr: stderr} }
func readFails(argv, stderr string) call { return call{argv: argv, reads: true, stderr: stderr} }
func found(program string) call          { return call{argv: program} } // last: it is found, and not called

func task(verb subsystem.Verb, mode string, id string) subsystem.Task {
	return subsystem.Task{Verb: verb, Item: item(id, doc.Attrs{}.Set("mode", mode)), Have: doc.Absent()}
}

func tasks(verb subsystem.Verb, mode string, ids ...string) []subsystem.Task {
	var out []subsystem.Task
	for _, id := range ids {
		out = append(out, task(verb, mode, id))
	}
	return out
}

// around is a view of a machine that has these items, as `subsystem id`, and `by` what provides what.
func around(image bool, manifests map[string][]doc.Item, has map[string]string) subsystem.View {
	v := subsystem.View{Manifests: subsystem.Manifests{Items: manifests}}
	if image {
		v.Host.Image = &doc.Image{}
	}
	v.Has = func(name, scope, id string) (doc.Attrs, bool) {
		by, ok := has[name+" "+id]
		if by == "" {
			return nil, ok
		}
		return doc.Attrs{}.Set("by", by), ok
	}
	return v
}

func TestDoInPackageMode(t *testing.T) {
	excluded := map[string][]doc.Item{Name: {item("nano", doc.Attrs{}.Set("mode", Exclude)), item("emacs", doc.Attrs{}.Set("mode", Exclude)), item("htop", nil)}}
	for _, c := range []struct {
		name  string
		tasks []subsystem.Task
		v     subsystem.View
		calls []call
		err   string
		later bool
	}{
		{"dnf5 first", tasks(subsystem.Install, Install, "htop", "@tools"), around(false, nil, nil), []call{changes("dnf5 -y install htop @tools"), found("dnf")}, "", false},
		{"dnf4, exclusions", tasks(subsystem.Install, Install, "htop"), around(false, excluded, nil), []call{changes("dnf -y install --exclude=emacs --exclude=nano htop")}, "", false},
		{"an exclusion", tasks(subsystem.Install, Exclude, "nano"), around(false, nil, nil), nil, "", false},
		{"no dnf", tasks(subsystem.Install, Install, "htop"), around(false, nil, nil), nil, "neither dnf5 nor dnf is installed", false},
		{"no network", tasks(subsystem.Install, Install, "htop"), around(false, nil, nil),
			[]call{fails("dnf -y install htop", "Error: Failed to download metadata for repo 'x'")}, "Failed to download metadata", true},
		{"a failure of its own", tasks(subsystem.Install, Install, "htop"), around(false, nil, nil),
			[]call{fails("dnf -y install htop", "Error: Unable to find a match: htop")}, "Unable to find a match", false},
		{"removal", tasks(subsystem.Remove, Install, "vim", "htop"), around(false, nil, map[string]string{"dnf vim": "vim-enhanced", "dnf htop": ""}),
			[]call{reads("rpm -e --test vim-enhanced htop", ""), changes("dnf5 -y --setopt=clean_requirements_on_remove=False remove vim-enhanced htop")}, "", false},
		{"out of the base", tasks(subsystem.Install, Remove, "firefox"), around(false, nil, map[string]string{"dnf firefox": ""}),
			[]call{reads("rpm -e --test firefox", ""), changes("dnf -y --setopt=clean_requirements_on_remove=False remove firefox")}, "", false},
		{"into the base again", tasks(subsystem.Remove, Remove, "firefox"), around(false, nil, nil), nil, "", false},
		{"what others need stays", tasks(subsystem.Remove, Install, "lib"), around(false, nil, nil),
			[]call{readFails("rpm -e --test lib", "error: Failed dependencies:\n\tlibx = 1 is needed by (installed) htop-3.3-1.noarch\n"), found("dnf")}, "libx = 1 is needed by htop", false},
		{"gone already", tasks(subsystem.Remove, Install, "a", "b"), around(false, nil, nil),
			[]call{readFails("rpm -e --test a b", "error: package a is not installed\n"), readFails("rpm -e --test b", "error: package b is not installed\n")}, "", false},
		{"rpm fails", tasks(subsystem.Remove, Install, "a"), around(false, nil, nil),
			[]call{readFails("rpm -e --test a", "error: can't create transaction lock on /x\n")}, "transaction lock", true},
		{"groups", tasks(subsystem.Remove, Install, "@a", "@b"), around(false, nil, nil), []call{changes("dnf5 -y group remove --no-packages a b")}, "", false},
		{"groups of dnf4", tasks(subsystem.Remove, Install, "@a"), around(false, nil, nil), []call{found("dnf")}, "only dnf5 tells", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Subsystem{}.Do(t.Context(), playing(t, "", nil, c.calls...), c.v, c.tasks)
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) || errors.Is(err, subsystem.ErrTryAgain) != c.later {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
}

func TestBatch(t *testing.T) {
	for _, c := range []struct {
		t    subsystem.Task
		want string
	}{
		{task(subsystem.Install, Install, "htop"), "packages"}, {task(subsystem.Install, Install, "@g"), "packages"}, {task(subsystem.Remove, Install, "htop"), "packages"},
		{task(subsystem.Remove, Install, "@g"), "groups"}, {task(subsystem.Install, Remove, "x"), "out of the base"}, {task(subsystem.Remove, Remove, "x"), "in the base"}, {task(subsystem.Install, Exclude, "x"), "exclusions"},
	} {
		if got := (Subsystem{}).Batch(c.t); got != c.want {
			t.Errorf("%+v: %q", c.t, got)
		}
	}
}

func TestBlocked(t *testing.T) {
	c := doc.Change{Want: doc.Absent(), Have: doc.Has(doc.Attrs{}.Set("mode", Install).Set("until", "reboot"))}
	if got := (Subsystem{}).Blocked(c, around(true, nil, nil)); got != "gone at the next reboot" {
		t.Errorf("%q", got)
	}
	c = doc.Change{Want: doc.Has(doc.Attrs{}.Set("mode", Exclude)), Have: doc.Has(doc.Attrs{}.Set("mode", Install))}
	if got := (Subsystem{}).Blocked(c, around(false, nil, nil)); !strings.Contains(got, "only kept out") {
		t.Errorf("%q", got)
	}
	c = doc.Change{Want: doc.Has(doc.Attrs{}.Set("mode", Install)), Have: doc.Absent()}
	if got := (Subsystem{}).Blocked(c, around(false, nil, nil)); got != "" {
		t.Errorf("%q", got)
	}
}

const (
	clean    = `{"checksum": "c", "booted": true, "container-image-reference": "ostree-image-signed:docker://x"}`
	layered  = `{"checksum": "c", "base-checksum": "b", "booted": true, "container-image-reference": "ostree-image-signed:docker://x", "requested-packages": ["old", "redundant"], "requested-base-removals": ["firefox"]}`
	plain    = `{"checksum": "c", "booted": true, "origin": "fedora:fedora/42/x86_64/silverblue"}`
	update   = `{"checksum": "s", "base-checksum": "sb", "staged": true, "requested-packages": ["old"]}`
	relayed  = `{"checksum": "s", "base-checksum": "b", "staged": true, "requested-packages": ["old", "redundant", "more"]}`
	dnf5Good = "dnf5 version 5.4.3.0\ndnf5 plugin API version 2.0\n"
)

// has is what rpm-ostree says of a commit with these packages.
func has(commit string, names ...string) call {
	text := "ostree commit: x (" + commit + ")\n"
	for _, n := range names {
		text += " " + n + "-1-1.fc42.x86_64\n"
	}
	return reads("rpm-ostree db list "+commit, text)
}

func TestDoOnAnImage(t *testing.T) {
	const ask = "rpm-ostree status --json"
	list := reads("rpm-ostree db list sb", "ostree commit: x (sb)\n bash-5-1.fc42.x86_64\n htop-3-1.fc42.x86_64\n")
	locked := map[string]string{"etc/rpm-ostreed.conf": "[Daemon]\nLockLayering=true\n"}
	now := tasks(subsystem.Install, Install, "htop", "jq")
	for _, c := range []struct {
		name  string
		env   string
		files map[string]string
		tasks []subsystem.Task
		calls []call
		err   string
	}{
		{"layered already", "", nil, now, []call{reads(ask, deployments(layered)), changes("rpm-ostree install -y --idempotent --apply-live htop jq")}, ""},
		{"no container image", "auto", nil, now, []call{reads(ask, deployments(plain)), changes("rpm-ostree install -y --idempotent --apply-live htop jq")}, ""},
		{"layers that wait, over the same image", "", nil, now, []call{reads(ask, deployments(relayed, layered)), changes("rpm-ostree install -y --idempotent --apply-live htop jq")}, ""},
		{"an update is staged", "", nil, tasks(subsystem.Install, Install, "jq"),
			[]call{reads(ask, deployments(update, layered)), list, changes("rpm-ostree install -y --idempotent jq")}, ""},
		{"the staged update has it", "", nil, now, []call{reads(ask, deployments(update, layered)), list}, "it comes with the image that is staged: reboot"},
		{"the image has it", "", nil, tasks(subsystem.Install, Install, "bash", "jq"), []call{reads(ask, deployments(layered)), changes("rpm-ostree install -y --idempotent --apply-live jq")}, ""},
		{"only what the image has", "", nil, tasks(subsystem.Install, Install, "bash"), []call{reads(ask, deployments(layered))}, ""},
		{"a clean bootc host", "", nil, now, []call{reads(ask, deployments(clean)), reads("dnf5 --version", dnf5Good), changes("dnf5 install --transient -y htop jq")}, ""},
		{"an old dnf5", "", nil, now, []call{reads(ask, deployments(clean)), reads("dnf5 --version", "dnf5 version 5.2.16.0\n")}, "dnf5 5.2.16.0 cannot install until the reboot"},
		{"no dnf5", "", nil, now, []call{reads(ask, deployments(clean))}, "dnf5 is not installed"},
		{"an odd dnf5", "", nil, now, []call{reads(ask, deployments(clean)), reads("dnf5 --version", "dnf 4\n")}, "dnf5 --version: it tells none"},
		{"layering is locked", "", locked, now, []call{reads(ask, deployments(layered))}, "layering is locked"},
		{"layering is locked, and not needed", "", locked, now, []call{reads(ask, deployments(clean)), reads("dnf5 --version", dnf5Good), changes("dnf5 install --transient -y htop jq")}, ""},
		{"BKT_DNF=layer", "layer", nil, now, []call{reads(ask, deployments(clean)), changes("rpm-ostree install -y --idempotent --apply-live htop jq")}, ""},
		{"BKT_DNF=transient, layered", "transient", nil, now, []call{reads(ask, deployments(layered)), found("dnf5")}, "where packages are layered"},
		{"BKT_DNF=pr", "pr", nil, now, []call{reads(ask, deployments(layered))}, "comes with the image"},
		{"BKT_DNF=nonsense", "nonsense", nil, now, []call{reads(ask, deployments(layered))}, "BKT_DNF is \"nonsense\""},
		{"a group", "", nil, tasks(subsystem.Install, Install, "@tools"), []call{reads(ask, deployments(layered))}, "groups cannot be layered"},
		{"a group until the reboot", "", nil, tasks(subsystem.Install, Install, "@tools"),
			[]call{reads(ask, deployments(clean)), reads("dnf5 --version", dnf5Good), changes("dnf5 install --transient -y @tools")}, ""},
		{"out of the base", "", nil, tasks(subsystem.Install, Remove, "firefox"), []call{reads(ask, deployments(layered))}, "the image will come without it"},
		{"redundant", "", nil, tasks(subsystem.Remove, Install, "redundant", "gone"), []call{reads(ask, deployments(layered)), changes("rpm-ostree uninstall -y redundant")}, ""},
		{"redundant, taken back already", "", nil, tasks(subsystem.Remove, Install, "redundant"), []call{reads(ask, deployments(update, layered))}, ""},
		{"a removal that the image has made", "", nil, tasks(subsystem.Remove, Remove, "firefox"), []call{reads(ask, deployments(layered)), changes("rpm-ostree override reset firefox")}, ""},
		{"redundant here, and needed by the image that is staged", "", nil, tasks(subsystem.Remove, Install, "old"), []call{reads(ask, deployments(update, layered)), has("b", "bash", "old"), has("sb", "bash")},
			"old: the image of the next boot does not bring that about"},
		{"redundant here and there", "", nil, tasks(subsystem.Remove, Install, "old"), []call{reads(ask, deployments(update, layered)), has("b", "bash", "old"), has("sb", "old"), changes("rpm-ostree uninstall -y old")}, ""},
		{"let go, over another image", "", nil, tasks(subsystem.Remove, Install, "old"), []call{reads(ask, deployments(update, layered)), has("b", "bash"), has("sb", "bash"), changes("rpm-ostree uninstall -y old")}, ""},
		{"the image that is staged is not known", "", nil, tasks(subsystem.Remove, Install, "old"), []call{reads(ask, deployments(update, layered)), has("b", "bash"), readFails("rpm-ostree db list sb", "error: gone")}, "gone"},
		{"busy", "", nil, tasks(subsystem.Remove, Install, "redundant"), []call{reads(ask, deployments(layered)),
			fails("rpm-ostree uninstall -y redundant", "error: Transaction in progress: upgrade"), changes("rpm-ostree uninstall -y redundant")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := playing(t, c.env, c.files, c.calls...)
			err := Subsystem{}.Do(t.Context(), h, around(true, nil, map[string]string{"dnf bash": ""}), c.tasks)
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
}

func TestSift(t *testing.T) {
	const ask = "rpm-ostree status --json"
	const offered = "no repository here offers it"
	lacking := map[string][]doc.Item{"repo": {{ID: "code"}}, "copr": {{ID: "a/b"}, {ID: "c/off", Attrs: doc.Attrs{}.Set("enabled", false)}, {ID: "d/here"}}}
	for _, c := range []struct {
		name  string
		tasks []subsystem.Task
		v     subsystem.View
		calls []call
		want  string
	}{
		{"dnf4", tasks(subsystem.Install, Install, "a", "b", "c", "@g"), around(false, nil, nil), []call{{argv: "dnf --assumeno install a b c @g", reads: true,
			stdout: "No match for argument: b\n", stderr: "Error: Unable to find a match: b c\nModule or Group 'g' is not available.\n"}},
			"@g: " + offered + "\nb: " + offered + "\nc: " + offered},
		{"dnf5, repositories that are not here", tasks(subsystem.Install, Install, "a", "b"), around(false, lacking, map[string]string{"copr d/here": ""}),
			[]call{readFails("dnf5 --assumeno install a b", "Failed to resolve the transaction:\nNo match for argument: b\nYou can try to add to command line:\n  --skip-unavailable")},
			"b: " + offered + "; not here: a/b, code"},
		{"repositories that nobody looked at", tasks(subsystem.Install, Install, "b"), subsystem.View{Manifests: subsystem.Manifests{Items: lacking},
			Has: func(string, string, string) (doc.Attrs, bool) { return nil, false }, Unknown: func(string) bool { return true }},
			[]call{{argv: "dnf --assumeno install b", reads: true, stdout: "No match for argument: b\n"}}, "b: " + offered},
		{"all are offered", tasks(subsystem.Install, Install, "a"), around(false, nil, nil), []call{readFails("dnf --assumeno install a", "Operation aborted.\n")}, ""},
		{"removals", tasks(subsystem.Remove, Install, "a"), around(false, nil, nil), nil, ""},
		{"layered", tasks(subsystem.Install, Install, "a", "b", "c", "@g"), around(true, nil, nil), []call{reads(ask, deployments(layered)),
			fails("rpm-ostree install --dry-run -y --idempotent a b c", "error: Packages not found: b, c")}, "@g: groups cannot be layered\nb: " + offered + "\nc: " + offered},
		{"layered, repositories that come", tasks(subsystem.Install, Install, "a", "b"), around(true, lacking, nil), []call{reads(ask, deployments(layered)),
			fails("rpm-ostree install --dry-run -y --idempotent a b", "error: Packages not found: a")}, "a: " + offered + "; the image brings a/b, code, d/here"},
		{"layered, another failure", tasks(subsystem.Install, Install, "a", "b"), around(true, nil, nil), []call{reads(ask, deployments(layered)),
			fails("rpm-ostree install --dry-run -y --idempotent a b", "error: Could not depsolve transaction; 1 problem detected:")}, ""},
		{"until the reboot", tasks(subsystem.Install, Install, "a", "b"), around(true, nil, nil), []call{reads(ask, deployments(clean)), reads("dnf5 --version", dnf5Good),
			readFails("dnf5 --assumeno install a b", "No match for argument: a\n")}, "a: " + offered},
		{"no way", tasks(subsystem.Install, Install, "a", "b"), around(true, nil, nil), []call{reads(ask, deployments(clean))},
			"a: dnf5 is not installed: it comes with the image\nb: dnf5 is not installed: it comes with the image"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Subsystem{}.Sift(t.Context(), playing(t, "", nil, c.calls...), c.v, c.tasks)
			var lines []string
			for k, why := range got {
				lines = append(lines, k.ID+": "+why)
			}
			slices.Sort(lines)
			if err != nil || strings.Join(lines, "\n") != c.want {
				t.Errorf("%v\n%s\nwant\n%s", err, strings.Join(lines, "\n"), c.want)
			}
		})
	}
	h := playing(t, "", nil, readFails("dnf --assumeno install a b", "Error: Failed to download metadata for repo 'x'\n"))
	if got, err := (Subsystem{}).Sift(t.Context(), h, around(false, nil, nil), tasks(subsystem.Install, Install, "a", "b")); !errors.Is(err, subsystem.ErrTryAgain) {
		t.Errorf("no network: %v, %v", got, err)
	}
}

func FuzzUnmatched(f *testing.F) {
	f.Add("No match for argument: a\nError: Unable to find a match: b c\n")
	f.Add("Module or Group 'g' is not available.\nNo match for argument: \n")
	f.Fuzz(func(t *testing.T, text string) {
		for id := range unmatched(text) {
			if id == "" || strings.ContainsAny(id, " \n") || !strings.Contains(text, strings.TrimPrefix(id, "@")) {
				t.Errorf("%q", id)
			}
		}
	})
}
