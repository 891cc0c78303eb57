package opendsim

// english9 is the English wording up to 9.x. Of what it prints after the login only two lines are known.
func english9() words {
	w := serverGiven()
	w.start = []string{
		"{product} version: {version}",
		"Start Time: {time}",
		"{product} is running",
		"Load configuration file successfully",
		"Server startup",
		"API Listening Address: {api}",
		"API RSA Enable: {rsa}",
	}
	w.yes, w.no = "Yes", "No"
	w.method, w.loggingIn = "Login Method: Account password login", "Logging in"

	w.needSMS = "Need a phone verification code"
	w.requestHint = "Command tips: req_phone_verify_code"
	w.inputHint = "Command tips: input_phone_verify_code -code=123456"
	w.requesting = "Requesting a phone verification code"
	w.sent = "Request a phone verification code successfully"
	w.connectNeedsSMS = w.needSMS
	w.needPicture, w.saved = "Need a graphic verification code", "Graphic verification code downloaded"

	w.failed, w.failedBare, w.exited = "Login failed,", "Login failed", "{product} exited"
	w.badPassword, w.version = "Password does not match", "App version too low. Please upgrade"
	w.noAccount = w.region
	w.agreement = "In order to meet regulatory requirements, API users need to conduct relevant questionnaire " +
		"evaluation and agreement confirmation..."

	w.welcome = []string{"Login Account: {account}", "Login successful"}
	return w
}

// english10 is the English wording from 10.6 on.
func english10() words {
	w := english9()
	w.start = []string{
		"{product} version info: {version}",
		"Start Time: {time}",
		"{product} is running",
		"Configuration file loaded successfully",
		"Server started",
		"API Listening Address: {api}",
		"API RSA Enabled: {rsa}",
	}
	w.method = "Login Method: Log in with Account and Password"
	w.remembered = "Login Method: Log in with remembered password"
	w.askAccount, w.askPassword = "Please enter account", "Please enter password"
	w.askRemember = "Remember the password? (Y/n)"

	w.needSMS = "SMS verification code required"
	w.requestHint = "Command Tips: req_phone_verify_code"
	w.inputHint = "Command Tips: input_phone_verify_code -code=123456"
	w.sent = "SMS verification code requested successfully"
	w.needPicture = "Graphic verification code required"
	w.pictureHint = "Command Tips: input_pic_verify_code" // more follows in the real line; what, is not recorded
	w.exited = "{product} has exited"

	w.welcome = append(w.welcome, "User Quota: Subscription Quota: 300, Historical Candlestick Quota: 300")
	w.rights = rights("Permission Status: Normal", "US Stocks: LV3", "JPN Stocks: No permission")
	w.ready = []string{"Required data is ready"}
	return w
}
