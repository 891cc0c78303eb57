package opendsim

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

// tooMany is what the daemon says to the connection that is one too many. It is known in Chinese only.
const tooMany = "连接个数超过128，请关闭无用连接"

// answer is what the daemon says to a request. What the simulator says of itself begins with its name: the daemon's
// words for that are not known.
func (a *api) answer(c *client, r request) openapi.Response {
	if r.format != openapi.Protobuf {
		return refusal("simulate: only protobuf is simulated")
	}
	switch w := c.wire.(type) {
	case *frames:
		if r.id == openapi.IDInitConnect {
			return a.initConnect(c, w, r.c2s)
		}
	case *webSocket:
		if r.id == idInitWebSocket {
			return a.initWebSocket(c, r.c2s)
		}
	}
	switch {
	case !a.isServed(c):
		return refusal("simulate: InitConnect comes first")
	case r.id == openapi.IDGetGlobalState:
		return accepted(a.globalState(c).Encode())
	case r.id == openapi.IDKeepAlive:
		c.alive = time.Now()
		return accepted(openapi.KeepAlive{Time: time.Now().Unix()}.Encode())
	}
	return refusal(fmt.Sprintf("simulate: protocol %d is not simulated", r.id))
}

func accepted(s2c []byte) openapi.Response { return openapi.Response{RetType: openapi.RetOK, S2C: s2c} }

func refusal(why string) openapi.Response {
	return openapi.Response{RetType: openapi.RetFailed, RetMsg: why}
}

// initConnect answers the first message on a connection.
func (a *api) initConnect(c *client, w *frames, c2s []byte) openapi.Response {
	c.alive = time.Now()
	init, err := openapi.DecodeInitRequest(c2s)
	if err != nil {
		return refusal("simulate: " + err.Error())
	}
	reply := openapi.InitReply{
		ServerVer: a.version,
		ConnID:    c.id,
		Key:       randomKey(),
		KeepAlive: max(1, int32(a.heartbeat/(3*time.Second))), // three chances before the connection is closed
	}
	if init.Algorithm == openapi.AESCBC {
		reply.IV = randomKey()
	}
	session, err := openapi.NewAES(init.Algorithm, reply.Key, reply.IV)
	if err != nil {
		return refusal("simulate: " + err.Error())
	}
	if why, ok := a.admit(c); !ok {
		return refusal(why)
	}
	reply.UserID = a.loggedIn()
	w.secure(session)
	c.wants = init.RecvNotify
	return accepted(reply.Encode())
}

func randomKey() openapi.Key { return openapi.Key(rand.Text()[:16]) }

// admit decides on a connection. A code that is waited for is void afterwards, as happens when the daemon asks for
// another SMS on behalf of the connection.
func (a *api) admit(c *client) (why string, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	served := 0
	for other := range a.clients {
		if other.served && other != c {
			served++
		}
	}
	switch {
	case len(a.denied) > 0, a.mode == apiRefuse, a.mode == apiReady && a.status.Type != statusReady:
		return a.turnAway(), false
	case served >= maxClients:
		return tooMany, false
	}
	c.served, a.used = true, true
	return "", true
}

func (a *api) isUsed() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.used
}

// turnAway returns why there is no connection before the login: the words for the state that the daemon is in. They are
// recorded for the SMS code and for a changed password; for the other states they are taken from its console. What it does is counted in the data
// folder, for tests. The mutex is held.
func (a *api) turnAway() (why string) {
	for i, t := range a.denied {
		if why += a.voice.of(t); i < len(a.denied)-1 {
			why += "," // as in 登录密码被修改,已退出登录
		}
	}
	if why != "" {
		return why
	}
	switch a.status.Type {
	case statusReady: // in a mode that always refuses
		return a.voice.of(connectNeedsSMS)
	case statusNeedPhoneCode:
		a.data.countEarly(a.codeLives)
		a.codeLives = false
		return a.voice.of(connectNeedsSMS)
	case statusNeedPicture:
		why = a.voice.of(needPicture)
	case statusForceLogout:
		why = a.voice.of(passwordChanged) + "," + a.voice.of(loggedOut)
	default:
		why = a.voice.of(loggingIn)
	}
	a.data.countEarly(false)
	return why
}

func (a *api) loggedIn() (user uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.user
}

func (a *api) isServed(c *client) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return c.served
}

func (a *api) tellFromNowOn(c *client) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c.told = c.served
}

// globalState says that every market is in state 0, which is none: no market is simulated.
func (a *api) globalState(c *client) openapi.GlobalState {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	program := a.status
	return openapi.GlobalState{
		QotLogined:  a.conn.QotLogined,
		TrdLogined:  a.conn.TrdLogined,
		ServerVer:   a.version,
		ServerBuild: a.build,
		Time:        now.Unix(),
		LocalTime:   float64(now.UnixMilli()) / 1000,
		Program:     &program,
		ConnID:      c.id,
	}
}

// versionNumbers are how the API tells a version: 10.9.6918 is 1009 and 6918.
func versionNumbers(version string) (number, build int32) {
	version, _, _ = strings.Cut(version, "(")
	parts := strings.Split(version+"..", ".")
	major, _ := strconv.Atoi(parts[0])
	minor, _ := strconv.Atoi(parts[1])
	last, _ := strconv.Atoi(parts[2])
	return int32(100*major + minor), int32(last)
}

// userID is the number of an account. One that is no number, such as a mail address, is a customer all the same.
func userID(account string) uint64 {
	id, err := strconv.ParseUint(account, 10, 64)
	if err != nil {
		id, _ = strconv.ParseUint(Account, 10, 64)
	}
	return id
}
