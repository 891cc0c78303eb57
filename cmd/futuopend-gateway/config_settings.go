package main

import (
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/caarlos0/env/v11"
)

// environment is every variable that the gateway reads, as text. The tags are what the README shows; a test
// holds them together. Values are understood, and complained about, in config.go.
type environment struct {
	Account          string `env:"FUTU_LOGIN_ACCOUNT" help:"the account: Futu or moomoo ID, e-mail, or phone with area code. Required" example:"12345678"`
	Password         string `env:"FUTU_LOGIN_PWD" help:"the login password, for daemons from 10.10 on, which ask for it; older ones get its MD5" example:"correct-horse-battery"`
	PasswordFile     string `env:"FUTU_LOGIN_PWD_FILE" help:"a file with the login password, instead of FUTU_LOGIN_PWD" example:"/run/secrets/futu_pwd"`
	PasswordMD5      string `env:"FUTU_LOGIN_PWD_MD5" help:"the MD5 of the login password, 32 hexadecimal digits, for daemons up to 10.9. It or the password is required, unless FUTU_LOGIN_MODE is interactive or remember" example:"$(printf %s 'password' | md5sum | cut -c1-32)"`
	PasswordMD5File  string `env:"FUTU_LOGIN_PWD_MD5_FILE" help:"a file with that MD5, instead of FUTU_LOGIN_PWD_MD5" example:"/run/secrets/futu_pwd_md5"`
	PasswordAsIs     string `env:"FUTU_LOGIN_PWD_AS_IS" envDefault:"no" help:"yes takes a password that looks pasted wrong (quotes, blanks at an end, a BOM, an MD5) as it is" example:"yes"`
	Mode             string `env:"FUTU_LOGIN_MODE" envDefault:"auto" help:"how the daemon logs in: password (up to 10.9), interactive or remember (from 10.10 on), or auto, which asks the daemon's -help" example:"auto"`
	AreaCode         string `env:"FUTU_AREA_CODE" help:"the area code of a phone account, for daemons from 10.10 on" example:"+86"`
	Region           string `env:"FUTU_LOGIN_REGION" envDefault:"sh" help:"the access point the daemon logs in at, if the daemon has that setting" example:"sh"`
	Brand            string `env:"FUTU_BRAND" help:"futu or moomoo; default: moomoo if the program's name is OpenD, futu otherwise" example:"moomoo"`
	Lang             string `env:"FUTU_LANG" envDefault:"chs" help:"the daemon's language: chs or en" example:"en"`
	DaemonLog        string `env:"FUTU_LOG_LEVEL" envDefault:"no" help:"the daemon's own log: no, debug, info, warning, error or fatal" example:"no"`
	IP               string `env:"FUTU_IP" envDefault:"127.0.0.1" help:"the address the daemon's API listens on" example:"127.0.0.1"`
	Port             string `env:"FUTU_PORT" envDefault:"11111" help:"the port of the daemon's API" example:"11111"`
	Gate             string `env:"FUTU_GATE" envDefault:"yes" help:"keep that port shut until the account is logged in, so that no client makes an SMS code void and an open port means logged in; with no, FutuOpenD opens it itself" example:"no"`
	GatePort         string `env:"FUTU_GATE_PORT" help:"the port that FutuOpenD itself listens on behind the gate; default: one that is free" example:"21111"`
	Allow            string `env:"FUTU_ALLOW" help:"whose connections to the API the gate takes: addresses and networks, separated by commas; default: everybody's. On an FUTU_IP that is not local it needs FUTU_RSA_PRIVATE_KEY" example:"127.0.0.1,10.0.0.0/8"`
	TelnetIP         string `env:"FUTU_TELNET_IP" help:"the address of the daemon's telnet console, which has no password" example:"127.0.0.1"`
	TelnetPort       string `env:"FUTU_TELNET_PORT" help:"its port; without one it is off" example:"22222"`
	SocketIP         string `env:"FUTU_WEBSOCKET_IP" help:"the address of the daemon's own WebSocket" example:"127.0.0.1"`
	SocketPort       string `env:"FUTU_WEBSOCKET_PORT" help:"its port; without one it is off" example:"33333"`
	SocketKey        string `env:"FUTU_WEBSOCKET_KEY_MD5" help:"the MD5 of its key, 32 hexadecimal digits" example:"$(printf %s 'key' | md5sum | cut -c1-32)"`
	SocketKeyFile    string `env:"FUTU_WEBSOCKET_KEY_MD5_FILE" help:"a file with that MD5, instead of FUTU_WEBSOCKET_KEY_MD5" example:"/run/secrets/futu_websocket_key_md5"`
	SocketCert       string `env:"FUTU_WEBSOCKET_CERT" help:"its certificate, a path; needed on an address that is not local" example:"/run/secrets/websocket.crt"`
	SocketPrivateKey string `env:"FUTU_WEBSOCKET_PRIVATE_KEY" help:"its private key without passphrase, a path" example:"/run/secrets/websocket.key"`
	RSAKey           string `env:"FUTU_RSA_PRIVATE_KEY" help:"the key that encrypts the API, a path: RSA, PKCS#1, 1024 bit; trading over an address that is not local needs it" example:"/run/secrets/futu.pem"`
	Command          string `env:"FUTU_CMD" envDefault:"/opt/opend/FutuOpenD" help:"the daemon's program" example:"/opt/opend/FutuOpenD"`
	Version          string `env:"FUTU_VERSION" help:"which daemon is fetched if none is at FUTU_CMD: a version as in the name of Futu's archive, or latest; default: the newest whose hash two projects tell" example:"10.11.7108_Ubuntu18.04"`
	AcceptTerms      string `env:"FUTU_ACCEPT_TERMS" envDefault:"no" help:"yes accepts Futu's terms for FutuOpenD, and has it fetched from Futu if none is at FUTU_CMD" example:"yes"`
	ArchiveURL       string `env:"FUTU_URL" help:"where the archive is fetched from instead of Futu's server: its address, that of a folder that has it, or a file" example:"https://mirror.example.com/opend/"`
	ArchiveSum       string `env:"FUTU_SHA256" help:"what the archive must hash to; default: what is publicly told of it" example:"$(sha256sum Futu_OpenD_10.11.7108_Ubuntu18.04.tar.gz | cut -c1-64)"`
	InitOnStart      string `env:"FUTU_INIT_ON_START" envDefault:"yes" help:"start the daemon with the gateway; with no, at the first INIT" example:"yes"`
	Supervise        string `env:"FUTU_SUPERVISE_PROCESS" envDefault:"yes" help:"start the daemon again when it exits" example:"yes"`
	Reclaim          string `env:"FUTU_RECLAIM" envDefault:"30m" help:"how long an account that logged in elsewhere is left there before the gateway takes it back: 1m to 168h, or never, where a person must" example:"never"`
	ReloginAfter     string `env:"FUTU_RELOGIN_AFTER" envDefault:"30m" help:"how long a session with the broker may be lost before the daemon is ended for one new login, while the network is up and a password is at hand: 10m to 168h, or never" example:"2h"`
	Record           string `env:"FUTU_RECORD" envDefault:"no" help:"keep what the daemon prints, byte for byte and without secrets, in the folder records of GATEWAY_DATA: the latest 16 runs, 4 MiB each at most" example:"yes"`
	Host             string `env:"SERVER_HOST" envDefault:"127.0.0.1" help:"the address the gateway listens on; 0.0.0.0 lets others in, who then need SERVER_TOKEN only if it is set" example:"127.0.0.1"`
	ServerPort       string `env:"SERVER_PORT" envDefault:"8000" help:"the port the gateway listens on" example:"8000"`
	Origins          string `env:"SERVER_ORIGINS" help:"web pages that may connect beside the gateway's own: host:port patterns, separated by commas" example:"app.example:*,localhost:3000"`
	Hosts            string `env:"SERVER_HOSTS" help:"names by which the gateway may be reached beside IP addresses, names without a dot, local ones and that of PUBLIC_URL: host names or *.x for all below x, separated by commas" example:"nas.example.com,*.tail1234.ts.net"`
	Token            string `env:"SERVER_TOKEN" help:"what clients must send to command the gateway, 16 to 128 letters, digits and . _ ~ -; without one whoever reaches the port may" example:"$(openssl rand -hex 16)"`
	TokenFile        string `env:"SERVER_TOKEN_FILE" help:"a file with that token, instead of SERVER_TOKEN" example:"/run/secrets/gateway_token"`
	AnswerToken      string `env:"ANSWER_TOKEN" help:"a second token, which may only answer what the daemon asks, and read; for a bot or a phone. Needs SERVER_TOKEN" example:"$(openssl rand -hex 16)"`
	AnswerTokenFile  string `env:"ANSWER_TOKEN_FILE" help:"a file with that token, instead of ANSWER_TOKEN" example:"/run/secrets/answer_token"`
	ReadToken        string `env:"READ_TOKEN" help:"a third token, which may only read: the state, the events and the metrics; for a dashboard. Needs SERVER_TOKEN" example:"$(openssl rand -hex 16)"`
	ReadTokenFile    string `env:"READ_TOKEN_FILE" help:"a file with that token, instead of READ_TOKEN" example:"/run/secrets/read_token"`
	PublicURL        string `env:"PUBLIC_URL" help:"the address of the gateway's page as people reach it, for the link in messages: https://…, or http://… in a network of one's own" example:"https://futu.example.com/"`
	Name             string `env:"GATEWAY_NAME" help:"what people call this gateway, where there are several: it stands in messages" example:"nas"`
	NotifyURLs       string `env:"NOTIFY_URLS" help:"where messages go when a person is needed: one URL for each service, separated by blanks or newlines, since a comma may belong to one" example:"'ntfy://ntfy.sh/my-secret-topic telegram://123456:TOKEN@telegram?chats=123'"`
	NotifyURLsFile   string `env:"NOTIFY_URLS_FILE" help:"a file with these URLs, instead of NOTIFY_URLS" example:"/run/secrets/notify_urls"`
	Inbox            string `env:"INBOX" help:"where answers to the messages are taken beside the page: telegram, ntfy or both, separated by a comma; none without it. Needs a URL of that kind in NOTIFY_URLS, for ntfy one with ?answers=TOPIC" example:"telegram"`
	Market           string `env:"MARKET_OPEN" help:"when the account's first market opens, Monday to Friday: what is not mended by then is told once more half an hour before" example:"09:00@Asia/Hong_Kong"`
	Heartbeat        string `env:"HEARTBEAT_URL" help:"an address that is asked once a minute while the account is ready, for a service that calls you when it hears nothing: healthchecks.io, or a push monitor of Uptime Kuma" example:"https://hc-ping.com/UUID"`
	HeartbeatFile    string `env:"HEARTBEAT_URL_FILE" help:"a file with that address, instead of HEARTBEAT_URL" example:"/run/secrets/heartbeat_url"`
	DaemonData       string `env:"FUTU_DATA" help:"the folder in which the daemon's data folder is; default: the home folder of the user's passwd entry, which is where FutuOpenD looks, whatever this says" example:"/home/futu"`
	Data             string `env:"GATEWAY_DATA" help:"the folder of the journal; default: .futuopend-gateway in that home folder" example:"/var/lib/futuopend-gateway"`
	LogLevel         string `env:"LOG_LEVEL" envDefault:"info" help:"the gateway's own log: debug, info, warn or error" example:"info"`
	LogFormat        string `env:"LOG_FORMAT" envDefault:"console" help:"the form of the gateway's own log: console or json" example:"json"`

	Container string `env:"GATEWAY_CONTAINER" envDefault:"no" help:"yes, which the image has, makes 0.0.0.0 the default of SERVER_HOST and FUTU_IP: the loopback of a container is reached by nobody" example:"yes"`

	// read are the names of other images that were understood, and what was taken from them.
	read []string
	// extra are the variables FUTU_XML_NAME, each a parameter of the daemon's config file that has no variable of its own.
	extra map[string]string
}

