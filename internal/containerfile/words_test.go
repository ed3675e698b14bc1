package containerfile

import (
	"slices"
	"testing"
)

// The cases are those on which BuildKit v0.34 gives these heredocs.
func TestHeredocs(t *testing.T) {
	tests := []struct {
		line string
		want []heredocWord
	}{
		{"RUN <<EOF", []heredocWord{{name: "EOF"}}},
		{"RUN <<-EOF", []heredocWord{{name: "EOF", tabs: true}}},
		{"RUN << EOF", []heredocWord{{name: "EOF", maybe: true}}},
		{"RUN <<- EOF", nil},
		{"RUN 12<<EOF cat", []heredocWord{{name: "EOF"}}},
		{"RUN cat<<EOF", nil},
		{"RUN (cat <<EOF)", []heredocWord{{name: "EOF)"}}},
		{"RUN <<<EOF", nil},
		{"RUN <<< EOF", nil},
		{"RUN a < <(b) <<E", []heredocWord{{name: "E"}}},
		{"RUN <<", nil},
		{"RUN <<''", nil},
		{"RUN <<'E F' <<\"G H\"", []heredocWord{{name: "E F"}, {name: "G H"}}},
		{"RUN <<E\\ F <<'G'H\"I\"", []heredocWord{{name: "E F"}, {name: "GHI"}}},
		{"RUN <<\"a\\\"b\\c\\\\\"", []heredocWord{{name: "a\"b\\c\\"}}},
		{"RUN <<$EOF", []heredocWord{{name: "$EOF"}}},
		{"RUN \\<<EOF", nil},
		{"RUN 'it' \"is $it ${it}\" <<E", []heredocWord{{name: "E"}}},
		{"RUN it's <<E", nil},
		{"RUN \"it <<E", nil},
		{"RUN \"it\\\" <<E", nil},
		{"RUN \"${it@Q}\" <<E", nil},
		{"RUN $x $1a $@ $$ $\"x\" $(y) <<E", []heredocWord{{name: "E"}}},
		{"RUN ${x} ${x:-y} ${x-y} ${x:+y} ${x:?y} ${x#y} ${x%%y} ${x:0:1} <<E", []heredocWord{{name: "E"}}},
		{"RUN ${x/y/z} ${x//\\/y/z} ${x//'/'/\"z\"} <<E", []heredocWord{{name: "E"}}},
		{"RUN ${x/y <<E", nil},
		{"RUN ${x/y/z <<E", nil},
		{"RUN ${x:#y} <<E", nil},
		{"RUN ${x^^} <<E", nil},
		{"RUN ${:x} <<E", nil},
		{"RUN ${x <<E", nil},
		{"RUN ${x: <<E", nil},
		{"RUN ${ <<E", nil},
		{"COPY <<E /x", []heredocWord{{name: "E"}}},
		{"ADD --chmod=1 <<E /x", []heredocWord{{name: "E"}}},
		{"ONBUILD COPY <<E /x", []heredocWord{{name: "E"}}},
		{"ONBUILD LABEL <<E", nil},
		{"CMD <<E", nil},
		{"RUN [\"<<E\"]", nil},
		{"RUN --network=none [\"a\", \"<<E\"]", nil},
		{"RUN [ 1 ] <<E", []heredocWord{{name: "E"}}},
		{"RUN [1] <<E", []heredocWord{{name: "E"}}},
	}
	for _, tt := range tests {
		keyword, text := cutWord(tt.line)
		if got := heredocs(statement{keyword: keyword, text: text}); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.line, got, tt.want)
		}
	}
}

func TestCutFlags(t *testing.T) {
	tests := []struct {
		text, rest string
		flags      []string
	}{
		{"", "", nil},
		{"a --b", "a --b", nil},
		{"--a=b  --c d e", "d e", []string{"--a=b", "--c"}},
		{"--a='b c' --d=\"e f\" g", "g", []string{"--a=b c", "--d=e f"}},
		{`--a=b\ c\" d`, "d", []string{`--a=b c"`}},
		{`--a\`, "", []string{"--a"}},
		{"-- --a", "--a", nil},
	}
	for _, tt := range tests {
		flags, rest := cutFlags(tt.text)
		if rest != tt.rest || !slices.Equal(flags, tt.flags) {
			t.Errorf("%q: %q %q", tt.text, flags, rest)
		}
	}
}
