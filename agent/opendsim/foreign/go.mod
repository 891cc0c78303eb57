module github.com/ostai/futuopend-gateway/agent/opendsim/foreign

go 1.26.0

require github.com/creack/pty v1.1.24

require github.com/ostai/futuopend-gateway v0.0.0

require (
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	golang.org/x/text v0.42.0 // indirect
)

replace github.com/ostai/futuopend-gateway => ../../..
