package fsm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

const (
	// MaxLine bounds one line of a journal, in bytes. The console bounds a detail to far less; a longer line
	// was not written by this program.
	MaxLine = 64 << 10
	// maxSeq bounds the number of an entry: what every reader of JSON keeps exactly. A greater one is damage.
	maxSeq = 1 << 53
)

// A line is one JSON object. Its last member is a checksum over all that stands before it, in eight hexadecimal digits:
//
//	{"seq":14,"at":"…","kind":"boot","from":"idle","to":"idle","sum":"1a2b3c4d"}
//
// It is CRC-32C, which processors compute by themselves. It is part of the line and of no entry, so that no client sees it, and
// releases that wrote none pass over it. The copies of what must not be forgotten, where a line has them, stand before it.
const (
	sumMember = `,"sum":"`
	sumLen    = len(sumMember) + 8 + len(`"}`)
)

// KeptMember begins the copies in a line that has them, see [WithKept]. No text within a line has it.
const KeptMember = `,"kept":[`

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// AppendLine appends the line of an entry to b.
func AppendLine(b []byte, e Entry) []byte {
	object, err := json.Marshal(e)
	if err != nil {
		panic(fmt.Sprintf("fsm: marshal %+v: %v", e, err))
	}
	return seal(b, object[:len(object)-1])
}

// seal appends a line to b, from an object without its closing brace.
func seal(b, open []byte) []byte {
	return fmt.Appendf(append(b, open...), sumMember+"%08x\"}\n", crc32.Checksum(open, castagnoli))
}

// unseal takes the checksum off a line without its end. sealed is false for a line without one, which earlier releases wrote.
func unseal(line []byte) (object []byte, sealed bool, err error) {
	at := len(line) - sumLen
	if at < 1 || !bytes.HasPrefix(line[at:], []byte(sumMember)) || !bytes.HasSuffix(line, []byte(`"}`)) {
		return line, false, nil
	}
	sum, err := strconv.ParseUint(string(line[at+len(sumMember):len(line)-2]), 16, 32)
	if err != nil || uint32(sum) != crc32.Checksum(line[:at], castagnoli) {
		return nil, true, errors.New("its checksum is wrong")
	}
	return append(line[:at:at], '}'), true, nil
}

// WithKept returns a line that [AppendLine] made, and panics for another, with copies of what must not be forgotten of all the entries before it. A reader that
// comes from the end of a journal needs nothing of what stands before such a line.
func WithKept(line []byte, copies []Entry) []byte {
	at := len(line) - len("\n") - sumLen
	if at < 1 || !bytes.HasPrefix(line[at:], []byte(sumMember)) {
		panic(fmt.Sprintf("fsm: no line with a checksum: %q", line))
	}
	open := bytes.Clone(line[:at])
	open = append(open, KeptMember...)
	for i, e := range copies {
		object, err := json.Marshal(e)
		if err != nil {
			panic(fmt.Sprintf("fsm: marshal %+v: %v", e, err))
		}
		if i > 0 {
			open = append(open, ',')
		}
		open = append(open, object...)
	}
	return seal(nil, append(open, ']'))
}

// Line is one line of a journal.
type Line struct {
	Entry
	Kept []Entry // copies of what must not be forgotten of all the entries before it; nil in a line that has none

	sealed bool
}

// parseLine decodes a line without its end, after a line with the number last, 0 for none. sealed says that a line before it has a checksum.
func parseLine(text []byte, last uint64, sealed bool) (Line, error) {
	object, own, err := unseal(text)
	if err != nil {
		return Line{}, err
	}
	l := Line{sealed: own}
	if bytes.Contains(object, []byte(KeptMember)) {
		err = json.Unmarshal(object, &struct {
			*Entry
			Kept *[]Entry `json:"kept"`
		}{&l.Entry, &l.Kept})
	} else {
		err = json.Unmarshal(object, &l.Entry)
	}
	switch {
	case err != nil:
		return Line{}, err
	case l.Seq == 0 || l.Kind == "" || l.At.IsZero():
		return Line{}, errors.New("not an entry: seq, at or kind is missing")
	case !l.From.Known() || !l.To.Known():
		return Line{}, fmt.Errorf("no such state: %q to %q", l.From, l.To)
	case l.Seq <= last || l.Seq > maxSeq:
		return Line{}, fmt.Errorf("seq %d after %d", l.Seq, last)
	case !own && sealed:
		return Line{}, errors.New("it has no checksum, and a line before it has one")
	case !own && !strings.Contains(unsealedKinds, " "+string(l.Kind)+" "):
		return Line{}, fmt.Errorf("it has no checksum, and no release without one knows %q", l.Kind)
	}
	l.Event = l.split()
	return l, nil
}

// unsealedKinds are all kinds of the releases that wrote no checksum, each between blanks. None is ever added: a kind that they do not have, in a
// line without a checksum, is a kind that was damaged.
const unsealedKinds = " boot start start_failed stop overruled restart_scheduled budget_spent still_halted login_repeated login_proven" +
	" device_known device_unproven device_changed device_absent device_kept code_held code_dropped code_refused" +
	" code_typed code_asked captcha_typed captcha_asked account_typed password_typed password_answered remember_typed" +
	" code_timeout captcha_timeout code_not_typed captcha_not_typed throttle silence question hung started output_ended" +
	" exited left_behind terminal_closed unheard version start_time running config_loaded server_started api_listening" +
	" telnet_listening websocket_listening rsa login_method connection account quota quote_right quote_right_kicked" +
	" bad_parameter unknown_command app_dir_failed crashed exiting quote_right_limited network_config_loaded data_missing" +
	" version_old version_newer trade_agreement rsa_failed websocket_failed log_path_failed command_short restarting" +
	" other_running too_frequent try_again network_trouble link_lost link_back error_code logging_in logged_in data_ready" +
	" account_prompt password_prompt remember_prompt code_wanted code_still_wanted code_request_hint code_input_hint" +
	" code_requesting code_sent code_not_sent code_verifying code_rejected captcha_wanted captcha_still_wanted" +
	" captcha_saved captcha_hint captcha_rejected code_void code_superseded captcha_requesting captcha_not_sent" +
	" captcha_verifying captcha_void answer_unusable login_failed network_failed throttled password_wrong account_locked" +
	" version_refused agreement_missing brand_wrong account_unfit region_refused banned phone_unbound account_unbound" +
	" login_missing md5_malformed remembered_void logged_in_locally server_failed config_failed app_data_missing" +
	" outcome_unknown outcome_excused api_ready api_lost session_lost session_back trade_ready trade_lost quote_rights" +
	" kicked_out forced_logout password_changed trade_password_changed device_lock_on "
