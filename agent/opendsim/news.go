package opendsim

import "github.com/ostai/futuopend-gateway/agent/openapi"

// news is something that clients are told of. With cut they lose their connections after it.
type news struct {
	notify openapi.Notify
	cut    bool
}

// push tells the clients what happens, one after the other, until the API is closed. Who does not read is closed.
func (a *api) push() {
	for {
		select {
		case n := <-a.news:
			for _, c := range a.listeners() {
				if err := c.wire.write(request{id: openapi.IDNotify}, accepted(n.notify.Encode())); err != nil {
					c.wire.close()
				}
			}
			if n.cut {
				a.cut()
			}
		case <-a.stopped:
			return
		}
	}
}

func (a *api) listeners() (told []*client) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for c := range a.clients {
		if c.told {
			told = append(told, c)
		}
	}
	return told
}

func (a *api) tell(n news) {
	select {
	case a.news <- n:
	case <-a.stopped:
	}
}

// becomes tells where the daemon stands with its login.
func (a *api) becomes(status int32, desc string) {
	now := openapi.ProgramStatus{Type: status, Desc: desc}
	a.mu.Lock()
	a.status = now
	a.mu.Unlock()
	a.tell(news{notify: openapi.Notify{Type: openapi.NotifyProgramStatus, Program: &now}})
}

// connects tells which servers the daemon is logged in to.
func (a *api) connects(quotes, trade bool) {
	now := openapi.ConnStatus{QotLogined: quotes, TrdLogined: trade}
	a.mu.Lock()
	a.conn = now
	a.mu.Unlock()
	a.tell(news{notify: openapi.Notify{Type: openapi.NotifyConnStatus, Conn: &now}})
}

// happens tells of an event, without words: the daemon's are not known.
func (a *api) happens(event int32) {
	a.tell(news{notify: openapi.Notify{Type: openapi.NotifyEvent, Event: &openapi.GtwEvent{Type: event}}})
}

// logsIn tells that everything is as it should be.
func (a *api) logsIn(account string) {
	a.mu.Lock()
	a.user = userID(account)
	a.mu.Unlock()
	a.connects(true, true)
	a.becomes(statusReady, "")
}

// logsOut tells that the daemon was thrown out, and cuts every connection.
func (a *api) logsOut() {
	now := openapi.ProgramStatus{Type: statusForceLogout}
	a.mu.Lock()
	a.status, a.conn = now, openapi.ConnStatus{}
	for c := range a.clients {
		c.served = false
	}
	a.mu.Unlock()
	a.tell(news{notify: openapi.Notify{Type: openapi.NotifyProgramStatus, Program: &now}, cut: true})
}

// denies turns every client away from here on, those that are there too, and says why only to those who come. Nothing is pushed.
func (a *api) denies(why []text) {
	a.mu.Lock()
	a.denied, a.conn = why, openapi.ConnStatus{}
	for c := range a.clients {
		c.served = false
	}
	a.mu.Unlock()
	a.cut()
}

// smsSent says that there is a code that is right.
func (a *api) smsSent() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.codeLives = true
}

// smsIsVoid says that there is none any more.
func (a *api) smsIsVoid() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.codeLives = false
}

func (a *api) hasCode() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.codeLives
}
