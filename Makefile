# What a developer needs. The README says what the program is.

GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT ?= $(shell git describe --always --abbrev=40 --exclude='*' --dirty 2>/dev/null || echo unknown)
BIN := bin/futuopend-gateway

# Tools of the tests and the linter, by version; no part of the program's go.mod.
GOTESTSUM := gotest.tools/gotestsum@v1.13.0
GREMLINS := github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
NFPM := github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0
REDOCLY := @redocly/cli@2.77.0

# What stands in testdata is for tests alone, and Go's own pattern leaves that folder out.
PACKAGES := ./... ./testdata/answers ./testdata/prose ./testdata/testbed

.PHONY: build run test quick modules packages archives golden fuzz mutants lint descriptions bench bench-plot soak image image-test clean

# The Dockerfile has the same flags: version, commit and Go decide every byte, wherever it is built.
build:
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)" -o $(BIN) ./cmd/futuopend-gateway

# The gateway with a simulated daemon that wants an SMS code. No account is needed.
run: export FUTU_LANG ?= en
run: export GATEWAY_DATA ?= .data
run: build
	@exec $(BIN) serve -simulate sms

# gotestsum says at the end which tests were skipped, and why: a skip that nobody reads is a hole.
test:
	$(GO) run $(GOTESTSUM) --format pkgname -- -race $(PACKAGES)

# The tests that write no file, open no port and start nothing but go and git. A second or two. What opens a port all
# the same, in these rooms, looks whether it is to be short.
quick:
	$(GO) test -short . ./fsm ./agent ./agent/console ./agent/openapi ./transport/words

# The modules of their own: the files for Kubernetes, clients that are not ours, which are fetched while it runs, and the
# server for agents, whose SDK is fetched as modules are.
# What cannot be fetched is skipped, and says so.
modules:
	cd docker/kubernetes && $(GO) vet ./... && $(GO) mod verify && $(GO) mod tidy -diff && $(GO) test ./...
	FETCH=yes $(GO) test -v -count=1 ./transport/client/python ./transport/client/js
	FETCH=yes $(GO) test -v -count=1 -run 'TheJavaScriptPackage.*Node' ./cmd/futuopend-gateway
	cd transport/client/mcp && $(GO) vet ./... && $(GO) run $(STATICCHECK) ./... && $(GO) mod tidy -diff && $(GO) test -race ./...
	cd cmd/futuopend-gateway/bench/plot && $(GO) vet ./... && $(GO) mod tidy -diff && $(GO) test ./...
	cd agent/opendsim/foreign && $(GO) vet ./... && $(GO) mod tidy -diff && $(GO) test -v -count=1 ./...

# The clients in other languages, as packages in DIST. They have the one VERSION, each as its language writes it.
DIST ?= dist
packages:
	VERSION=$(VERSION) python3 transport/client/python/backend.py $(DIST)
	@if npm --version >/dev/null 2>&1; then VERSION=$(VERSION) sh transport/client/js/pack $(DIST); else echo "SKIPPED the package for JavaScript: npm is not installed"; fi

# The program without a container, in dist: a deb package, and an archive with the static program and the files of its unit.
# The daemon exists for amd64 alone.
archives: export GOARCH := amd64
archives: build
	mkdir -p dist
	GOARCH= $(GO) run ./cmd/futuopend-gateway man | gzip -9n >bin/futuopend-gateway.1.gz
	GOARCH= $(GO) run ./cmd/futuopend-gateway completion bash >bin/completion.bash
	GOARCH= VERSION=$(VERSION:v%=%) $(GO) run $(NFPM) package -f docker/elsewhere/deb/nfpm.yaml -p deb -t dist
	tar -czf dist/futuopend-gateway_$(VERSION:v%=%)_linux_amd64.tar.gz --owner=0 --group=0 --numeric-owner \
		LICENSE -C bin futuopend-gateway futuopend-gateway.1.gz -C ../docker/elsewhere futuopend-gateway.service futuopend.sysusers environment

# Writes again what the tests compare with. Read the difference, and commit it only if you can explain it.
golden:
	$(GO) test ./fsm ./agent/console -update
	$(GO) test ./cmd/futuopend-gateway -run TellsAPerson -update

