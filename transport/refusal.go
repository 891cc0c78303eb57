package transport

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/ostai/futuopend-gateway/fsm"
)

// statuses are the HTTP status of every refusal, the agent's and our own; 0 for those of a WebSocket's frames, where nobody sees one.
var statuses = map[string]int{
	"frame_invalid": 0, "frame_not_text": 0, "frame_too_large": 0, "type_unknown": 0,

	"address_invalid":     http.StatusBadRequest,
	"after_invalid":       http.StatusBadRequest,
	"body_invalid":        http.StatusBadRequest,
	"captcha_invalid":     http.StatusBadRequest,
	"code_invalid":        http.StatusBadRequest,
	"code_unclear":        http.StatusBadRequest,
	"wait_invalid":        http.StatusBadRequest,
	"password_invalid":    http.StatusBadRequest,
	"unauthorized":        http.StatusUnauthorized,
	"not_local":           http.StatusForbidden,
	"origin_foreign":      http.StatusForbidden,
	"ticket_expired":      http.StatusForbidden,
	"ticket_scope":        http.StatusForbidden,
	"ticket_used":         http.StatusForbidden,
	"ticket_wrong":        http.StatusForbidden,
	"token_scope":         http.StatusForbidden,
	"path_unknown":        http.StatusNotFound,
	"picture_missing":     http.StatusNotFound,
	"method_wrong":        http.StatusMethodNotAllowed,
	"captcha_not_wanted":  http.StatusConflict,
	"code_not_wanted":     http.StatusConflict,
	"gate_off":            http.StatusConflict,
	"code_pending":        http.StatusConflict,
	"codes_spent":         http.StatusConflict,
	"secrets_unusable":    http.StatusConflict,
	"not_safe":            http.StatusConflict,
	"password_not_wanted": http.StatusConflict,
	"host_unknown":        http.StatusMisdirectedRequest,
	"body_too_large":      http.StatusRequestEntityTooLarge,
	"too_soon":            http.StatusTooManyRequests,
	"too_many_guesses":    http.StatusTooManyRequests,
	"journal_unwritable":  http.StatusServiceUnavailable,
	"not_typed":           http.StatusServiceUnavailable,
	"too_many_clients":    http.StatusServiceUnavailable,
	"unavailable":         http.StatusServiceUnavailable,
}

// refuse makes a refusal of our own.
func refuse(code, message string) *fsm.Refusal { return &fsm.Refusal{Code: code, Message: message} }

// refusalOf is the refusal in an error. What is none is a gateway that cannot answer now.
func refusalOf(err error) *fsm.Refusal {
	if r, ok := errors.AsType[*fsm.Refusal](err); ok {
		return r
	}
	return refuse("unavailable", err.Error()+"; try again")
}

// problemBody is an error as RFC 9457 has it, with our code.
type problemBody struct {
	Title  string    `json:"title"`
	Status int       `json:"status"`
	Detail string    `json:"detail"`
	Code   string    `json:"code"`
	State  fsm.State `json:"state"`
}

// problem answers a request with an error.
func (s *Server) problem(w http.ResponseWriter, err error) {
	refusal := refusalOf(err)
	status := statuses[refusal.Code]
	if status == 0 {
		panic("transport: the refusal " + refusal.Code + " has no HTTP status") // a test looks for those without a row
	}
	if refusal.Wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(refusal.Wait.Seconds())))
	}
	tell(w, status, "application/problem+json", problemBody{http.StatusText(status), status, refusal.Message, refusal.Code, s.cfg.Journal.Last().To})
}

// tell answers with one JSON value, which nobody may keep: the next moment it may be another.
func tell(w http.ResponseWriter, status int, kind string, body any) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(marshal(body), '\n'))
}

// tellJSON is tell for what is no error.
func tellJSON(w http.ResponseWriter, status int, body any) { tell(w, status, "application/json", body) }
