package systemd

import (
	"slices"
	"strings"
	"testing"
)

func TestPresets(t *testing.T) {
	p := presets(parsePresets([]byte("# a\n; b\n\n  disable   a.service  \nenable a.service\nenable b?.service\nignore c*\n" +
		"enable vpn@.service home work\nenable d.service x\ndisable e.service x\nfrobnicate f.service\nenable\nenable [gh]*.timer\n" +
		"disable [!h-z]*.timer\ndisable \\x.service\nenable [\ndisable vpn@.service\ndisable *.socket")))
	for id, want := range map[string]string{
		"a.service": disable, "b1.service": enable, "c.target": ignore, "d.service": enable, "e.service": enable, "f.service": enable, "g1.timer": enable,
		"a1.timer": disable, "z.timer": enable, `\x.service`: disable, "x.service": enable, "vpn@.service": enable, "vpn@home.service": enable, "s.socket": disable,
	} {
		if got := p.of(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	for id, want := range map[string]string{"vpn@home.service": enable, "vpn@work.service": enable, "vpn@x.service": disable, "y@1.service": enable, "y@1.socket": disable} {
		if got := p.ofInstance(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

func TestInstall(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "[Install]\n": false, "WantedBy=a.target\n": false, "[Unit]\nWantedBy=a.target": false, "[X-Install]\nAlias=a.service": false,
		"[Install]\nWantedBy=a.target": true, " [Install]\n  RequiredBy = a.target\n": true, "[Install]\nUpheldBy=a.target": true, "[Install]\nAlias=\"a.service\"": true,
		"[Install]\nAlso=a.service\nDefaultInstance=1": false, "[Install]\nWantedBy=\\\n# a\n  a.target\n": true, "[Install]\n#WantedBy=a.target\n": false,
		"[Install]\nWantedBy=a.target\nWantedBy=\n": false, "[Install]\nWantedBy=a.target\nRequiredBy=\n": true, "[Install]\nWantedBy=\nWantedBy=a.target\n": true,
	} {
		var i install
		if i.parse([]byte(text)); i.any() != want {
			t.Errorf("%q: %+v", text, i)
		}
	}
	var i install
	i.parse([]byte("[Install]\nAlias=a.service 'b.service'\nAlias=c.service"))
	if !slices.Equal(i.aliases, []string{"a.service", "b.service", "c.service"}) {
		t.Errorf("%+v", i)
	}
}

func FuzzParsePresets(f *testing.F) {
	f.Add([]byte("# x\nenable a*.service\ndisable *\n"), "a.service")
	f.Add([]byte("enable vpn@.service home work\nignore [!a-z]\\?.timer"), "vpn@home.service")
	f.Fuzz(func(t *testing.T, b []byte, id string) {
		p := presets(parsePresets(b))
		for _, r := range p {
			if r.glob == "" || !slices.Contains([]string{enable, disable, ignore}, r.word) || len(r.instances) > 0 && (r.word != enable || !isTemplate(r.glob)) {
				t.Errorf("%+v", r)
			}
		}
		for _, word := range []string{p.of(id), p.ofInstance(id)} {
			if !slices.Contains([]string{enable, disable, ignore}, word) {
				t.Errorf("%q for %q", word, id)
			}
		}
		if p.of(id) != enable && len(p) == 0 {
			t.Errorf("without a preset %q is not enabled", id)
		}
	})
}

func FuzzInstall(f *testing.F) {
	f.Add([]byte("[Unit]\nAlias=x\n[Install]\nAlias=a.service b.service\nWantedBy = \\\n# no\n c.target\nAlso=d\n"))
	f.Add([]byte("[Install]\nRequiredBy=a\nRequiredBy=\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var i install
		i.parse(b)
		if (i.any() || i.also) && !strings.Contains(string(b), "[Install]") {
			t.Errorf("%+v", i)
		}
		i.parse([]byte("\n[Install]\nAlias=\nWantedBy=\nRequiredBy=\nUpheldBy=\n"))
		if i.any() {
			t.Errorf("emptied, there is %+v", i)
		}
	})
}
