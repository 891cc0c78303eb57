package sms

import (
	"errors"
	"strings"
	"testing"
)

// texts are forms of messages with codes and without, as senders write them; the numbers are made up.
var texts = []struct {
	text string
	want string // the code; "none" or "several" if there is none to be had
	ours bool
}{
	// The code alone, as typed, pasted or inserted.
	{"314159", "314159", false},
	{" 314159\r\n", "314159", false},
	{"3141", "3141", false},
	{"31415926", "31415926", false},
	{"２０２６１１", "202611", false},
	{"2026", "2026", false}, // alone there is nothing else that it could be
	{"314 159", "314159", false},
	{"314-159", "314159", false},
	{"31-41-59", "314159", false},
	{"3141 5926", "31415926", false},
	// Futu and moomoo, Simplified.
	{"【富途证券】您的验证码是314159，5分钟内有效，请勿泄露给他人。", "314159", true},
	{"【富途牛牛】验证码：314159，用于登录OpenD，10分钟内有效。如非本人操作，请致电客服热线400-8888-666。", "314159", true},
	{"【富途】314159（登录验证码），请在5分钟内填写。尾号1234的账户正在登录。", "314159", true},
	{"【富途】尾号8812的账户于2026年11月26日登录，验证码314159。", "314159", true},
	{"【富途】您正在登录 OpenD，校验码 314 159，如非本人操作请忽略", "314159", true},
	{"【富途】动态码:3141592，勿告知他人", "3141592", true},
	{"【富途】验证码314159，牛牛号12345678正在新设备登录", "314159", true},
	{"【富途牛牛】您的验证码为：\n314159\n请于 11:30 前使用", "314159", true},
	{"【富途证券】验证码３１４１５９，请勿转发", "314159", true},
	{"【富途】安全验证码314159（5分钟）,退订回T", "314159", true},
	{"【富途】您于2026-11-26 09:30:00申请登录，验证码：314159", "314159", true},
	{"【富途】20261126 登录验证码 314159", "314159", true},
	{"【moomoo】您的验证码：314159，有效期1800秒", "314159", true},
	// Traditional.
	{"【富途證券】您的驗證碼為 314159，10分鐘內有效，請勿向任何人透露。", "314159", true},
	{"【富途牛牛】驗證碼:314159,如有疑問請致電 2301 8888", "314159", true},
	{"【富途證券】帳戶尾號 1234 正登入，驗證碼「314159」，如非本人操作請電 +852 2523 3588", "314159", true},
	{"富途：校驗碼 314-159，於 2026年11月26日 15:04 前有效", "314159", true},
	{"【富途證券】入金 HK$50,000 的驗證碼 314159", "314159", true},
	// English.
	{"[Futu] Your verification code is 314159. It is valid for 10 minutes.", "314159", true},
	{"314159 is your moomoo verification code. Do not share it with anyone.", "314159", true},
	{"moomoo: 314159 is your code for account ending in 8812.", "314159", true},
	{"[moomoo] Code: 314 159. Expires in 5 mins. Call 800 123 4567 if this was not you.", "314159", true},
	{"FUTU HK: OTP 314159 for login on 26 Nov 2026 15:04", "314159", true},
	{"Futu Securities passcode 31415926 (valid until 2026-11-26 15:10:00)", "31415926", true},
	{"[Futu] Verification code 3141. Account 12345678, do not disclose.", "3141", true},
	{"[moomoo]Your code is:314159,valid for 300s", "314159", true},
	{"Your Moomoo OTP is 314159. Ref 778899.", "314159", true},
	{"(Moomoo) Use verification code 314159 to log in. Your last code 3 hours ago is void.", "314159", true},
	{"[Futu] Your verification code:\n\n314159", "314159", true},
	{"Futu: your code 314159 - hotline 2523 3588", "314159", true},
	{"moomoo SG: S$2,000 transfer, OTP 314159", "314159", true},
	{"moomoo: 26/11/2026 login. code 314159", "314159", true},
	{"moomoo: Nov 26, 2026 login. code 314159", "314159", true},
	{"Your code is 314159 https://www.moomoo.com/v/123456", "314159", true},
	{"From: +86 106 9123 4567\nText: 【富途】验证码314159", "314159", true},
	{"106912345678\n【富途证券】您的验证码是314159\nSIM1_中国移动\n2026-11-26 15:04:05\nPixel 7", "314159", true},
	{"Your verifica\u200btion code is 314\u200b159", "314159", false},
	{"Your code: 314\u2013159", "314159", false},
	// Other senders.
	{"【支付宝】验证码：314159，请勿泄露", "314159", false},
	{"G-314159 is your Google verification code.", "314159", false},
	{"Your WhatsApp code: 314-159", "314159", false},
	{"您的取件码 8-2-3141，请到驿站取件", "none", false},
	// What a person types to another image, and around a code.
	{"code 314159", "314159", false},
	{"it's 314159 thanks", "314159", false},
	{"验证码314159 5分钟", "314159", false},
	{"314159 314159", "314159", false},
	// None.
	{"", "none", false},
	{"hello", "none", false},
	{"123", "none", false},
	{"123456789", "none", false},
	{"【富途】您尾号8812的账户入金50000元", "none", true},
	{"【富途】2026年11月26日 您的订单20261126已成交 1000股", "none", true},
	{"【富途牛牛】腾讯控股(00700)涨5.21%，报 612.50", "none", true},
	{"moomoo: your account 12345678 logged in at 15:04:05", "none", true},
	{"Call 25233588 now", "none", false},
	{"HKD 314159 was paid", "none", false},
	{"$314,159.00 was paid", "none", false},
	{"your code is 2026", "none", false},
	{"code is valid for 3600 seconds", "none", false},
	{"call +1 415 314159 now", "none", false},
	{"error code 10012345", "none", false},
	{"ABC314159", "none", false},
	{"card ****3141", "none", false},
	{"版本 10.11.7108 已发布", "none", false},
	{"see http://a.example/314159", "none", false},
	{"2026-11-26 15:04:05", "none", false},
	{"20261126", "20261126", false}, // alone
	{"今天是 20261126", "none", false},
	// Several.
	{"314159 or 271828", "several", false},
	{"验证码111111，验证码222222", "several", false},
	{"code 111111, code 222222", "several", false},
	{"314159 is your code. 271828 is the other.", "several", false},
}

