# bkt: build, try and test. `make help` lists the targets. Each target installs
# the system packages that it needs by itself, through test/setup.
PREFIX ?= /usr/local
DESTDIR ?=
GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS := -s -w -X bkt/internal/cli.Version=$(VERSION)
FUZZTIME ?=
BENCHTIME ?= 1s
TESTFLAGS ?=
BENCHFLAGS ?=

.DEFAULT_GOAL := build
.PHONY: help setup build demo test test-system lint fmt race fuzz bench numbers install clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## install everything that any target needs
	@test/setup ci

build: ## build the programs into bin/ (the default)
	@mkdir -p bin
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...

demo: ## run the whole loop for real, in a throwaway folder
	@test/setup demo
	@$(MAKE) --no-print-directory build
	@$(GO) build -o .cache/bin/stand ./test/stand
	@.cache/bin/stand sh test/demo.sh

test: ## unit, script and real-tools tests; needs no root
	@test/setup test
	$(GO) test $(TESTFLAGS) ./...

test-system: ## the tests in a booted machine; needs root
	@test/setup system
	$(GO) test -count=1 -tags system -timeout 20m -run '^TestSystem' ./test/...

lint: ## vet, gofmt, staticcheck, govulncheck, shellcheck, shfmt
	@test/setup lint
	@sh test/lint

fmt: ## format the Go and the shell sources
	@test/setup lint
	gofmt -w $$(git ls-files -co --exclude-standard -- '*.go')
	.cache/bin/shfmt -w $$(.cache/bin/shfmt -f .)

# What runs side by side is below internal/; the rest starts programs.
race: ## the rooms' tests again, under the race detector
	@test/setup race
	CGO_ENABLED=1 $(GO) test $(TESTFLAGS) -race ./internal/...

fuzz: ## each fuzz target for FUZZTIME: 5000x inputs, or 10s; 2000x
	@sh test/fuzz $(FUZZTIME)

bench: ## the benchmarks; BENCHTIME=1x for a smoke run
	@test/setup test
	$(GO) test -run '^$$' -bench . -benchtime $(BENCHTIME) ./...

numbers: ## the ratios of docs/performance.md, measured with the real tools
	@test/setup numbers
	$(GO) run ./bench $(BENCHFLAGS)

install: ## install what was built, man pages and completions below DESTDIR/PREFIX
	@[ -x bin/bkt-drift ] || { echo 'make: error: nothing is built' >&2; echo 'hint: make build' >&2; exit 2; }
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 0755 bin/bkt-* shell/bkt $(DESTDIR)$(PREFIX)/bin/
	install -m 0644 docs/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 0644 shell/completions/bkt.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/bkt
	install -m 0644 shell/completions/_bkt $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_bkt
	install -m 0644 shell/completions/bkt.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/bkt.fish

clean: ## remove what was built
	rm -rf bin .cache
