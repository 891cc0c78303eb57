package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ostai/futuopend-gateway/agent/daemon"
)

// maxConfigFile bounds a config file of the daemon, in bytes: the one in its archive, with all its comments, has under ten thousand.
const maxConfigFile = 64 << 10

// otherFiles are where other images have a config file of the daemon that their users wrote.
var otherFiles = []string{
	"/run/secrets/FutuOpenD.xml", "/usr/local/bin/FutuOpenD.xml", "/bin/FutuOpenD.xml", "/config/FutuOpenD.xml", "/config/OpenD.xml", "/FutuOpenD/FutuOpenD.xml",
	"/app/FutuOpenD.xml", "/app/config/FutuOpenD.xml",
}

// configFile reads the settings of a config file that was mounted into the container. What a variable says wins. The gateway writes its own
// file for each start, so the daemon itself never reads this one.
func (t *translation) configFile(mounts []string) {
	for _, path := range append(slices.Clone(otherFiles), mounts...) {
		name := filepath.Base(path)
		if name != "FutuOpenD.xml" && name != "OpenD.xml" || !t.isFile(path) {
			continue
		}
		items, err := readConfigFile(filepath.Join(t.root, path))
		if err != nil {
			t.notices = append(t.notices, say("setting.file.bad", "path", path, "error", err.Error()))
			return
		}
		for _, item := range items {
			t.item(path, item)
		}
		return // two would be two opinions
	}
}

// readConfigFile is the parameters of a config file, in their order.
func readConfigFile(path string) (items []daemon.Item, err error) {
	text, err := readFile(path, maxConfigFile)
	if err != nil {
		return nil, err
	}
	in := xml.NewDecoder(bytes.NewReader(text))
	depth, name, value := 0, "", ""
	for {
		token, err := in.Token()
		switch {
		case errors.Is(err, io.EOF):
			return items, nil
		case err != nil:
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			name, value = token.Name.Local, ""
		case xml.CharData:
			value += string(token)
		case xml.EndElement:
			if value = strings.TrimSpace(value); depth == 2 && value != "" {
				items = append(items, daemon.Item{Name: name, Value: value})
			}
			depth--
			value = ""
		}
	}
}

// item puts one parameter where its setting is not set.
func (t *translation) item(path string, i daemon.Item) {
	means := flagSetting[i.Name]
	switch i.Name {
	case "login_pwd":
		means = "FUTU_LOGIN_PWD"
	case "login_pwd_md5":
		means = "FUTU_LOGIN_PWD_MD5"
	}
	if means == "" && xmlName().MatchString(i.Name) {
		means = xmlPrefix + strings.ToUpper(i.Name)
	}
	value := t.expanded(i.Value)
	if value == "" || t.vars[means] != "" || !t.itemCounts(i.Name, value) {
		return
	}
	if i.Name == "rsa_private_key" && !t.isThere(value) {
		t.notices = append(t.notices, say("setting.alias.key", "name", "<"+i.Name+">", "path", quoted(value)))
		return
	}
	t.set(means, value, say("setting.file.item", "item", i.Name, "path", path))
}

// itemCounts reports whether a parameter is meant for this daemon: not the login of the example, nor a second one beside a variable, nor the
// loopback of a container, which nobody reaches.
func (t *translation) itemCounts(name, value string) bool {
	switch name {
	case "login_account":
		return value != exampleAccount
	case "login_pwd", "login_pwd_md5":
		return noPassword(t.vars) && value != examplePassword && value != sumOf(examplePassword) && t.vars["FUTU_LOGIN_ACCOUNT"] != ""
	case "ip":
		return !strings.HasPrefix(value, "127.") && value != "localhost" && value != "::1"
	case "cfg_file", "no_monitor", "console":
		return false
	}
	return true
}

var inBraces = compiled(`\$\{(\w+)(?::-([^}]*))?\}`)

// expanded is a value with ${NAME} and ${NAME:-default} filled in, as the scripts of other images do; the daemon does not.
func (t *translation) expanded(value string) string {
	return inBraces().ReplaceAllStringFunc(value, func(s string) string {
		m := inBraces().FindStringSubmatch(s)
		if v := t.vars[m[1]]; v != "" {
			return v
		}
		return m[2]
	})
}
