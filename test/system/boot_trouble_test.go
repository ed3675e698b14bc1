//go:build system

package system

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// stand makes a tool do something else than the real one; "" is the real one again.
func (w *images) stand(t *testing.T, tool, script string) {
	t.Helper()
	if script == "" {
		w.Exec(t, "rm", "/var/stand/"+tool)
		return
	}
	w.Exec(t, "sh", "-ec", `printf '%s\n' "$2" >"/var/stand/$1"; chmod 0755 "/var/stand/$1"`, "sh", tool, script)
}

func (w *images) local(t *testing.T) string {
	t.Helper()
	return `{"remotes": [` + w.remote("file://"+flatpakAt+"/signed", "system") + "]}"
}

// A tool that fails leaves the unit failed and the marker unwritten; the same run is not tried
// again before the next boot, which does the rest.
func TestSystemBootFailingTool(t *testing.T) {
	t.Parallel()
	w := newImages(t)
	w.Fails = true
	w.stand(t, "flatpak", `case "$*" in *install*org.test.World*) echo "error: no" >&2; exit 1 ;; esac`)
	w.deploy(t, content{manifests: map[string]string{"flatpak-remotes.json": w.local(t), "flatpak-apps.json": apps("system org.test.Hello", "system org.test.World")}})
	w.restart(t)
	u := w.reaches(t, "failed", failed)
	if u["Result"] != "exit-code" || u["ExecMainStatus"] != "3" || u["NRestarts"] != "0" || w.marked(t) {
		t.Errorf("marked %v, %v\n%s", w.marked(t), u, w.journal(t))
	}
	same(t, "a tool that fails", w.installed(t, "system"), []string{"org.test.Hello"})

	w.stand(t, "flatpak", "")
	w.restart(t)
	w.reaches(t, "done", succeeded)
	same(t, "the next boot", w.installed(t, "system"), []string{"org.test.Hello", "org.test.World"})
	if text := strings.Join(w.asked(t), "\n"); !w.marked(t) || strings.Contains(text, "app/org.test.Hello") {
		t.Errorf("the next boot: marked %v, calls\n%s", w.marked(t), text)
	}
}

// A tool that hangs is ended with all that it started, and the run is tried again.
func TestSystemBootHangingTool(t *testing.T) {
	t.Parallel()
	w := newImages(t)
	w.Fails = true
	w.stand(t, "flatpak", `case "$*" in *install*) sleep 4711 ;; esac`)
	w.deploy(t, content{limit: "15s", manifests: map[string]string{"flatpak-remotes.json": w.local(t), "flatpak-apps.json": apps("system org.test.Hello")}})
	w.restart(t)
	w.reaches(t, "tried again", func(u map[string]string) bool { return u["NRestarts"] != "0" })
	if text := w.journal(t); !strings.Contains(text, "Failed with result 'timeout'") || w.marked(t) {
		t.Errorf("marked %v\n%s", w.marked(t), text)
	}
	w.stand(t, "flatpak", "")
	w.reaches(t, "done", succeeded)
	if left, _, _ := w.Try("pgrep", "-fx", "sleep 4711"); left != "" || !w.marked(t) {
		t.Errorf("marked %v, left running: %q", w.marked(t), left)
	}
	same(t, "after the time-out", w.installed(t, "system"), []string{"org.test.Hello"})
}

// A network that comes late is waited for, ever longer, and needs no other boot.
func TestSystemBootLateNetwork(t *testing.T) {
	t.Parallel()
	w := newImages(t)
	w.deploy(t, content{manifests: map[string]string{
		"flatpak-remotes.json": `{"remotes": [` + w.remote(httpRemote, "system") + "]}", "flatpak-apps.json": apps("system org.test.Hello")}})
	w.restart(t)
	var pauses []string
	for _, n := range []string{"1", "2", "3"} {
		u := w.reaches(t, "tried again", func(u map[string]string) bool { return u["NRestarts"] >= n && u["SubState"] == "auto-restart" })
		if u["ExecMainStatus"] != "75" || u["ActiveState"] != "activating" {
			t.Fatalf("%v\n%s", u, w.journal(t))
		}
		pauses = append(pauses, u["RestartUSecNext"])
	}
	var grown []time.Duration
	for _, p := range pauses {
		d, err := time.ParseDuration(strings.ReplaceAll(strings.ReplaceAll(p, " ", ""), "min", "m"))
		if err != nil {
			t.Fatal(err)
		}
		grown = append(grown, d)
	}
	if !slices.IsSorted(grown) || grown[0] == grown[2] || w.marked(t) {
		t.Errorf("marked %v, pauses %q", w.marked(t), pauses)
	}
	dir, err := os.OpenRoot(w.signed.Dir)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.StripPrefix("/signed", http.FileServerFS(dir.FS())), ReadHeaderTimeout: time.Minute}
	l := w.Listen(t, "127.0.0.4:8080")
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	w.reaches(t, "done", succeeded)
	same(t, "with a network", w.installed(t, "system"), []string{"org.test.Hello"})
	if !w.marked(t) {
		t.Error("not marked")
	}
}

// Manifests that somebody else than root could have written are not root's to apply.
func TestSystemBootForeignManifests(t *testing.T) {
	t.Parallel()
	w := newImages(t)
	w.Fails = true
	w.deploy(t, content{owner: 1000, manifests: map[string]string{"flatpak-remotes.json": w.local(t), "flatpak-apps.json": apps("system org.test.Hello")}})
	w.restart(t)
	u := w.reaches(t, "refused", failed)
	text := w.journal(t)
	if u["ExecMainStatus"] != "2" || u["NRestarts"] != "0" || w.marked(t) ||
		!strings.Contains(text, "bkt-apply: error: '/usr/share/bkt/manifests/flatpak-apps.json' belongs to somebody else than root: refused") {
		t.Errorf("marked %v, %v\n%s", w.marked(t), u, text)
	}
	if calls := w.asked(t); len(calls) > 0 {
		t.Errorf("calls %q", calls)
	}
}
