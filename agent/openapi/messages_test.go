package openapi

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// goldens are bodies as protobufjs writes them from the definitions of futu-api 10.11.7108.
var goldens = []struct {
	name string
	hex  string
	want any
}{
	{"InitConnect request", "0a2908ac021211667574756f70656e642d67617465776179180120ffffffffffffffffff0128003202476f",
		InitRequest{ClientVer: 300, ClientID: "futuopend-gateway", RecvNotify: true, Algorithm: Unencrypted, PushFormat: 0, Language: "Go"}},
	{"GetGlobalState request", "0a020800", GlobalRequest{}},
	{"KeepAlive request", "0a060880f7c4d506", KeepAlive{Time: 1790000000}},
	{"InitConnect refused", "08ffffffffffffffffff01121e4e65656420612070686f6e6520766572696669636174696f6e20636f64651807",
		Response{RetType: RetFailed, RetMsg: "Need a phone verification code", ErrCode: 7}},
	{"Notify event", "0800220e0801120a080712066b69636b6564", Notify{Type: NotifyEvent, Event: &GtwEvent{7, "kicked"}}},
	{"Notify program", "0800220d08021a090a0708041203736d73", Notify{Type: NotifyProgramStatus, Program: &ProgramStatus{4, "sms"}}},
	{"Notify connection", "080022080803220408001001", Notify{Type: NotifyConnStatus, Conn: &ConnStatus{false, true}}},
	{"Notify quota", "0800220908063a0508ac021064", Notify{Type: NotifyAPIQuota, APIQuota: &Quota{300, 100}}},
	{"Notify used quota", "080022080807420408031001", Notify{Type: NotifyUsedQuota, UsedQuota: &Quota{3, 1}}},
}

// decodeLike decodes a body into the type of want.
func decodeLike(body []byte, want any) (any, error) {
	c2s, _ := DecodeRequest(body)
	r, err := DecodeResponse(body)
	switch want.(type) {
	case InitRequest:
		return DecodeInitRequest(c2s)
	case GlobalRequest:
		return DecodeGlobalRequest(c2s)
	case KeepAlive:
		return DecodeKeepAlive(c2s)
	case InitReply:
		return DecodeInitReply(r.S2C)
	case GlobalState:
		return DecodeGlobalState(r.S2C)
	case Notify:
		return DecodeNotify(r.S2C)
	}
	return r, err
}

// encode encodes a message with its envelope.
func encode(m any) []byte {
	switch m := m.(type) {
	case Response:
		return m.Encode()
	case InitRequest:
		return EncodeRequest(m.Encode())
	case GlobalRequest:
		return EncodeRequest(m.Encode())
	case KeepAlive:
		return EncodeRequest(m.Encode())
	case interface{ Encode() []byte }:
		return Response{S2C: m.Encode()}.Encode()
	}
	panic("no message")
}

func TestMessagesAreWhatProtobufMakesOfThem(t *testing.T) {
	for _, g := range goldens {
		body := unhex(t, g.hex)
		got, err := decodeLike(body, g.want)
		if err != nil || !reflect.DeepEqual(got, g.want) {
			t.Errorf("%s: decoded %+v, %v; want %+v", g.name, got, err, g.want)
		}
		if got := encode(g.want); !bytes.Equal(got, body) {
			t.Errorf("%s: encoded %x\nwant %x", g.name, got, body)
		}
	}
}

