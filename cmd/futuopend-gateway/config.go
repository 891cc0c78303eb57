package main

import (
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap/zapcore"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/agent/fetch"
	"github.com/ostai/futuopend-gateway/agent/openapi"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/notify"
)

// config is the environment understood.
type config struct {
	daemon      daemon.Config
	api         openapi.Config // how the daemon's own API is reached
	fetch       *fetch.Config  // how the daemon is fetched before its first start, nil if it is here
	gate        *gateConfig    // nil if the daemon has its ports itself
	password    string         // empty if only its MD5 is known
	login       string         // see fingerprint
	secrets     []string
	listen      string // host:port
	origins     []string
	hosts       []string // names by which clients may reach the gateway
	token       string   // the three tokens, from the one that allows all to the one that allows least
	answerToken string
	readToken   string
	publicURL   string
	notify      []notify.Target
	name        string // of this gateway, where there are several
	market      fsm.Market
	heartbeat   *notify.HeartbeatURL // nil for none
	notices     []string             // what is worth telling about settings that can be used
	lang        string               // of the daemon, and of messages
	data        string
	site        site // where data and journal lie, and what has to be done for that before anything is opened
	simulated   bool // the daemon is this program's simulator
	initOnStart bool
	supervise   bool
	reclaim     time.Duration // how long an account that logged in elsewhere is left there, 0 for ever
	relogin     time.Duration // how long a session may be lost before one new login, 0 for ever
	record      bool          // keep what the daemon prints
	logLevel    zapcore.Level
	logJSON     bool
}

// newConfig understands e, or returns [problems] with everything that is wrong.
func newConfig(e environment) (config, error) {
	c := checker{}
	home := c.home()
	out := config{
		listen:      net.JoinHostPort(c.host("SERVER_HOST", e.Host), strconv.Itoa(c.port("SERVER_PORT", e.ServerPort))),
		origins:     c.origins("SERVER_ORIGINS", e.Origins),
		hosts:       append(c.hosts("SERVER_HOSTS", e.Hosts), clusterNames("/etc/resolv.conf", os.Getenv("KUBERNETES_SERVICE_HOST"))...),
		publicURL:   c.publicURL("PUBLIC_URL", e.PublicURL),
		notify:      c.targets("NOTIFY_URLS", c.secret("NOTIFY_URLS", e.NotifyURLs, e.NotifyURLsFile)),
		name:        c.name("GATEWAY_NAME", e.Name),
		market:      c.market("MARKET_OPEN", e.Market),
		heartbeat:   c.heartbeat("HEARTBEAT_URL", c.secret("HEARTBEAT_URL", e.Heartbeat, e.HeartbeatFile)),
		lang:        e.Lang,
		initOnStart: c.yes("FUTU_INIT_ON_START", e.InitOnStart),
		supervise:   c.yes("FUTU_SUPERVISE_PROCESS", e.Supervise),
		reclaim:     c.wait("FUTU_RECLAIM", e.Reclaim, time.Minute),
		relogin:     c.wait("FUTU_RELOGIN_AFTER", e.ReloginAfter, 10*time.Minute),
		record:      c.yes("FUTU_RECORD", e.Record),
		logLevel:    c.level("LOG_LEVEL", e.LogLevel),
		logJSON:     c.oneOf("LOG_FORMAT", e.LogFormat, "console", "json") == "json",
	}
	c.place(e, home, &out)
	c.inbox("INBOX", e.Inbox, out.notify)
	out.token, out.answerToken, out.readToken = c.tokens(e)
	c.login(e, &out)
	out.gate = c.gate(e)
	c.yes("GATEWAY_CONTAINER", e.Container)
	if e.Port == e.ServerPort {
		c.wrong("SERVER_PORT", "wrong.port.same", "value", quoted(e.Port))
	}
	out.notices = c.notices
	if len(c.problems) > 0 {
		return config{}, c.problems
	}
	return out, nil
}

// place understands where the daemon's data and the journal lie.
func (c *checker) place(e environment, home string, out *config) {
	f := daemon.Folder{Home: c.folder("FUTU_DATA", e.DaemonData, home), Moomoo: c.brand("FUTU_BRAND", e.Brand, e.Command)}
	out.daemon.Folder, out.site = f, site{journal: filepath.Join(home, journalFolder)}
	if truth[strings.ToLower(e.Container)] {
		out.site = c.site(f, home, daemon.Mounts())
	}
	if out.data = c.folder("GATEWAY_DATA", e.Data, out.site.journal); e.Data != "" {
		out.site.older = ""
	}
}

