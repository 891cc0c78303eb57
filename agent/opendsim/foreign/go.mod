module github.com/ostai/futuopend-gateway/agent/opendsim/foreign

go 1.26.0

require github.com/creack/pty v1.1.24

require github.com/ostai/futuopend-gateway v0.0.0

replace github.com/ostai/futuopend-gateway => ../../..
