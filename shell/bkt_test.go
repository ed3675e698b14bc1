package shell_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// inShells runs a test in each shell that /bin/sh may be.
func inShells(t *testing.T, f func(t *testing.T, w *world, shell string)) {
	t.Helper()
	for _, shell := range []string{"dash", "bash"} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			f(t, newWorld(t), shell)
		})
	}
}

// The calls of a capture, up to the list.
const (
	fetched = "bkt-pr [--fetch]\nbkt-capture [--format] [json]\nbkt-local [commit] [--format] [json] [--leave]\n"
	looked  = fetched + "bkt-cfgen [--prune] [--with=TMP/changes]\nbkt-pr [--list]\n"
	settled = "bkt-local [clear] [-]\n  < JOURNAL\n"
	warned  = "bkt-cfgen: warning: something\n"
)

func narrowed(only string) string {
	return "bkt-cfgen [--prune] [--with=TMP/changes] [--only=" + only + "]\nbkt-pr [--list]\n"
}

// sent is the push of what was generated with these flags.
func sent(flags string) string {
	return "bkt-pr [--format] [text] [--document] [TMP/pr]\n  < FILES " + flags + "\n"
}

// pushed is the push, and that the journal forgets what arrived.
func pushed(only string) string {
	return sent("--prune --with=TMP/changes"+only) + "bkt-local [clear] [-]\n  < PR of FILES --prune --with=TMP/changes" + only + "\n"
}

func TestStatusIsDrift(t *testing.T) {
	for _, c := range []struct {
		args []string
		call string
	}{
		{nil, "bkt-drift\n"},
		{[]string{"status"}, "bkt-drift\n"},
		{[]string{"status", "--only", "dnf:a b", "x"}, "bkt-drift [--only] [dnf:a b] [x]\n"},
		{[]string{"--exit-code", "--short"}, "bkt-drift [--exit-code] [--short]\n"},
	} {
		inShells(t, func(t *testing.T, w *world, shell string) {
			w.code["DRIFT"] = "3"
			out, errs, code := w.run(shell, c.args...)
			if out != "the page\n" || errs != "" || code != 3 || w.noted() != c.call {
				t.Errorf("%q: %d, %q, %q; calls\n%swant\n%s", c.args, code, out, errs, w.noted(), c.call)
			}
		})
	}
}

