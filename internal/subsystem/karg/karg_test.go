package karg

import (
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
)

// arg is an item of a mode.
func arg(id, mode string) doc.Item {
	return doc.Item{Subsystem: Name, ID: id, Attrs: attrs(mode)}
}

func TestValidate(t *testing.T) {
	for _, i := range []doc.Item{
		arg("nosmt", Append), arg("rd.driver.blacklist=nouveau", Remove), arg(`dyndbg="file a.c +p; file b.c +p"`, Append),
		arg(`"a=b c"`, Append), arg("a=é", Append), {ID: "mitigations=off"}, arg("console=ttyS0,115200n8", Append), arg("rootwait", Append),
		arg("quietly", Append), arg("quiet", Append), arg("rhgb", Remove), arg("rd.lvm=0", Append),
	} {
		if err := (Subsystem{}).Validate(i); err != nil {
			t.Errorf("%v: %v", i, err)
		}
	}
	for want, i := range map[string]doc.Item{
		"not printable":                         arg("a\nb", Append),
		"not printable\x00":                     arg("a\tb", Append),
		"not printable\x00\x00":                 arg("a\xffb", Append),
		"what follows it is not":                arg("--", Append),
		"a quote is not closed":                 arg(`a="b`, Append),
		"is not one":                            arg("", Append),
		"is not one\x00":                        arg("a b", Append),
		"is not one\x00\x00":                    arg(" a", Append),
		"has the scope \"user\"":                {ID: "a", Scope: "user"},
		"not append or remove":                  {ID: "a", Attrs: doc.Attrs{}.Set("mode", "x")},
		"not append or remove\x00":              {ID: "a", Attrs: doc.Attrs{}.Set("mode", true)},
		"where this machine's system lies":      arg("root=UUID=1", Append),
		"wakes up from":                         arg("resume=/dev/sda1", Append),
		"names this machine's disks":            arg("rd.luks.uuid=1", Append),
		"names this machine's disks\x00":        arg("rd.lvm.lv=a/b", Remove),
		"the boot loader sets it":               arg("ostree=/ostree/boot.1", Append),
		"the boot loader sets it\x00":           arg("composefs.x=1", Append),
		"it is this machine's id":               arg(`"systemd.machine_id=1 2"`, Append),
		"where this machine's system lies\x00":  arg("rw", Append),
		"where this machine's system lies\x002": arg(`"ro"`, Append),
	} {
		want, _, _ = strings.Cut(want, "\x00")
		if err := (Subsystem{}).Validate(i); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", i, err, want)
		}
	}
}

func TestSplit(t *testing.T) {
	for line, want := range map[string][]string{
		"":                              nil,
		" \t\n":                         nil,
		"a":                             {"a"},
		"  a  b=c ":                     {"a", "b=c"},
		`a="b c" d`:                     {`a="b c"`, "d"},
		`"a=b c" d`:                     {`"a=b c"`, "d"},
		`a="b  c`:                       {`a="b  c`},
		`a=b"c d"e f`:                   {`a=b"c d"e`, "f"},
		`x="a,b" y="" z`:                {`x="a,b"`, `y=""`, "z"},
		"BOOT_IMAGE=(hd0,gpt2)/v a\x0b": {"BOOT_IMAGE=(hd0,gpt2)/v", "a"},
	} {
		if got := split(line); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(`BOOT_IMAGE=(hd0,gpt2)/ostree/x root=UUID=1 rw a="b c" "d=e f"`)
	f.Add("a=\"b\xff c\n\x00")
	f.Fuzz(func(t *testing.T, line string) {
		args := split(line)
		for _, a := range args {
			if again := split(a); len(again) != 1 || again[0] != a {
				t.Errorf("%q splits again, into %q", a, again)
			}
			if (Subsystem{}).Validate(arg(a, Append)) == nil && strings.ContainsAny(a, "\n\r\x00") {
				t.Errorf("%q is valid", a)
			}
		}
		if again := split(strings.Join(args, " ")); !slices.Equal(again, args) {
			t.Errorf("%q, then %q", args, again)
		}
	})
}

func TestDescribeAndWarn(t *testing.T) {
	s := Subsystem{}
	if a, r := s.Describe(arg("a", Append)), s.Describe(arg("a", Remove)); a != "" || r != "taken away" {
		t.Errorf("%q, %q", a, r)
	}
	if a, r := s.Warn(arg("a", Append), subsystemManifests()), s.Warn(arg("a", Remove), subsystemManifests()); a != "" ||
		r != "kernel argument a: no image takes it away; on each machine `bkt apply` does, and a reboot" {
		t.Errorf("%q, %q", a, r)
	}
}
