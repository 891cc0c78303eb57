package words

import (
	"slices"

	"github.com/ostai/futuopend-gateway/fsm"
)

// pages is where the pages of this project are read.
const pages = "https://github.com/ostai/futuopend-gateway/blob/main/"

// Without a row of their own are the classes that are the usual way of things: no page has more on them than their sentence.
var usual = map[fsm.Kind]bool{
	fsm.Boot: true, fsm.Start: true, fsm.Stop: true, fsm.RestartScheduled: true, fsm.PortReplaced: true, fsm.Fetching: true,
	fsm.CodeWanted: true, fsm.CodeVerifying: true, fsm.CaptchaWanted: true, fsm.CaptchaVerifying: true,
}

// Help is the address of the row that says more of a class: that of a failed login, or of a symptom. It is empty for a class
// that needs none. Each row has the class as its anchor, in both languages.
func Help(lang string, class fsm.Kind) string {
	page := "cmd/futuopend-gateway/TROUBLESHOOTING"
	if _, failed := class.Failure(); failed {
		page = "agent/README"
	} else if usual[class] || !slices.Contains(fsm.Grounds(), class) {
		return ""
	}
	if lang != English {
		page += ".zh-CN"
	}
	return pages + page + ".md#" + string(class)
}