func TestCaptureWithoutQuestion(t *testing.T) {
	for _, c := range []struct {
		name        string
		args        []string
		codes       string // NAME=CODE
		calls       string
		stdout, err string
		code        int
	}{
		{"all", []string{"--yes"}, "", looked + pushed(""), table + "created\n", warned, 0},
		{"flags", []string{"--resolve", "local", "--yes", "--repo=a b", "--allow", "x", "--allow=y"}, "",
			"bkt-pr [--fetch] [--repo=a b]\nbkt-capture [--format] [json]\nbkt-local [commit] [--format] [json] [--leave] [--repo=a b] [--resolve=local]\n" +
				"bkt-cfgen [--repo=a b] [--prune] [--with=TMP/changes] [--resolve=local] [--allow=x] [--allow=y]\nbkt-pr [--list]\n" +
				"bkt-pr [--format] [text] [--document] [TMP/pr] [--repo=a b] [--resolve=local]\n" +
				strings.ReplaceAll("  < X\nbkt-local [clear] [-]\n  < PR of X\n", "X", "FILES --repo=a b --prune --with=TMP/changes --resolve=local --allow=x --allow=y"),
			table + "created\n", warned, 0},
		{"one by its name", []string{"htop", "--yes"}, "", looked + narrowed("dnf:htop") + pushed(" --only=dnf:htop"), "+ package  htop\ncreated\n", warned, 0},
		{"a subsystem", []string{"--yes", "flatpak"}, "", looked + narrowed("flatpak@user:org.gnome.Maps") + pushed(" --only=flatpak@user:org.gnome.Maps"),
			"- app      org.gnome.Maps  removed here\ncreated\n", warned, 0},
		{"globs, once each", []string{"flatpak:org.*", "d*", "htop", "--yes"}, "",
			looked + narrowed("flatpak@user:org.gnome.Maps,dnf:htop,shim:docker") + pushed(" --only=flatpak@user:org.gnome.Maps,dnf:htop,shim:docker"),
			table + "created\n", warned, 0},
		{"no such item", []string{"htop", "nano", "--yes"}, "", looked, "", "bkt: error: nothing new here is called 'nano'\nhint: bkt status\n", 2},
		{"no remote", []string{"--yes"}, "FETCH=75", "bkt-pr [--fetch]\n", "", "", 75},
		{"no capture", []string{"--yes"}, "CAPTURE=2", "bkt-pr [--fetch]\nbkt-capture [--format] [json]\n", "", "", 2},
		{"a partial capture", []string{"--yes"}, "CAPTURE=3", looked + pushed(""), table + "created\n", warned, 3},
		{"a partial capture, one item", []string{"--yes", "htop"}, "CAPTURE=3", looked + narrowed("dnf:htop") + pushed(" --only=dnf:htop"),
			"+ package  htop\ncreated\n", warned, 3},
		{"partial files", []string{"--yes"}, "CFGEN=3", looked + pushed(""), table + "created\n", warned, 3},
		{"a journal at odds with the manifests", []string{"--yes"}, "JOURNAL=3", looked + pushed(""), table + "created\n", warned, 3},
		{"a journal that cannot be read", []string{"--yes"}, "JOURNAL=2", fetched, "", "", 2},
		{"no files", []string{"--yes"}, "CFGEN=2", strings.TrimSuffix(looked, "bkt-pr [--list]\n"), "", warned, 2},
		{"a conflict", []string{"--yes"}, "PR=1", looked + sent("--prune --with=TMP/changes"), table + "created\n", warned, 1},
		{"no answer from the remote", []string{"--yes"}, "PR=75", looked + sent("--prune --with=TMP/changes"), table + "created\n", warned, 75},
		{"pushed in part", []string{"--yes"}, "PR=3", looked + pushed(""), table + "created\n", warned, 3},
		{"no terminal", nil, "", looked, table, warned + "bkt: error: no terminal to ask on\nhint: bkt capture --yes\n", 2},
		{"an unknown flag", []string{"--yess"}, "", "", "", "bkt: error: unknown flag '--yess'\nhint: bkt help\n", 2},
		{"a value for --yes", []string{"--yes=1"}, "", "", "", "bkt: error: unknown flag '--yes=1'\nhint: bkt help\n", 2},
		{"no value", []string{"--resolve"}, "", "", "", "bkt: error: flag '--resolve' needs a value\nhint: bkt help\n", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			inShells(t, func(t *testing.T, w *world, shell string) {
				if name, code, ok := strings.Cut(c.codes, "="); ok {
					w.code[name] = code
				}
				out, errs, code := w.run(shell, append([]string{"capture"}, c.args...)...)
				if code != c.code || out != c.stdout || errs != c.err {
					t.Errorf("%d, want %d\n%s--- want\n%s--- stderr\n%s--- want\n%s", code, c.code, out, c.stdout, errs, c.err)
				}
				if got := w.noted(); got != c.calls {
					t.Errorf("calls\n%swant\n%s", got, c.calls)
				}
			})
		})
	}
}

// What was done on purpose is in the same document, and so in the same list and pull request.
func TestCaptureTakesTheJournalAlong(t *testing.T) {
	inShells(t, func(t *testing.T, w *world, shell string) {
		if _, errs, code := w.run(shell, "capture", "--yes"); code != 0 || errs != warned {
			t.Errorf("%d, %q", code, errs)
		}
		if b, err := os.ReadFile(filepath.Join(w.dir, "along")); err != nil || string(b) != "JOURNAL\n" {
			t.Errorf("went along: %q, %v", b, err)
		}
	})
}

