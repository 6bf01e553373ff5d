# make        build portspec, vet the specs and write out/
# make test   install what the tests need, and run all of them
# make docs-test  build pages with every documentation generator
# make lint   format and static checks only
# make fuzz   every fuzz test for FUZZTIME, with random inputs
# make thorough  tests of which make test runs a sample, in full
# make attack thousands of hostile repositories; takes minutes
# make prove  a million packets against the rules of the example sites, for each firewall
# make bench  portspec against cue on large workspaces; takes minutes
# make stages each stage by itself, COUNT times, for benchstat
# make fmt    format Go and CUE
# make tidy   update go.mod of both modules
# make pictures  the pictures of the documentation, in docs/
# make dist   the files of a release, in dist/
# make vulnerabilities  look for known vulnerabilities in what the program uses

GO ?= go
TOOLS = bin/tools
# Packages built without paths of this checkout can be reused for other checkouts.
export GOFLAGS += -trimpath
# Without C, programs need no libraries of the system, and start faster.
export CGO_ENABLED = 0
GOFILES = git ls-files -co --exclude-standard '*.go'

.PHONY: dist vulnerabilities all build test thorough fuzz attack prove bench stages lint fmt tools tidy readers docs-test pictures clean

all: build
	bin/portspec lint-go --print-table >bin/table.json && cp bin/table.json gen/lintgo/table.json
	bin/portspec vet
	bin/portspec generate
	bin/portspec generate findings
	bin/portspec generate aws firewalld iptables kubernetes nftables windows --allow-partial
	bin/portspec generate asa capirca fortios panos --site specs/sites/campus --allow-partial

build:
	$(GO) build -o bin/portspec .

# Evaluating specs and compiling make much garbage, which is collected rarely while a process
# takes less than 2 GiB. npm mostly waits for the network and the disk, so lint runs meanwhile,
# vet included. Some tests wait for other programs, so one package more is tested at a time
# than there are cores. Fuzz tests run with their seeds and the inputs that failed before.
test thorough: export GOGC = 400
test thorough: export GOMEMLIMIT = 2GiB
test:
	@$(MAKE) --no-print-directory -j2 readers lint
	$(TEST)

# Without debugging information, which no test needs, test binaries are linked in two thirds of
# the time.
TEST = $(GO) test -vet=off -ldflags=-w -p $$(($$(getconf _NPROCESSORS_ONLN) + 1)) -timeout 60m $(LONGEST) ./...

# The packages whose tests take longest. They begin first.
LONGEST = ./internal/cli ./gen/ansible ./gen/html ./internal/load

# Random tests and tests of every combination, of which the tests above run a sample.
thorough: readers
	PORTSPEC_THOROUGH=1 $(TEST)

bench: build readers
	$(GO) run ./internal/bench
	$(GO) test -run '^$$' -bench Explorer -benchtime 1x ./gen/html
	$(GO) test -run '^$$' -bench Capirca -benchtime 3x ./internal/targets
	$(GO) test -run '^$$' -bench Packets -benchtime 5x ./internal/prove

COUNT ?= 6
stages:
	$(GO) test -run '^$$' -bench . -count $(COUNT) ./internal/load ./internal/check ./internal/resolve ./internal/cli ./internal/output ./gen/...

# Random inputs for every fuzz test, for a short while each; FUZZTIME=10m takes longer.
# The workflow runs them in addition to the tests. Go sometimes reports the end of that time
# as a failure (go.dev/issue/75804); the test then runs again.
FUZZTIME ?= 5s
fuzz:
	@grep -rho --include='*_test.go' '^func Fuzz[A-Za-z0-9]*' -H gen internal | sed 's|/[^/]*:func | |' | \
	while read -r dir name; do \
		echo "$(GO) test -fuzz $$name ./$$dir"; \
		for try in 1 2 3; do \
			out=$$($(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x ./$$dir 2>&1); \
			failed=$$?; echo "$$out"; \
			test $$failed -ne 0 || break; \
			echo "$$out" | grep -qx '    context deadline exceeded' || break; \
		done; \
		test $$failed -eq 0 || exit 1; \
	done

# A sample of these runs with the tests.
REPOSITORIES ?= 2000
attack:
	$(GO) test -timeout 3h -v ./internal/attack -run TestAttack -repositories $(REPOSITORIES)

# As root, or where unprivileged users may make user namespaces. A sample runs with the tests.
prove: build
	@set -e; for target in nftables iptables firewalld; do for site in small ha campus; do \
		echo "$$target, site $$site:"; \
		bin/portspec prove --site specs/sites/$$site --target $$target --probes 350000; \
	done; done

# Some files, tests among them, are only for other systems: typecheck checks these. The
# workflow runs vet on these systems.
lint: tools
	$(GO) vet ./...
	$(TOOLS)/typecheck . windows darwin
	$(TOOLS)/staticcheck ./...
	@files=$$($(GOFILES) | xargs $(TOOLS)/gofumpt -l); test -z "$$files" || { echo "run make fmt for:"; echo "$$files"; exit 1; }
	@for of in export:internal/model diff:internal/diff review:gen/review; do \
		name=$${of%:*} dir=$${of#*:}; \
		$(TOOLS)/modelschema . $$name | cmp -s - $$dir/$$name.schema.json || \
		{ echo "$$dir/$$name.schema.json is out of date; run go generate ./$$dir"; exit 1; }; \
	done
	$(TOOLS)/cue fmt --check ./...
	$(TOOLS)/cue vet -c ./...
	$(GO) run . fmt --check

fmt: tools
	$(GOFILES) | xargs $(TOOLS)/gofumpt -w
	$(GO) run . fmt

# The developers' tools have a module of their own, which pins them and keeps
# them out of what users download.
tools:
	$(GO) -C internal/tools build -o $(CURDIR)/$(TOOLS)/ cuelang.org/go/cmd/cue honnef.co/go/tools/cmd/staticcheck mvdan.cc/gofumpt github.com/rhysd/actionlint/cmd/actionlint ./modelschema ./typecheck

# Both modules, as the second builds on the first.
tidy:
	$(GO) mod tidy
	$(GO) -C internal/tools mod tidy

# The same source and the same Go give the same bytes.
SYSTEMS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
dist:
	rm -rf dist
	@set -e; for system in $(SYSTEMS); do \
		os=$${system%/*} arch=$${system#*/}; suffix=; test $$os != windows || suffix=.exe; \
		echo "build for $$system"; \
		GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -o dist/portspec-$$os-$$arch$$suffix .; \
	done
	cd dist && sha256sum portspec-* >SHA256SUMS

vulnerabilities:
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

readers: tools
	internal/readers/install.sh

# Hugo and MkDocs also run with the other tests.
docs-test: readers
	internal/readers/docs/install.sh
	PORTSPEC_THOROUGH=1 $(GO) test -timeout 40m -v ./gen/markdown -run TestGenerators -docs

# In Debian's Chromium, like the tests.
pictures: readers
	$(GO) test ./gen/html -run TestPictures -pictures

clean:
	rm -rf bin dist internal/readers/node_modules internal/readers/docs/node_modules