// What is not read is in these bodies too: the user's attribution, the states of newer markets, an obsolete right.
func TestFieldsThatNobodyAsksForAreSkipped(t *testing.T) {
	for _, g := range []struct {
		name string
		hex  string
		want any
	}{
		{"InitConnect", "0800223a08f30710cec2f1051881808080808080c865221030313233343536373839414243444546280a3210464544434241393837363534333231303802",
			InitReply{ServerVer: 1011, UserID: 12345678, ConnID: 7318349394477056001, Key: testKey, KeepAlive: 10, IV: testIV}},
		{"GetGlobalState", "080022650803100818052005280f3001380040f30748c4375080f7c4d50659000010e04eacda416206080a12026f6b6a0d3139322e302e322e313a343433720d3139322e302e322e323a343433780d800181808080808080c865880101900102980103a00104a80105",
			GlobalState{HK: 3, US: 8, SH: 5, SZ: 5, HKFuture: 15, QotLogined: true, ServerVer: 1011, ServerBuild: 7108, Time: 1790000000, LocalTime: 1790000000.25,
				Program: &ProgramStatus{ProgramReady, "ok"}, QotServer: "192.0.2.1:443", TrdServer: "192.0.2.2:443", ConnID: 7318349394477056001}},
		{"Notify rights", "0800221608042a12200328063002380140015805a80102d80109",
			Notify{Type: NotifyQotRight, Rights: Rights{4: 3, 5: 6, 6: 2, 7: 1, 11: 5, 21: 2, 27: 9}}},
	} {
		got, err := decodeLike(unhex(t, g.hex), g.want)
		if err != nil || !reflect.DeepEqual(got, g.want) {
			t.Errorf("%s: decoded %+v, %v; want %+v", g.name, got, err, g.want)
		}
		again, err := decodeLike(encode(g.want), g.want)
		if err != nil || !reflect.DeepEqual(again, g.want) {
			t.Errorf("%s: encoded and decoded %+v, %v; want %+v", g.name, again, err, g.want)
		}
	}
}

func TestAnAnswerThatDoesNotSayWhetherItWorkedDidNot(t *testing.T) {
	if r, err := DecodeResponse(nil); err != nil || r.RetType != RetUnknown {
		t.Errorf("got %+v, %v; want %d", r, err, RetUnknown)
	}
}

func TestAWrongWireTypeIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		hex  string
		want any
	}{
		"retType is a string":      {"0a0130", Response{}},
		"retMsg is a number":       {"1001", Response{}},
		"s2c is a group":           {"2324", Response{}},
		"a field is cut off":       {"0880", Response{}},
		"a length beyond the end":  {"22ff01", Response{}},
		"localTime is a number":    {"08002202 5801", GlobalState{}},
		"programStatus is a flag":  {"08002202 6001", GlobalState{}},
		"its type is a string":     {"08002205 6203 0a0130", GlobalState{}},
		"a level is a string":      {"08002205 2a03 220130", Notify{}},
		"a login is a double":      {"0800220b 2209 090000000000000000", Notify{}},
		"the key is a number":      {"08002202 2001", InitReply{}},
		"the algorithm is a text":  {"0a03 220130", InitRequest{}},
		"the event is half a text": {"08002204 12021205", Notify{}},
	} {
		if got, err := decodeLike(unhex(t, c.hex), c.want); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// FuzzDecode: any bytes are a message or an error, in each decoder; a message that was read is read again from what it
// is encoded to; and what the daemon has to say is one bounded line.
func FuzzDecode(f *testing.F) {
	for _, g := range goldens {
		f.Add(unhex(f, g.hex))
	}
	f.Add(unhex(f, "2324"))
	types := []any{InitRequest{}, InitReply{}, GlobalRequest{}, GlobalState{}, KeepAlive{}, Notify{}, Response{}}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, like := range types {
			for _, body := range [][]byte{b, EncodeRequest(b), Response{S2C: b}.Encode()} {
				m, err := decodeLike(body, like)
				if err != nil {
					continue
				}
				if r, ok := m.(Response); ok {
					why := sentence(r.RetMsg)
					if len(why) > maxSentence || !utf8.ValidString(why) || strings.ContainsFunc(why, unicode.IsControl) {
						t.Fatalf("%q became %q", r.RetMsg, why)
					}
				}
				once := encode(m)
				again, err := decodeLike(once, like)
				if err != nil || !bytes.Equal(encode(again), once) {
					t.Fatalf("%T %+v of %s became %+v, %v", m, m, hex.EncodeToString(body), again, err)
				}
			}
		}
	})
}