func TestACodeIsFoundInWhatPhonesReceive(t *testing.T) {
	if len(texts) < 60 {
		t.Fatalf("%d texts", len(texts))
	}
	for _, c := range texts {
		got, err := Find(c.text)
		code := got.Code
		switch {
		case errors.Is(err, ErrNone):
			code = "none"
		case errors.Is(err, ErrSeveral):
			code = "several"
		}
		if code != c.want || got.Ours != c.ours {
			t.Errorf("%q: got %s, ours %v, want %s, %v", c.text, code, got.Ours, c.want, c.ours)
		}
		if err != nil && got.Code != "" {
			t.Errorf("%q: a code beside an error", c.text)
		}
	}
}

func TestOnlyDigitsAloneAreBare(t *testing.T) {
	for text, want := range map[string]bool{"314159": true, " 314159 ": true, "314 159": true, "code 314159": false} {
		if got, err := Find(text); err != nil || got.Bare != want {
			t.Errorf("%q: bare %v, %v", text, got.Bare, err)
		}
	}
}

func TestALongTextIsReadAsFarAsItsBound(t *testing.T) {
	if got, err := Find(strings.Repeat("字", Max) + " code 314159"); !errors.Is(err, ErrNone) {
		t.Errorf("got %v, %v", got, err)
	}
}

func FuzzFind(f *testing.F) {
	for _, c := range texts {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Find(text)
		if err != nil {
			if got.Code != "" {
				t.Fatalf("%q: %v and %v", text, got, err)
			}
			return
		}
		if len(got.Code) < 4 || len(got.Code) > 8 || strings.Trim(got.Code, "0123456789") != "" {
			t.Fatalf("%q: %q is no code", text, got.Code)
		}
		again, err := Find(got.Code)
		if err != nil || again.Code != got.Code {
			t.Fatalf("%q alone: %v, %v", got.Code, again, err)
		}
	})
}