// What the manifests have by now is forgotten, though there is nothing to say.
func TestNothingToCapture(t *testing.T) {
	for want, capture := range map[int]string{0: "0", 3: "3"} {
		inShells(t, func(t *testing.T, w *world, shell string) {
			w.write("list", "")
			w.code["CAPTURE"] = capture
			out, errs, code := w.run(shell, "capture")
			if out != "Nothing new to put into a pull request.\n" || errs != warned || code != want || w.noted() != looked+settled {
				t.Errorf("%d, want %d: %q, %q, calls\n%s", code, want, out, errs, w.noted())
			}
		})
	}
}

func TestCaptureAsks(t *testing.T) {
	const q = "Put these 3 changes into a pull request? [Y/n/choose] "
	each := []string{"  + package  htop? [Y/n] ", "  - app      org.gnome.Maps  removed here? [Y/n] ", "  + shim     docker? [Y/n] "}
	for _, c := range []struct {
		name    string
		answers []string
		screen  string // below the list
		calls   string // after the list
		code    int
	}{
		{"enter", []string{"\n"}, q + "\ncreated\n", pushed(""), 0},
		{"yes", []string{"Yes\n"}, q + "Yes\ncreated\n", pushed(""), 0},
		{"no", []string{"n\n"}, q + "n\n", "", 1},
		{"the end of the input", []string{"\x04"}, q + "\n", "", 1},
		{"something else", []string{"what\n", "no\n"}, q + "what\nAnswer y, n or choose.\n" + q + "no\n", "", 1},
		{"some", []string{"choose\n", "\n", "n\n", "y\n"}, q + "choose\n" + each[0] + "\n" + each[1] + "n\n" + each[2] + "y\ncreated\n",
			narrowed("dnf:htop,shim:docker") + pushed(" --only=dnf:htop,shim:docker"), 0},
		{"a wrong answer on the way", []string{"c\n", "n\n", "q\n", "y\n", "n\n"},
			q + "c\n" + each[0] + "n\n" + each[1] + "q\nAnswer y or n.\n" + each[1] + "y\n" + each[2] + "n\ncreated\n",
			narrowed("flatpak@user:org.gnome.Maps") + pushed(" --only=flatpak@user:org.gnome.Maps"), 0},
		{"none", []string{"c\n", "n\n", "n\n", "n\n"}, q + "c\n" + each[0] + "n\n" + each[1] + "n\n" + each[2] + "n\n", "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			inShells(t, func(t *testing.T, w *world, shell string) {
				screen, code := w.talk(shell, c.answers, "capture")
				if want := warned + table + c.screen; screen != want || code != c.code {
					t.Errorf("%d, want %d\n%s--- want\n%s", code, c.code, screen, want)
				}
				if got := w.noted(); got != looked+c.calls {
					t.Errorf("calls\n%swant\n%s", got, looked+c.calls)
				}
			})
		})
	}
}

func TestCaptureOfOneThing(t *testing.T) {
	inShells(t, func(t *testing.T, w *world, shell string) {
		w.write("list", "-\t~ files  Containerfile  made anew from the manifests\n")
		screen, code := w.talk(shell, []string{"c\n", "y\n"}, "capture")
		want := warned + "~ files  Containerfile  made anew from the manifests\nPut this change into a pull request? [Y/n/choose] c\n" +
			"  ~ files  Containerfile  made anew from the manifests? [Y/n] y\ncreated\n"
		if screen != want || code != 0 || w.noted() != looked+pushed("") {
			t.Errorf("%d\n%s--- want\n%s--- calls\n%s", code, screen, want, w.noted())
		}
	})
}

func TestInterrupted(t *testing.T) {
	inShells(t, func(t *testing.T, w *world, shell string) {
		screen, code := w.talk(shell, []string{"\x03"}, "capture")
		if code != 130 || w.noted() != looked {
			t.Errorf("%d\n%s--- calls\n%s", code, screen, w.noted())
		}
	})
}

