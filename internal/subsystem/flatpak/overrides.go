package flatpak

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"bkt/internal/keyfile"
)

// permissions are the lists of [Context] and [USB Devices], and the options of `flatpak override` that their elements
// come from: set, set with a ! before it, set on a condition. See flatpak-metadata(5).
var permissions = []struct{ group, key, yes, no, cond string }{
	{"Context", "shared", "share", "unshare", "share-if"},
	{"Context", "sockets", "socket", "nosocket", "socket-if"},
	{"Context", "devices", "device", "nodevice", "device-if"},
	{"Context", "features", "allow", "disallow", "allow-if"},
	{"Context", "filesystems", "filesystem", "nofilesystem", ""},
	{"Context", "persistent", "persist", "", ""},
	{"Context", "unset-environment", "unset-env", "", ""},
	{"USB Devices", "enumerable-devices", "usb", "", ""},
	{"USB Devices", "hidden-devices", "nousb", "", ""},
}

// policies are the groups that give one name one policy. There is no option for `see`.
var policies = []struct{ group, talk, own, none string }{
	{"Session Bus Policy", "talk-name", "own-name", "no-talk-name"},
	{"System Bus Policy", "system-talk-name", "system-own-name", "system-no-talk-name"},
}

// slot is where an override stands in the file: as the value of a key, or as an element of its list.
type slot struct {
	group, key string
	list       bool
	value      string // or the element
}

// parseOverrides reads the file of an application's overrides as the options of `flatpak override` that would write it,
// sorted. What no option stands for is left out.
func parseOverrides(b []byte) ([]string, error) {
	f, err := keyfile.Parse(b)
	if err != nil {
		return nil, err
	}
	var out []string
	walk(f, func(_ slot, o string) { out = append(out, o) })
	return canonicalOverrides(out), nil
}

// walk visits what options of `flatpak override` stand for.
func walk(f keyfile.File, visit func(s slot, option string)) {
	add := func(s slot, option, value string) {
		o := "--" + option + "=" + value
		if option != "" && validOverride(o) == nil {
			visit(s, o)
		}
	}
	for _, p := range permissions {
		for _, v := range f.Group(p.group).Strings(p.key) {
			s := slot{p.group, p.key, true, v}
			no, isNo := strings.CutPrefix(v, "!")
			cond, isCond := strings.CutPrefix(v, "if:")
			switch {
			case isNo:
				add(s, p.no, no)
			case isCond && p.cond != "":
				add(s, p.cond, cond)
			default:
				add(s, p.yes, v)
			}
		}
	}
	for _, p := range policies {
		for _, k := range f.Group(p.group).Keys {
			s := slot{p.group, k.Name, false, k.String()}
			switch s.value {
			case "talk":
				add(s, p.talk, k.Name)
			case "own":
				add(s, p.own, k.Name)
			case "none":
				add(s, p.none, k.Name)
			}
		}
	}
	// A variable that is unset is none that is set: older releases read an empty one instead.
	unset := f.Group("Context").Strings("unset-environment")
	for _, k := range f.Group("Environment").Keys {
		if !slices.Contains(unset, k.Name) {
			add(slot{"Environment", k.Name, false, k.String()}, "env", k.Name+"="+k.String())
		}
	}
	for _, g := range f {
		sub, ok := strings.CutPrefix(g.Name, "Policy ")
		for _, k := range g.Keys {
			for _, v := range k.Strings() {
				s := slot{g.Name, k.Name, true, v}
				if no, isNo := strings.CutPrefix(v, "!"); ok && isNo {
					add(s, "remove-policy", sub+"."+k.Name+"="+no)
				} else if ok {
					add(s, "add-policy", sub+"."+k.Name+"="+v)
				}
			}
		}
	}
}

// canonicalOverrides is l sorted, without what is said twice, in flatpak's own spelling: home for home:rw.
func canonicalOverrides(l []string) []string {
	out := []string{}
	for _, o := range l {
		for strings.HasPrefix(o, "--filesystem=") && strings.HasSuffix(o, ":rw") && o != "--filesystem=:rw" {
			o = strings.TrimSuffix(o, ":rw")
		}
		out = append(out, o)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// validOverride says whether o is one option of `flatpak override` with its value, as capture writes them: nothing else
// may reach that command.
func validOverride(o string) error {
	option, value, ok := strings.Cut(strings.TrimPrefix(o, "--"), "=")
	takes, known := overrideOptions()[option]
	switch {
	case !strings.HasPrefix(o, "--") || !known:
		return fmt.Errorf("override %q is not a permission of `flatpak override`", o)
	case !ok || value == "":
		return fmt.Errorf("override %q has no value: --%s=VALUE", o, option)
	case strings.ContainsFunc(value, unicode.IsControl):
		return fmt.Errorf("override %q holds a control character", o)
	case takes == '=' && strings.IndexByte(value, '=') < 1:
		return fmt.Errorf("override %q has no value: --%s=NAME=VALUE", o, option)
	}
	return nil
}

// overrideOptions is every option that parseOverrides can give; '=' for those whose value is NAME=VALUE.
func overrideOptions() map[string]byte {
	all := map[string]byte{"env": '=', "add-policy": '=', "remove-policy": '='}
	for _, p := range permissions {
		all[p.yes], all[p.no], all[p.cond] = 0, 0, 0
	}
	for _, p := range policies {
		all[p.talk], all[p.own], all[p.none] = 0, 0, 0
	}
	delete(all, "")
	return all
}