// xmlPrefix begins the names of those variables.
const xmlPrefix = "FUTU_XML_"

// setting is one variable as its tags describe it.
type setting struct{ name, standard, help, example string }

// settings lists the variables in the order of the struct. The list is made once, by reflection over the tags, and is for
// reading alone.
var settings = sync.OnceValue(func() []setting {
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
})

// ownEnvironment is what this process's environment says.
func ownEnvironment() (environment, []string) { return readEnvironment(os.Environ()) }

// readEnvironment takes the variables out of environ, which is what os.Environ returns. An empty variable
// counts as not set, as compose files write it. The notices tell which names of other images were understood,
// and which variables of ours nobody reads.
func readEnvironment(environ []string) (e environment, notices []string) {
	vars := env.ToMap(environ)
	other := translate(vars, "/")
	notices = other.notices
	if err := env.ParseWithOptions(&e, env.Options{Environment: vars}); err != nil {
		panic("settings: " + err.Error()) // every field is text, which cannot be wrong
	}
	e.extra, e.read = map[string]string{}, other.read
	for _, name := range sortedKeys(vars) {
		switch {
		case strings.HasPrefix(name, xmlPrefix):
			e.extra[name] = vars[name]
		case meant(name) && !knownSetting(name) && !fromKubernetes(name, vars[name]):
			notices = append(notices, say("setting.unknown", "name", name))
		}
	}
	return e, notices
}