func TestInterruptedWhileItLooks(t *testing.T) {
	inShells(t, func(t *testing.T, w *world, shell string) {
		w.env = []string{"HANG=1"}
		screen, code := w.talk(shell, []string{"\x03"}, "capture", "--yes")
		if code != 130 || w.noted() != "bkt-pr [--fetch]\nbkt-capture [--format] [json]\n" {
			t.Errorf("%d\n%s--- calls\n%s", code, screen, w.noted())
		}
	})
}

// The question and the list go to the terminal when stdout goes elsewhere.
func TestTheListGoesWhereTheQuestionIs(t *testing.T) {
	inShells(t, func(t *testing.T, w *world, shell string) {
		bkt := filepath.Join(w.dir, "sbin/bkt")
		if err := os.Rename(bkt, bkt+"1"); err != nil {
			t.Fatal(err)
		}
		w.write("sbin/bkt", "exec "+shell+" "+bkt+`1 capture >"$WORLD/out"`)
		screen, code := w.talk(shell, []string{"y\n"})
		out, err := os.ReadFile(filepath.Join(w.dir, "out"))
		if err != nil || string(out) != "created\n" || code != 0 || !strings.Contains(screen, table+"Put these 3") {
			t.Errorf("%d, %v, stdout %q, screen\n%s", code, err, out, screen)
		}
	})
}

func TestContainerfile(t *testing.T) {
	for _, c := range []struct {
		args  []string
		calls string
		code  int
	}{
		{[]string{"sync"}, "bkt-cfgen [--sync] [--write] [--format] [text]\n", 0},
		{[]string{"sync", "--repo", "a b"}, "bkt-cfgen [--sync] [--write] [--format] [text] [--repo] [a b]\n", 0},
		{[]string{"check"}, "bkt-cfgen [--check]\n", 1},
		{[]string{"check", "--ref=main"}, "bkt-cfgen [--check] [--ref=main]\n", 1},
		{[]string{"chekc"}, "", 2},
		{nil, "", 2},
	} {
		inShells(t, func(t *testing.T, w *world, shell string) {
			if len(c.args) > 0 && c.args[0] == "check" {
				w.code["CFGEN"] = "1"
			}
			_, errs, code := w.run(shell, append([]string{"containerfile"}, c.args...)...)
			if code != c.code || w.noted() != c.calls {
				t.Errorf("%q: %d, want %d, calls\n%swant\n%s", c.args, code, c.code, w.noted(), c.calls)
			}
			if code == 2 && errs != "bkt: error: 'bkt containerfile' is sync or check\nhint: bkt help\n" {
				t.Error(errs)
			}
		})
	}
}

func TestChangelog(t *testing.T) {
	for args, want := range map[string]string{
		"":              "bkt-local [done]\n",
		"list":          "bkt-local [done]\n",
		"--format json": "bkt-local [done] [--format] [json]\n",
		"done a b":      "bkt-local [done] [a] [b]\n",
		"done":          "",
		"doen a":        "",
	} {
		inShells(t, func(t *testing.T, w *world, shell string) {
			w.write("bin/bkt-local", "#!/bin/sh\n"+`printf '%s' bkt-local >>"$WORLD/calls"; printf ' [%s]' "$@" >>"$WORLD/calls"; echo >>"$WORLD/calls"; exit 7`+"\n")
			_, errs, code := w.run(shell, append([]string{"changelog"}, strings.Fields(args)...)...)
			if w.noted() != want || code != map[bool]int{true: 2, false: 7}[want == ""] || (errs == "") != (want != "") {
				t.Errorf("%q: %d, %q, calls %q", args, code, errs, w.noted())
			}
		})
	}
}