FUZZTIME ?= 30s
fuzz:
	$(GO) test ./fsm -run '^$$' -fuzz FuzzMachine -fuzztime $(FUZZTIME)
	$(GO) test ./fsm -run '^$$' -fuzz FuzzReadJournal -fuzztime $(FUZZTIME)
	$(GO) test ./agent/console -run '^$$' -fuzz FuzzParser -fuzztime $(FUZZTIME)
	$(GO) test ./agent/record -run '^$$' -fuzz FuzzRead -fuzztime $(FUZZTIME)
	$(GO) test ./agent/transcript -run '^$$' -fuzz FuzzRead -fuzztime $(FUZZTIME)
	$(GO) test ./agent/openapi -run '^$$' -fuzz FuzzReadFrame -fuzztime $(FUZZTIME)
	$(GO) test ./agent/openapi -run '^$$' -fuzz FuzzDecode -fuzztime $(FUZZTIME)
	$(GO) test ./agent/openapi -run '^$$' -fuzz FuzzDecrypt -fuzztime $(FUZZTIME)
	$(GO) test ./agent/opendsim -run '^$$' -fuzz FuzzWebRequest -fuzztime $(FUZZTIME)
	$(GO) test ./transport -run '^$$' -fuzz FuzzFrame -fuzztime $(FUZZTIME)
	$(GO) test ./transport/sms -run '^$$' -fuzz FuzzFind -fuzztime $(FUZZTIME)

# Changes one operator at a time in copies of the pure rooms, and runs their tests, which must notice. It takes half an hour;
# testdata/mutants.md of each room says why those live that do.
MUTANTS ?= fsm fsm/journalfile agent/console
mutants:
	for room in $(MUTANTS); do $(GO) run $(GREMLINS) unleash --workers 1 --timeout-coefficient 20 --exclude-files '^journalfile/' ./$$room || exit; done

# What staticcheck reports and must stay so has a //lint:ignore with the reason on its line.
lint: descriptions
	$(GO) vet $(PACKAGES)
	$(GO) vet -tags image ./docker/imagetest
	$(GO) run $(STATICCHECK) $(PACKAGES)
	$(GO) run $(STATICCHECK) -tags image ./docker/imagetest
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }

# What the gateway serves for programs, by a linter of npm. Without npm, or where that reaches nothing, it says so and skips.
descriptions: export REDOCLY_TELEMETRY = off
descriptions: export REDOCLY_SUPPRESS_UPDATE_NOTICE = true
descriptions:
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	if npm install --prefix "$$dir" --ignore-scripts --no-audit --no-fund --no-update-notifier --fetch-retries=1 --fetch-timeout=60000 --loglevel=error $(REDOCLY) >"$$dir/npm" 2>&1; \
	then "$$dir/node_modules/.bin/redocly" lint transport/openapi.yaml transport/asyncapi.yaml; \
	else echo "SKIPPED the descriptions: $(REDOCLY) cannot be fetched here"; tail -3 "$$dir/npm"; fi

bench: build
	$(GO) run ./cmd/futuopend-gateway/bench -gateway $(BIN)

# Measures how things grow, and draws it into the bench's folder.
bench-plot: build
	$(GO) run ./cmd/futuopend-gateway/bench -gateway $(BIN) -only 'clients|journals' -curves $(CURDIR)/bin/curves.json
	cd cmd/futuopend-gateway/bench/plot && $(GO) run . $(CURDIR)/bin/curves.json ..

# Crowds of 200 keep the gateway busy, each kind in its turn, while an honest client asks: what it waits for, and what the
# gateway has of the machine.
SOAK ?= 20m
soak: build
	$(GO) run ./cmd/futuopend-gateway/bench -gateway $(BIN) -soak $(SOAK)

# Both images: IMAGE:gateway, without the daemon, and IMAGE:full, which fetches it. What the Dockerfile takes as
# arguments can be given to make as well: make image FUTU_BRAND=moomoo FUTU_VERSION=10.9.6918_Ubuntu18.04
IMAGE ?= futuopend-gateway
DOCKER ?= docker
GOPROXY ?= $(shell $(GO) env GOPROXY)
REVISION = $(COMMIT)
CREATED ?= $(shell git log -1 --format=%cI 2>/dev/null)
image_args := VERSION REVISION CREATED GOPROXY BASE_IMAGE GO_IMAGE FUTU_BRAND FUTU_VERSION FUTU_URL FUTU_SHA256
build_image = $(DOCKER) build -f docker/Dockerfile $(foreach arg,$(image_args),$(if $($(arg)),--build-arg $(arg)="$($(arg))")) $(BUILD_FLAGS)
image:
	$(build_image) --target gateway -t $(IMAGE):gateway .
	$(build_image) --target full -t $(IMAGE):full .

# Proves on a container engine what the README says of the images. Without an engine it says so, and skips.
image-test:
	$(GO) test -tags image -count=1 -parallel=6 -timeout=15m -v ./docker/imagetest

clean:
	rm -rf bin .data
