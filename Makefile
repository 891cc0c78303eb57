# What a developer needs. The README says what the program is.

GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BIN := bin/futuopend-gateway

.PHONY: build run test golden fuzz lint bench clean

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $(BIN) ./cmd/futuopend-gateway

# The gateway with a simulated daemon that wants an SMS code. No account is needed.
run: export FUTU_LANG ?= en
run: export GATEWAY_DATA ?= .data
run: export LOG_LEVEL ?= warn
run: build
	@exec $(BIN) serve -simulate sms

test:
	$(GO) test -race ./...

# Writes what the tests compare with anew. Read the difference, and commit it only if you can explain it.
golden:
	$(GO) test ./fsm ./agent/console -update

FUZZTIME ?= 30s
fuzz:
	$(GO) test ./fsm -run '^$$' -fuzz FuzzMachine -fuzztime $(FUZZTIME)
	$(GO) test ./fsm -run '^$$' -fuzz FuzzReadJournal -fuzztime $(FUZZTIME)
	$(GO) test ./agent/console -run '^$$' -fuzz FuzzParser -fuzztime $(FUZZTIME)
	$(GO) test ./transport -run '^$$' -fuzz FuzzFrame -fuzztime $(FUZZTIME)

lint:
	$(GO) vet ./...
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }

bench: build
	$(GO) run ./cmd/futuopend-gateway/bench -gateway $(BIN)

clean:
	rm -rf bin .data
