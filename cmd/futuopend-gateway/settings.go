package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// environment is every variable that the gateway reads, as text. The tags are what the README shows; a test
// holds them together. Values are understood, and complained about, in config.go.
type environment struct {
	Account     string `env:"FUTU_LOGIN_ACCOUNT" help:"the account: Futu or moomoo ID, e-mail, or phone with area code. Required" example:"12345678"`
	PasswordMD5 string `env:"FUTU_LOGIN_PWD_MD5" help:"the MD5 of the login password, 32 hexadecimal digits. Required" example:"$(printf %s 'password' | md5sum | cut -c1-32)" secret:"yes"`
	Region      string `env:"FUTU_LOGIN_REGION" envDefault:"sh" help:"the access point the daemon logs in at" example:"sh"`
	Lang        string `env:"FUTU_LANG" envDefault:"chs" help:"the daemon's language: chs or en" example:"en"`
	DaemonLog   string `env:"FUTU_LOG_LEVEL" envDefault:"no" help:"the daemon's own log: no, debug, info, warning, error or fatal" example:"no"`
	IP          string `env:"FUTU_IP" envDefault:"127.0.0.1" help:"the address the daemon's API listens on" example:"127.0.0.1"`
	Port        string `env:"FUTU_PORT" envDefault:"11111" help:"the port of the daemon's API" example:"11111"`
	Command     string `env:"FUTU_CMD" envDefault:"/opt/opend/FutuOpenD" help:"the daemon's program" example:"/opt/opend/FutuOpenD"`
	InitOnStart string `env:"FUTU_INIT_ON_START" envDefault:"yes" help:"start the daemon with the gateway; with no, at the first INIT" example:"yes"`
	Supervise   string `env:"FUTU_SUPERVISE_PROCESS" envDefault:"yes" help:"start the daemon again when it exits" example:"yes"`
	Host        string `env:"SERVER_HOST" envDefault:"127.0.0.1" help:"the address the gateway listens on; 0.0.0.0 lets others in, who need no password" example:"127.0.0.1"`
	ServerPort  string `env:"SERVER_PORT" envDefault:"8000" help:"the port the gateway listens on" example:"8000"`
	Origins     string `env:"SERVER_ORIGINS" help:"web pages that may connect beside the gateway's own: host:port patterns, separated by commas" example:"app.example:*,localhost:3000"`
	Data        string `env:"GATEWAY_DATA" help:"the folder of the journal; default: .futuopend-gateway in the home folder" example:"/var/lib/futuopend-gateway"`
	LogLevel    string `env:"LOG_LEVEL" envDefault:"info" help:"the gateway's own log: debug, info, warn or error" example:"info"`
	LogFormat   string `env:"LOG_FORMAT" envDefault:"console" help:"the form of the gateway's own log: console or json" example:"json"`
}

// setting is one variable as its tags describe it.
type setting struct{ name, standard, help, example string }

// settings lists the variables in the order of the struct.
func settings() []setting {
	params, err := env.GetFieldParams(&environment{})
	if err != nil {
		panic("settings: " + err.Error()) // the tags are constants
	}
	var out []setting
	for i, p := range params {
		tag := fieldTag(i)
		out = append(out, setting{p.Key, p.DefaultValue, tag.Get("help"), tag.Get("example")})
	}
	return out
}

// readEnvironment takes the variables out of environ, which is what os.Environ returns. An empty variable
// counts as not set, as compose files write it. It also names variables of ours that nobody reads.
func readEnvironment(environ []string) (e environment, unread []string) {
	vars := env.ToMap(environ)
	if err := env.ParseWithOptions(&e, env.Options{Environment: vars}); err != nil {
		panic("settings: " + err.Error()) // every field is text, which cannot be wrong
	}
	known := settings()
	for name := range vars {
		ours := strings.HasPrefix(name, "FUTU_") || strings.HasPrefix(name, "GATEWAY_")
		if ours && !slices.ContainsFunc(known, func(s setting) bool { return s.name == name }) {
			unread = append(unread, name)
		}
	}
	slices.Sort(unread)
	return e, unread
}

// problem is one variable that cannot be used.
type problem struct{ name, wrong string }

// problems is every variable that cannot be used, in one message.
type problems []problem

func (ps problems) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of the settings cannot be used:", len(ps))
	for _, p := range ps {
		fmt.Fprintf(&b, "\n  %s %s", p.name, p.wrong)
		for _, s := range settings() {
			if s.name == p.name {
				fmt.Fprintf(&b, ". Example: %s=%s", s.name, s.example)
			}
		}
	}
	return b.String()
}
