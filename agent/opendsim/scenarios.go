package opendsim

import "sync"

// script is a scenario with what it does: steps in turn, and after the last the daemon stays as it is. Whoever adds one
// adds it here and nowhere else.
type script struct {
	Scenario
	generation string // the only one that it can be played in; empty: any
	steps      []step
}

type step func(*daemon)

// The steps that most scenarios are made of.
var (
	listen  step = (*daemon).listen
	enter   step = (*daemon).enter
	sms     step = (*daemon).verifySMS
	captcha step = (*daemon).verifyPicture
	greet   step = (*daemon).greet
)

// scripts are made on first use: most runs of the program simulate nothing.
var scripts = sync.OnceValue(func() []script {
	return []script{
		scene("ok", "logs in", listen, enter, greet),
		scene("sms", "wants an SMS code", listen, enter, sms, greet),
		scene("sms-wrong", "refuses the first SMS code, even a right one", first(wrongCode), listen, enter, sms, greet),
		scene("sms-void", "says of the first SMS code that it is void: another SMS is needed", first(codeVoid), listen, enter, sms, greet),
		scene("sms-tries", "refuses two SMS codes, and with the third the tries are used up: another SMS is needed",
			first(wrongCode, wrongCode, codeVoid), listen, enter, sms, greet),
		scene("sms-older", "says of the first SMS code that it belongs to an older SMS", first(codeOlder), listen, enter, sms, greet),
		scene("sms-invalid", "says of the first SMS code that it has no use for it", first(codeNoUse), listen, enter, sms, greet),
		scene("sms-missing", "says of the first SMS code that there was none", first(codeMissing), listen, enter, sms, greet),
		scene("sms-refused", "wants an SMS code, and sends the SMS at the second request; the first is refused for -wait seconds",
			refuseSMS(1), listen, enter, sms, greet),
		scene("sms-picture", "wants an SMS code and sends none, but takes the characters of a picture instead",
			refuseSMS(1000), (*daemon).takePicture, listen, enter, sms, captcha, greet),
		scene("captcha", "wants the characters of a picture", listen, enter, captcha, greet),
		scene("captcha-again", "wants the characters of a picture, and after a wrong answer that another is asked for",
			func(d *daemon) { d.course.again = true }, listen, enter, captcha, greet),
		scene("captcha-failed", "wants the characters of a picture and cannot get it until it is asked again",
			func(d *daemon) { d.course.nowhere = true }, listen, enter, captcha, greet),
		scene("captcha-elsewhere", "puts the picture into the folder of the program; only its line tells", (*daemon).drawElsewhere, listen, enter, captcha, greet),
		scene("captcha-sms", "wants the characters of a picture, then an SMS code", listen, enter, captcha, sms, greet),
		only("9", scene("old-hint", "wants an SMS code, and says so only with the hint which command requests it",
			(*daemon).onlyHint, listen, enter, sms, greet)),
		only("interactive", scene("remember", "asks for account and password, later starts log in with what it remembers",
			listen, enter, greet)),
		only("interactive", scene("remember-dead", "remembers, but the broker refuses what it remembers and it asks again",
			(*daemon).killToken, listen, enter, greet)),
		only("interactive", scene("remember-lost", "asks for account and password, and has lost at each later start what it remembered",
			(*daemon).loseToken, listen, enter, greet)),

		scene("wrong-password", "the broker refuses the password", listen, enter, refused(badPassword)),
		scene("network", "the broker cannot be reached, or there were too many starts", listen, enter, refused(networkFailed)),
		scene("network-broken", "the network breaks while it logs in", listen, enter, refused(networkBroken)),
		scene("network-library", "its network library fails", listen, enter, refused(networkLibrary)),
		scene("network-config", "it lacks the configuration of the network", listen, enter, refused(networkConfig)),
		scene("timeout", "the login takes too long", listen, enter, refused(loginTimeout)),
		scene("interface", "a failure inside the daemon", listen, enter, refused(interfaceFailed)),
		scene("abnormal", "the login is abnormal, and the daemon wants to be started again", listen, enter, refused(loginAbnormal)),
		scene("too-many", "there were too many logins: wait -wait minutes", listen, enter, refused(tooManyLogins, waitMinutes)),
		scene("frequent", "there were too many requests: wait -wait seconds", listen, enter, refused(frequentSeconds)),
		scene("frequent-minutes", "there were too many requests: wait -wait minutes", listen, enter, refused(frequentMinutes)),
		scene("locked", "the account is locked until -unlock", listen, enter, refused(locked)),
		scene("version", "this daemon is too old", listen, enter, refused(appTooOld)),
		scene("version-client", "this daemon is too old, in words of its own", listen, enter, refused(clientTooOld)),
		scene("version-warning", "logs in, and says that this version is not supported any more", listen, enter, says(noSupport), greet),
		scene("version-new", "logs in, and says that there is a newer version", listen, enter, greet, says(newVersion, newFeatures, updateHint)),
		scene("brand", "the account belongs to the other brand", listen, enter, refused(otherBrand)),
		scene("account", "the user has no account with the broker", listen, enter, refused(noAccount)),
		scene("region", "accounts of this region are not served", listen, enter, refused(badRegion)),
		scene("agreement", "a questionnaire or an agreement is not signed", listen, enter, (*daemon).disagree),
		scene("agreement-failed", "a questionnaire or an agreement is not signed, told as the reason of a failed login", listen, enter, refused(agreement)),
		scene("agreement-unheard", "it cannot learn what is signed", listen, enter, refused(agreementUnheard)),
		scene("disclaimer", "logs in; trading of one account wants a disclaimer signed", listen, enter, greet, says(disclaimer)),
		scene("banned", "the user may not log in any more", listen, enter, refused(banned)),
		scene("no-phone", "the account has no phone number", listen, enter, refused(noPhone)),
		scene("third-party", "the account of another service is bound to none of the broker's", listen, enter, refused(thirdParty)),
		scene("login-missing", "account or password is missing", listen, enter, refused(loginMissing)),
		scene("md5-format", "the MD5 of the password is none", listen, enter, refused(md5Format)),
		scene("password-again", "the password has to be entered again", listen, enter, refused(passwordAgain)),
		scene("here-already", "another daemon on this machine has the account", listen, enter, refused(alreadyHere)),

		scene("port-taken", "the port of its API is taken", dies(portTaken)),
		scene("websocket-failed", "logs in without its WebSocket, which fails", listen, enter, greet, says(webSocketFailed)),
		scene("websocket-key", "the key of its WebSocket has a wrong format", dies(webKeyFormat)),
		scene("websocket-address", "the address of its WebSocket has a wrong format", dies(webAddress)),
		scene("websocket-port", "its WebSocket has the port of something else", dies(webPortTwice)),
		scene("appdata-missing", "its AppData.dat is missing", dies(noAppData)),
		scene("config-failed", "it cannot load its configuration", dies(configFailed)),
		scene("rsa-bad", "what should be its RSA key is none", dies(badRSA)),
		scene("rsa-missing", "the file of its RSA key is missing", dies(noRSA)),
		scene("bad-parameter", "it does not know one of its flags", dies(badParameter)),
		scene("log-path", "logs in, and keeps its log elsewhere than it was told to", says(logPathFailed), listen, enter, greet),

		scene("silent", "prints its addresses and no more", listen),
		scene("silent-login", "begins to log in and says no more", listen, enter),
		scene("silent-code", "wants an SMS code, and only its log says so", func(d *daemon) { d.course.hidden = true }, listen, enter, sms, greet),
		scene("throttled", "from its 8th start in 3 hours on it is silent, before that like ok",
			listen, (*daemon).throttle, enter, greet),
		scene("question", "asks something that nobody knows, without ending the line", listen, enter, (*daemon).puzzle),

		scene("crash", "logs in, runs out of memory and aborts", listen, enter, greet, (*daemon).runOutOfMemory),
		scene("crash-start", "dies of a segmentation fault before it has printed anything",
			func(*daemon) { die(segmentationFault) }),
		scene("flood", "logs in and prints -lines lines as fast as it can", listen, enter, greet, (*daemon).flood),
		scene("kicked", "logs in, loses a quote right to another device and takes it back",
			listen, enter, greet, (*daemon).kick),
		scene("rights-region", "logs in, without quote rights in this region", listen, enter, greet, right(rightOfRegion)),
		scene("rights-low", "logs in, with the low quote rights that a client asked for", listen, enter, greet, right(rightAsked)),
		scene("rights-card", "logs in, and does not get its free quotes", listen, enter, greet, right(rightCard)),
		scene("data-missing", "logs in, and necessary data is missing", listen, enter, greet, (*daemon).lackData),
		scene("session-lost", "logs in, loses its session with the broker and gets it back; only the API tells",
			listen, enter, greet, (*daemon).loseSession),
		scene("session-gone", "logs in, and loses its session with the broker for good; only the API tells", listen, enter, greet, (*daemon).losesForGood),
		scene("turned-password", "logs in, and is thrown out when the password is changed; it tells nobody but who connects to the API after that",
			listen, enter, greet, turns(passwordChanged, loggedOut)),
		scene("turned-logout", "logs in, and is logged out; it tells nobody but who connects to the API after that", listen, enter, greet, turns(loggedOut)),
		scene("turned-kicked", "logs in, and then the account logs in somewhere else; it tells nobody but who connects to the API after that", listen, enter, greet, turns(deviceLimit)),
		scene("turned-sms", "logs in, and later wants an SMS code; it tells nobody but who connects to the API after that", listen, enter, greet, turns(connectNeedsSMS)),
		scene("quotes-lost", "logs in, loses the connection for quotes and gets it back", listen, enter, greet, loses(quoteConnection)),
		scene("trade-lost", "logs in, loses the connection for trading and gets it back", listen, enter, greet, loses(tradeConnection)),
		scene("connection-lost", "logs in, loses a connection and gets it back, and does not say which", listen, enter, greet, loses(nil)),
		scene("kicked-out", "logs in, and then the account logs in somewhere else", listen, enter, greet, (*daemon).kickOut),
		scene("password-changed", "logs in, and is thrown out when the password is changed", listen, enter, greet, (*daemon).throwOut),
		scene("banned-later", "logs in, and then the user may not log in any more", listen, enter, greet, ended(banned, eventBanned)),
		scene("logged-out", "logs in, and is logged out", listen, enter, greet, ended(loggedOut, 0)),
		scene("account-left", "logs in, and the account is logged out", listen, enter, greet, ended(accountLeft, 0)),
		scene("forced-out", "logs in, and is forced out", listen, enter, greet, ended(forcedOut, 0)),
		scene("trade-password", "logs in, and the password for trading is changed; the login stands", listen, enter, greet, hears(tradePassword, eventTradePassword)),
		scene("device-lock", "logs in, and the device lock is turned on", listen, enter, greet, hears(deviceLock, eventDeviceLock)),
	}
})

func scene(name, does string, steps ...step) script {
	return script{Scenario: Scenario{Name: name, Does: does}, steps: steps}
}

// only binds a script to the one generation that it makes sense in.
func only(generation string, s script) script {
	s.generation = generation
	return s
}
