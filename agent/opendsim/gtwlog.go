package opendsim

import (
	"os"
	"path/filepath"
	"time"
)

// statusNames are the names of ProgramStatusType in the published protocol definitions.
var statusNames = map[int32]string{
	statusLoaded:        "Loaded",
	statusLoggingIn:     "Loging",
	statusNeedPicture:   "NeedPicVerifyCode",
	statusNeedPhoneCode: "NeedPhoneVerifyCode",
	statusLoginFailed:   "LoginFailed",
	statusDataMissing:   "NessaryDataMissing",
	statusReady:         "Ready",
	statusForceLogout:   "ForceLogout",
}

// gtwLog is the daemon's log file. It repeats what the console shows and names the program's status. What stands before
// each line is not known: nothing does here. Nil writes nothing. A write that fails is of no consequence.
//
// The daemon's loop owns it; it ends with the process.
type gtwLog struct {
	dir  string
	file *os.File
}

// openLog begins a log, unless the daemon was told to keep none.
func openLog(o options, set settings, data folder) *gtwLog {
	if set.logLevel == "no" {
		return nil
	}
	l := &gtwLog{dir: data.logs()}
	if info, err := os.Stat(o.flags["log_path"]); err == nil && info.IsDir() {
		l.dir = o.flags["log_path"]
	}
	l.begin("0")
	return l
}

// begin opens a file that has the number of who is logged in in its name; 0 is nobody.
func (l *gtwLog) begin(user string) {
	name := "GTWLog_" + user + "_" + time.Now().Format("2006_01_02_15_04_05") + ".log"
	if file, err := os.OpenFile(filepath.Join(l.dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err == nil {
		l.file = file
	}
}

func (l *gtwLog) write(line string) {
	if l != nil {
		l.file.WriteString(line + "\n")
	}
}

func (l *gtwLog) status(s int32) {
	if l != nil {
		l.write("ProgramStatusType_" + statusNames[s])
	}
}

// login goes on in a file of the user's.
func (l *gtwLog) login(user string) {
	if l != nil {
		l.file.Close()
		l.begin(user)
	}
}
