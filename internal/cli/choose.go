package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Choose shows a numbered check list on the terminal, where all is taken at first, and waits:
// numbers and ranges turn lines over, the empty answer takes the list as it is. q or the end of
// the input is a no. other is the command line that needs no terminal.
func Choose(ctx context.Context, lines []string, other string) ([]bool, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, Hint(Usage("no terminal to choose on"), other)
	}
	defer tty.Close()
	type answer struct {
		taken []bool
		err   error
	}
	got := make(chan answer, 1)
	go func() {
		taken, err := choose(tty, tty, lines)
		got <- answer{taken, err}
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(tty)
		return nil, context.Cause(ctx)
	case a := <-got:
		return a.taken, a.err
	}
}

func choose(r io.Reader, w io.Writer, lines []string) ([]bool, error) {
	taken := make([]bool, len(lines))
	for n := range taken {
		taken[n] = true
	}
	in := bufio.NewReader(r)
	for {
		for n, l := range lines {
			mark := " "
			if taken[n] {
				mark = "x"
			}
			fmt.Fprintf(w, "%3d [%s] %s\n", n+1, mark, clean(l))
		}
		fmt.Fprint(w, "Switch which? 1, 2-3, a (all), n (none); Enter goes on, q stops: ")
		text, err := in.ReadString('\n')
		text = strings.TrimSpace(text)
		if err != nil || text == "q" {
			fmt.Fprintln(w)
			return nil, Silent(No)
		}
		if text == "" {
			return taken, nil
		}
		if !turn(taken, text) {
			fmt.Fprintf(w, "'%s': give numbers from 1 to %d, such as 1 or 2-3\n", clean(text), len(lines))
		}
	}
}

// turn turns lines over; an answer that is not understood turns none.
func turn(taken []bool, text string) bool {
	now := append([]bool{}, taken...)
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
		if word == "a" || word == "n" {
			for n := range now {
				now[n] = word == "a"
			}
			continue
		}
		from, to, ranged := strings.Cut(word, "-")
		if !ranged {
			to = from
		}
		first, err := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err != nil || err2 != nil || first < 1 || last > len(now) || first > last {
			return false
		}
		for n := first - 1; n < last; n++ {
			now[n] = !now[n]
		}
	}
	copy(taken, now)
	return true
}