// login understands who logs in, and how the daemon is run for that. It reads all files that the daemon's settings name.
func (c *checker) login(e environment, out *config) {
	out.daemon, out.password = c.daemon(e, out)
	key := c.md5("FUTU_WEBSOCKET_KEY_MD5", c.secret("FUTU_WEBSOCKET_KEY_MD5", e.SocketKey, e.SocketKeyFile))
	out.daemon.Items = c.items(e, key)
	out.daemon.API = net.JoinHostPort(e.IP, e.Port)
	out.api = openapi.Config{Address: apiAddress(e.IP, e.Port), Key: c.rsaKey("FUTU_RSA_PRIVATE_KEY", e.RSAKey)}
	out.secrets = slices.DeleteFunc([]string{out.daemon.PasswordMD5, out.password, key, out.token, out.answerToken, out.readToken}, func(s string) bool { return s == "" })
	out.login = fingerprint(out.daemon.Account, out.daemon.PasswordMD5, out.daemon.Path)
	asIs := c.yes("FUTU_LOGIN_PWD_AS_IS", e.PasswordAsIs)
	if doubted := doubts(e, out.daemon.Account, out.password, out.daemon.PasswordMD5); len(doubted) > 0 && !asIs && !succeededBefore(out.data, out.login) {
		c.problems = append(c.problems, doubted...)
	}
}

// daemon understands how the daemon is run and who logs in.
func (c *checker) daemon(e environment, cfg *config) (out daemon.Config, password string) {
	password, sum := c.passwords(e)
	out = daemon.Config{
		Path:        c.daemonProgram(e, cfg),
		Mode:        daemon.Mode(c.oneOf("FUTU_LOGIN_MODE", e.Mode, "auto", "password", "remember", "interactive")),
		Account:     c.account("FUTU_LOGIN_ACCOUNT", e.Account),
		AreaCode:    optional(c.areaCode, "FUTU_AREA_CODE", e.AreaCode),
		PasswordMD5: sum,
		Region:      c.word("FUTU_LOGIN_REGION", e.Region),
		Folder:      cfg.daemon.Folder,
	}
	return out, password
}

// items understands what the daemon's config file has beside the login.
func (c *checker) items(e environment, key string) []daemon.Item {
	c.port("FUTU_PORT", e.Port)
	out := []daemon.Item{
		{Name: "ip", Value: c.ip("FUTU_IP", e.IP)},
		{Name: "api_port", Value: e.Port},
		{Name: "lang", Value: c.oneOf("FUTU_LANG", e.Lang, "chs", "en")},
		{Name: "log_level", Value: c.oneOf("FUTU_LOG_LEVEL", e.DaemonLog, "no", "debug", "info", "warning", "error", "fatal")},
		{Name: "telnet_ip", Value: optional(c.ip, "FUTU_TELNET_IP", e.TelnetIP)},
		{Name: "telnet_port", Value: optional(c.port, "FUTU_TELNET_PORT", e.TelnetPort)},
		{Name: "websocket_ip", Value: optional(c.ip, "FUTU_WEBSOCKET_IP", e.SocketIP)},
		{Name: "websocket_port", Value: optional(c.port, "FUTU_WEBSOCKET_PORT", e.SocketPort)},
		{Name: "websocket_key_md5", Value: key},
		{Name: "websocket_cert", Value: optional(c.readable, "FUTU_WEBSOCKET_CERT", e.SocketCert)},
		{Name: "websocket_private_key", Value: optional(c.readable, "FUTU_WEBSOCKET_PRIVATE_KEY", e.SocketPrivateKey)},
		{Name: "rsa_private_key", Value: e.RSAKey},
	}
	return append(out, c.more(e.extra, out)...)
}

// apiAddress is where the daemon's API can be reached from here: one that listens on every address has the loopback, too.
func apiAddress(host, port string) string {
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip.To4() == nil {
			host = "::1"
		}
	}
	return net.JoinHostPort(host, port)
}

// readable is the path of a file that the daemon must be able to read.
func (c *checker) readable(name, path string) string {
	if _, err := readFile(path, maxSecret); err != nil {
		c.unreadable(name, err)
	}
	return path
}

// home is the home folder of the passwd entry, which is what the daemon goes by.
func (c *checker) home() string {
	u, err := daemon.CurrentUser()
	if err != nil {
		c.wrong(say("check.on.user"), "wrong.user", "error", plainly(err))
		return ""
	}
	return u.HomeDir
}

func (c *checker) folder(name, s, standard string) string {
	if s == "" {
		return standard
	}
	return c.path(name, s)
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
