package opendsim

import "github.com/ostai/futuopend-gateway/agent/openapi"

// Where the daemon stands with its login: numbers of ProgramStatusType in the published protocol definitions.
const (
	statusLoaded        int32 = 1 // before the login
	statusLoggingIn     int32 = 2
	statusNeedPicture   int32 = 3
	statusNeedPhoneCode int32 = 4
	statusLoginFailed   int32 = 5
	statusReady               = openapi.ProgramReady
	statusDataMissing   int32 = 8
	statusForceLogout   int32 = 11 // thrown out: every connection is cut
)

// What happens to the daemon: numbers of GtwEventType in the same definitions.
const (
	eventKickedOut       int32 = 7 // the account logged in somewhere else
	eventPasswordChanged int32 = 8
	eventBanned          int32 = 9
	eventDataMissing     int32 = 13
	eventTradePassword   int32 = 14
	eventDeviceLock      int32 = 15
)
