package opendsim

import (
	"encoding/json"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

// inJSON writes an answer without a message: the only ones that are given to a client that speaks JSON.
func inJSON(answer openapi.Response) []byte {
	body, err := json.Marshal(struct {
		RetType int32  `json:"retType"`
		RetMsg  string `json:"retMsg"`
		ErrCode int32  `json:"errCode"`
	}{answer.RetType, answer.RetMsg, answer.ErrCode})
	if err != nil {
		panic("opendsim: encode answer: " + err.Error()) // numbers and a string
	}
	return body
}