// inside puts the defaults of a container.
func inside(vars map[string]string) {
	if !truth[strings.ToLower(vars["GATEWAY_CONTAINER"])] {
		return
	}
	for _, name := range []string{"SERVER_HOST", "FUTU_IP"} {
		if vars[name] == "" {
			vars[name] = "0.0.0.0"
		}
	}
}

// meant reports whether a name begins as those do that may be meant for the gateway.
func meant(name string) bool {
	for _, prefix := range []string{"FUTU_", "GATEWAY_", "MOOMOO_", "OPEND_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func knownSetting(name string) bool {
	return slices.ContainsFunc(settings(), func(s setting) bool { return s.name == name }) ||
		slices.ContainsFunc(aliases(), func(a alias) bool { return a.name == name })
}

// problem is one variable that cannot be used.
type problem struct{ name, wrong string }

// problems is every variable that cannot be used, in one message.
type problems []problem

func (ps problems) Error() string {
	var b strings.Builder
	b.WriteString(say("wrong.heading", "count", strconv.Itoa(len(ps))))
	for _, p := range ps {
		line := p.name + " " + p.wrong
		for _, s := range settings() {
			if s.name == p.name && !strings.Contains(p.wrong, quoted(s.example)) { // it would be the very value that cannot be used
				line = say("wrong.example", "wrong", line, "example", s.name+"="+s.example)
			}
		}
		b.WriteString("\n  " + line)
	}
	return b.String()
}

// fieldTag is the tag of the i-th variable.
func fieldTag(i int) reflect.StructTag { return reflect.TypeFor[environment]().Field(i).Tag }
