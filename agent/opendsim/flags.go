package opendsim

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options is a command line that has been understood.
type options struct {
	script        script
	gen           generation
	brand         string
	pace          time.Duration // between two lines
	rightPassword string        // the only one that is right; empty: any is
	deaf          bool          // to TERM
	state         string        // stands for the home in the passwd file
	unlock        string        // HH:MM at which a locked account opens
	lines         int           // of a flood
	autoSMS       bool          // the first SMS is requested unasked
	smsInterval   time.Duration // has to pass between two SMS
	apiMode       string        // how the API's port behaves
	wait          string        // minutes or seconds that the broker names
	join          string        // stands between phrases of which it is not known what does
	alone         bool          // the reason of a failed login does not stand behind the words that it failed
	exits         bool          // a login that is ended from outside ends the daemon too
	heartbeat     time.Duration // a connection to the API that gives no sign of life for longer is closed

	flags map[string]string // the daemon's own
	help  string            // what was asked for instead of a start
}

// unknownFlag is what the daemon says of a key that this generation does not know.
type unknownFlag string

func (k unknownFlag) Error() string { return string(k) }

// ownFlags are the simulator's. One that takes nothing is a switch.
var ownFlags = []struct{ key, takes, does string }{
	{"scenario", "NAME", "what to play (ok); a first argument without a dash names it too"},
	{"generation", "NAME", "of the daemon: 2018 for 1.x, 9 for 7 to 9, 10.0 to 10.5, 10 from 10.6, interactive from 10.10 on (what the scenario needs, or 10)"},
	{"brand", "NAME", "futu or moomoo (futu)"},
	{"pace", "DURATION", "time between two lines (50ms)"},
	{"password", "WORD", "the only right one, as it is or as MD5 (any is right)"},
	{"deaf", "", "does not hear TERM"},
	{"state", "DIR", "stands for the home in the passwd file; the data folder is in it"},
	{"unlock", "HH:MM", "when a locked account opens (in two minutes)"},
	{"lines", "N", "how long a flood is (100000)"},
	{"auto_sms", "N", "whether the SMS is requested unasked, 0 or 1 (1 from generation 10 on)"},
	{"sms_interval", "DURATION", "time that has to pass between two SMS (1m)"},
	{"api", "MODE", "ready, ui: answers before the login too, refuse, drop, or none: nothing listens (ready)"},
	{"wait", "N", "minutes or seconds that the broker names where it lets one wait (5)"},
	{"join", "TEXT", "stands between phrases of which it is not known what does (\": \")"},
	{"alone", "", "the reason of a failed login stands in a line of its own"},
	{"exits", "", "a login that is ended from outside ends the daemon too"},
	{"heartbeat", "DURATION", "after which a silent connection to the API is closed (30s)"},
	{"help", "", "this; with any other flag, only the flags of that daemon"},
}

// split tells the simulator's flags from the daemon's. Both may be written with one dash or two; a value of the
// simulator's may follow in the next argument.
func split(args []string) (own, theirs map[string]string, err error) {
	own, theirs = map[string]string{}, map[string]string{}
	for i := 0; i < len(args); i++ {
		word, dashed := strings.CutPrefix(args[i], "-")
		key, value, hasValue := strings.Cut(strings.TrimPrefix(word, "-"), "=")
		if key == "h" {
			key = "help"
		}
		ours, needsValue := isOwn(key)
		switch {
		case !dashed && own["scenario"] == "":
			own["scenario"] = args[i]
		case !dashed || !ours:
			theirs[key] = value
		case hasValue:
			own[key] = value
		case !needsValue:
			own[key] = "1"
		case i+1 < len(args):
			i++
			own[key] = args[i]
		default:
			return nil, nil, fmt.Errorf("-%s needs a value", key)
		}
	}
	return own, theirs, nil
}

func isOwn(key string) (ours, needsValue bool) {
	for _, f := range ownFlags {
		if f.key == key {
			return true, f.takes != ""
		}
	}
	return false, false
}

