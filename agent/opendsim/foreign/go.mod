module github.com/ostai/futuopend-gateway/agent/opendsim/foreign

go 1.26.0

require github.com/creack/pty v1.1.24
