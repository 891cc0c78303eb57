package opendsim

import (
	"bytes"
	"crypto/md5"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"encoding/xml"
	"fmt"
	"maps"
	"net"
	"os"
	"strings"
)

// settings is what the daemon goes by: its flags, and below them its config file.
type settings struct {
	lang        string
	listening   string // of the API, as the others an address; empty: it does not listen there
	telnet      string
	websocket   string
	webKey      string          // MD5 of what a client of the WebSocket has to know; empty: nothing
	rsa         *rsa.PrivateKey // nil: the API is not encrypted
	account     string
	password    string
	passwordMD5 string
	byRemember  bool   // wants to log in with what was remembered
	forget      bool   // wants nothing remembered
	logLevel    string // no: no log
}

// settings reads the config file and lays the flags over it.
func (o options) settings() (settings, error) {
	items, err := readConfig(o.flags["cfg_file"])
	if err != nil {
		return settings{}, err
	}
	if o.gen.interactive {
		for _, key := range []string{"login_account", "login_pwd", "login_pwd_md5"} {
			delete(items, key) // ignored without a word
		}
	}
	if o.flags["login_pwd"]+o.flags["login_pwd_md5"] != "" {
		delete(items, "login_pwd_md5") // would beat a plain password on the command line
	}
	maps.Copy(items, o.flags)
	if ip := o.flags["api_ip"]; ip != "" {
		items["ip"] = ip // the one item that has another name on the command line
	}
	s := settings{
		lang:        "chs",
		listening:   net.JoinHostPort(or(items["ip"], "127.0.0.1"), or(items["api_port"], "11111")),
		telnet:      address(items, "telnet"),
		websocket:   address(items, "websocket"),
		webKey:      items["websocket_key_md5"],
		rsa:         readRSAKey(items["rsa_private_key"]),
		account:     items["login_account"],
		password:    items["login_pwd"],
		passwordMD5: items["login_pwd_md5"],
		byRemember:  items["login_by_remember"] == "1",
		forget:      items["remember"] == "0",
		logLevel:    items["log_level"],
	}
	if s.account == "" && !o.gen.interactive {
		s.account = Account
	}
	if items["lang"] == "en" && o.gen.name != "2018" { // of which no English text is known
		s.lang = "en"
	}
	return s, nil
}

// address is where a listener that is off by default is asked to listen.
func address(items map[string]string, name string) string {
	port := items[name+"_port"]
	if port == "" {
		return ""
	}
	return net.JoinHostPort(or(items[name+"_ip"], "127.0.0.1"), port)
}

// readConfig reads the items of a config file. No path is a config file with nothing in it.
func readConfig(path string) (map[string]string, error) {
	items := map[string]string{}
	if path == "" {
		return items, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read config file: %w", err)
	}
	var root struct {
		XMLName xml.Name
		Items   []struct {
			XMLName xml.Name
			Value   string `xml:",chardata"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal(bytes.TrimPrefix(text, []byte("\uFEFF")), &root); err != nil {
		return nil, fmt.Errorf("read config file %s: %w", path, err)
	}
	if name := root.XMLName.Local; name != "futu_opend" && name != "moomoo_opend" {
		return nil, fmt.Errorf("read config file %s: root is <%s>, not <futu_opend> or <moomoo_opend>", path, name)
	}
	for _, item := range root.Items {
		items[item.XMLName.Local] = strings.TrimSpace(item.Value)
	}
	return items, nil
}

// readRSAKey returns nil when a file holds no key that the daemon can use: it goes on without one and says nothing of it.
func readRSAKey(path string) *rsa.PrivateKey {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return nil
	}
	return key
}

// isRight tells whether the password of the settings is the one that right names; the MD5 beats the plain one.
func (s settings) isRight(right string) bool {
	if right == "" {
		return true
	}
	if s.passwordMD5 != "" {
		sum := md5.Sum([]byte(right))
		return s.passwordMD5 == hex.EncodeToString(sum[:])
	}
	return s.password == right
}