// parse reads a command line.
func parse(args []string) (options, error) {
	own, theirs, err := split(args)
	if err != nil {
		return options{}, err
	}
	o := options{
		rightPassword: own["password"],
		deaf:          own["deaf"] == "1",
		state:         own["state"],
		alone:         own["alone"] == "1",
		exits:         own["exits"] == "1",
		flags:         theirs,
	}
	if err := o.choose(own); err != nil {
		return options{}, err
	}
	if own["help"] != "" {
		o.help = o.gen.help(o.flags["lang"])
		if len(args) == 1 {
			o.help = help() + o.help
		}
		return o, nil
	}
	for _, key := range slices.Sorted(maps.Keys(theirs)) {
		if !o.gen.knows(key) {
			v := voice{o.flags["lang"], o.gen.build()}
			return options{}, unknownFlag(fill(v.of(badParameter), map[string]string{"parameter": key}))
		}
	}
	return o, nil
}

// choose fills in what has a default, and refuses what cannot be.
func (o *options) choose(own map[string]string) error {
	name := or(own["scenario"], "ok")
	i := slices.IndexFunc(scripts(), func(s script) bool { return s.Name == name })
	if i < 0 {
		return fmt.Errorf("no scenario %q: -help lists them", name)
	}
	o.script = scripts()[i]
	wanted := or(own["generation"], o.script.generation, "10")
	i = slices.IndexFunc(generations, func(g generation) bool { return g.name == wanted })
	if i < 0 {
		return fmt.Errorf("no generation %q: %s", wanted, strings.Join(generationNames(), ", "))
	}
	o.gen = generations[i]
	if need := o.script.generation; need != "" && wanted != need {
		return fmt.Errorf("scenario %s needs -generation=%s", name, need)
	}
	o.brand = or(own["brand"], futu)
	if o.gen.versions[o.brand+" chs"] == "" {
		return fmt.Errorf("no brand %q in generation %s: futu, or in 9, 10 and interactive moomoo", o.brand, wanted)
	}
	return o.measure(own)
}

// measure reads the flags that are numbers and times.
func (o *options) measure(own map[string]string) (err error) {
	if o.pace, err = time.ParseDuration(or(own["pace"], "50ms")); err != nil || o.pace < 0 {
		return fmt.Errorf("-pace=%s is no duration such as 50ms", own["pace"])
	}
	if o.smsInterval, err = time.ParseDuration(or(own["sms_interval"], "1m")); err != nil || o.smsInterval < 0 {
		return fmt.Errorf("-sms_interval=%s is no duration such as 1m", own["sms_interval"])
	}
	if o.heartbeat, err = time.ParseDuration(or(own["heartbeat"], "30s")); err != nil || o.heartbeat <= 0 {
		return fmt.Errorf("-heartbeat=%s is no duration such as 30s", own["heartbeat"])
	}
	if o.apiMode = or(own["api"], apiReady); !slices.Contains(apiModes, o.apiMode) {
		return fmt.Errorf("-api=%s: it is one of %s", o.apiMode, strings.Join(apiModes, ", "))
	}
	if o.lines, err = strconv.Atoi(or(own["lines"], "100000")); err != nil || o.lines < 0 {
		return fmt.Errorf("-lines=%s is no number", own["lines"])
	}
	if o.wait = or(own["wait"], "5"); !isNumber(o.wait) {
		return fmt.Errorf("-wait=%s is no number", own["wait"])
	}
	if o.join = ": "; own["join"] != "" {
		o.join = own["join"]
	}
	o.unlock = or(own["unlock"], time.Now().In(beijing).Add(2*time.Minute).Format("15:04"))
	if _, err := time.Parse("15:04", o.unlock); err != nil {
		return fmt.Errorf("-unlock=%s is no time such as 18:30", own["unlock"])
	}
	o.autoSMS = o.gen.autoSMS
	if v := own["auto_sms"]; v != "" {
		o.autoSMS = v == "1"
	}
	return nil
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 31)
	return err == nil
}

// or is the first of its arguments that is not empty.
func or(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// beijing is the broker's clock, by which it names the end of a lock.
var beijing = time.FixedZone("UTC+8", 8*60*60)
