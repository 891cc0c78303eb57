package opendsim

// The code of an SMS.
var (
	needSMS     = said("需要手机验证码", "Need a phone verification code").then(since106, "", "SMS verification code required")
	requestHint = saidSince(since7, "命令提示: req_phone_verify_code", "Command tips: req_phone_verify_code").then(since106, "", "Command Tips: req_phone_verify_code")
	inputHint   = saidSince(since7, "命令提示: input_phone_verify_code -code=123456", "Command tips: input_phone_verify_code -code=123456").then(since106, "", "Command Tips: input_phone_verify_code -code=123456")
	requesting  = said("正在请求手机验证码", "Requesting a phone verification code")
	sent        = said("请求手机验证码成功", "Request a phone verification code successfully").then(since106, "", "SMS verification code requested successfully")
	sendFailed  = said("请求手机验证码失败", "Failed to request a phone verification code")
	smsTooOften = verbatim("短信请求过于频繁，请稍后再试") // a reason of the server, 2018; since 7 frequentSeconds was seen in its place
	verifying   = said("正在验证手机验证码", "Verifying the phone verification code")
	wrongCode   = said("上次验证手机验证码失败", "").then(since7, "手机验证码错误", "Phone verification code error")

	// To a client of the API that connects while a code is wanted.
	connectNeedsSMS = said("需要手机验证码,请求手机验证码失败,短信请求过于频繁，请稍后再试", "Need a phone verification code")
)

// Either kind of code.
var (
	codeVoid    = said("验证码失效或超过最大尝试次数，请重新获取", "The verification code is invalid or exceeds the maximum number of attempts, please request again")
	codeOlder   = said("只有最后一次请求验证码生效，该请求已被覆盖", "Only the last request verification code takes effect, the request has been overwritten")
	codeMissing = said("缺少验证码", "Missing the verification code")
	codeNoUse   = said("无效验证码操作", "Invalid verification code operation")
)

// The characters of a picture.
var (
	needPicture       = said("需要图形验证码", "Need a graphic verification code").then(since106, "", "Graphic verification code required")
	requestingPicture = said("正在请求图形验证码", "Requesting a graphic verification code")
	pictureFailed     = said("请求图形验证码失败", "Failed to request the graphic verification code")
	savedTo           = said("图形验证码已下载到", "Graphic verification code has been downloaded to") // the path follows
	savedBare         = text{{since106, "", "Graphic verification code downloaded"}}          // as it was recorded, without a path
	pictureHint       = text{{since106, "", "Command Tips: input_pic_verify_code"}}           // more follows in the real line; what, is not recorded
	verifyingPicture  = said("正在验证图形验证码", "Verifying the graphic verification code")
	wrongPicture      = said("图形验证码错误", "Failed to verify the graphic verification code last time")
	pictureAgain      = said("请重新请求图形验证码", "Please request a graphic verification code again")
)