func TestOtherNames(t *testing.T) {
	for _, c := range []struct {
		args         []string
		stdout, errs string
		code         int
	}{
		{[]string{"extra", "a b", "--x"}, "extra a b --x\n", "", 7},
		{[]string{"drift", "--short"}, "the page\n", "", 0},
		{[]string{"--version"}, "bkt 1.2\n", "", 0},
		{[]string{"nothing"}, "", "bkt: error: unknown command 'nothing'\nhint: bkt help\n", 2},
		{[]string{""}, "", "bkt: error: unknown command ''\nhint: bkt help\n", 2},
		{[]string{"x/../extra"}, "", "bkt: error: unknown command 'x/../extra'\nhint: bkt help\n", 2},
	} {
		inShells(t, func(t *testing.T, w *world, shell string) {
			if out, errs, code := w.run(shell, c.args...); out != c.stdout || errs != c.errs || code != c.code {
				t.Errorf("%q: %d, %q, %q", c.args, code, out, errs)
			}
		})
	}
}

// A name of the porcelain is never the program of that name, even before it does anything.
func TestPorcelainNeverFallsThrough(t *testing.T) {
	for _, name := range strings.Fields("flatpak extension gsetting shim admin") {
		inShells(t, func(t *testing.T, w *world, shell string) {
			w.write("bin/bkt-"+name, "#!/bin/sh\necho ran >>\"$WORLD/calls\"\n")
			out, errs, code := w.run(shell, name, "x")
			if out != "" || !strings.HasPrefix(errs, "bkt: error: 'bkt "+name+"' is ") || code != 2 || w.noted() != "" {
				t.Errorf("%d, %q, %q, calls %q", code, out, errs, w.noted())
			}
		})
	}
	for _, name := range strings.Fields("ignore track doctor init switch") {
		inShells(t, func(t *testing.T, w *world, shell string) {
			w.write("bin/bkt-"+name, "#!/bin/sh\necho ran >>\"$WORLD/calls\"\n")
			out, errs, code := w.run(shell, name, "x")
			if want := "bkt: error: 'bkt " + name + "' is not in this version\nhint: bkt help\n"; out != "" || errs != want || code != 2 || w.noted() != "" {
				t.Errorf("%d, %q, %q, calls %q", code, out, errs, w.noted())
			}
		})
	}
}

func TestHelp(t *testing.T) {
	inShells(t, func(t *testing.T, w *world, shell string) {
		first, _, _ := w.run(shell, "help")
		for _, args := range [][]string{{"help"}, {"--help"}, {"-h"}, {"capture", "--help"}, {"apply", "--help"},
			{"dnf", "--help"}, {"dnf", "sync", "--help"},
			{"dnf", "install", "--help"}, {"dnf", "copr", "--help"}, {"flatpak", "--help"}, {"flatpak", "add", "--help"}, {"extension", "--help"}, {"gsetting", "--help"},
			{"shim", "--help"}, {"admin", "--help"}, {"admin", "kargs", "add", "--help"}, {"local", "commit", "--help"}, {"containerfile", "--help"}, {"changelog", "--help"}} {
			out, errs, code := w.run(shell, args...)
			if out != first || !strings.HasPrefix(out, "usage: bkt ") || errs != "" || code != 0 || w.noted() != "" {
				t.Errorf("%q: %d, %q, %q, %q", args, code, out, errs, w.noted())
			}
		}
		for line := range strings.Lines(first) {
			if len([]rune(line)) > 81 {
				t.Errorf("wider than 80 columns: %s", line)
			}
		}
	})
}

// The programs beside bkt come before those on PATH, and a missing one is named.
func TestWhereThePrograms(t *testing.T) {
	inShells(t, func(t *testing.T, w *world, shell string) {
		w.write("sbin/bkt-drift", "#!/bin/sh\necho beside\n")
		if out, _, _ := w.run(shell); out != "beside\n" {
			t.Error(out)
		}
		if err := os.Remove(filepath.Join(w.dir, "bin/bkt-cfgen")); err != nil {
			t.Fatal(err)
		}
		if _, errs, code := w.run(shell, "capture", "--yes"); errs != "bkt: error: 'bkt-cfgen' is not installed\n" || code != 2 || w.noted() != "" {
			t.Errorf("%d, %q, %q", code, errs, w.noted())
		}
	})
}
