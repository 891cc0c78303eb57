package opendsim_test

import (
	"bytes"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestAFlagThatTheGenerationDoesNotKnowEndsIt(t *testing.T) {
	for _, c := range []struct{ generation, flag, want string }{
		{"10", "--version", "指定参数version错误"},
		{"2018", "-login_by_remember=1", "指定参数login_by_remember错误，具体可以使用help参数查看"},
		{"9", "-area_code=+86", "指定参数area_code错误，具体可以使用help参数查看"},
		{"interactive", "-login_pwd_md5=x", "指定参数login_pwd_md5错误"},
		{"interactive", "-telnet_port=22222", "指定参数telnet_port错误"},
	} {
		t.Run(c.generation+c.flag, func(t *testing.T) {
			t.Parallel()
			r := start(t, "-generation="+c.generation, c.flag)
			r.wantExit(t, 1)
			if got := r.lines(); !slices.Equal(got, []string{c.want}) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestHelpListsTheFlagsOfTheGeneration(t *testing.T) {
	for _, c := range []struct{ generation, has, lacks string }{
		{"2018", "login_pwd_md5", "login_by_remember"},
		{"9", "login_by_remember", "telnet_port"},
		{"10", "login_region", "area_code"},
		{"interactive", "login_by_remember", "login_pwd_md5"},
	} {
		out, err := command(t, "-scenario=sms", "-generation="+c.generation, "-help").Output()
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Fields(string(out))
		if !slices.Contains(got, c.has) || slices.Contains(got, c.lacks) {
			t.Errorf("generation %s: got %q, want %s and no %s", c.generation, got, c.has, c.lacks)
		}
	}
	out, err := command(t, "-help").Output()
	if err != nil || !bytes.Contains(out, []byte("sms-wrong")) || !bytes.Contains(out, []byte("314159")) {
		t.Errorf("got %q, %v, want the scenarios and the right code", out, err)
	}
}

func TestAMistakeInItsOwnFlagsIsToldWithCode2(t *testing.T) {
	for _, args := range [][]string{
		{"bogus"}, {"-generation=11"}, {"-brand=x"}, {"-brand=moomoo", "-generation=2018"}, {"-pace=fast"}, {"-api=maybe"}, {"-heartbeat=0"}, {"-sms_interval=soon"}, {"-lines=x"},
		{"-unlock=soon"}, {"remember", "-generation=9"}, {"-pace"},
	} {
		out, err := command(t, args...).CombinedOutput()
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok || exit.ExitCode() != 2 || !bytes.HasPrefix(out, []byte("simulate: ")) {
			t.Errorf("%q: got %q, %v, want a word and exit code 2", args, out, err)
		}
	}
}
