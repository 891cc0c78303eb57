package sms

import "regexp"

// others are the places of a folded text whose digits mean something else.
func others(text string) (out [][]int) {
	for _, pattern := range notCodes {
		out = append(out, pattern().FindAllStringIndex(text, -1)...)
	}
	return out
}

// What stands between a word such as "call" and its number: a few signs and words, and no sentence's end.
const then = `[^0-9。!?;\n]{0,12}`

// notCodes is what a number can be beside a code, and what tells it.
var notCodes = []func() *regexp.Regexp{
	// Days and times.
	compiled(`[0-9]{2,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}`),
	compiled(`[0-9]{1,4} ?[年月日号號](?:[0-9]{1,2} ?[月日号號])*`),
	compiled(`[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?`),
	compiled(`(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? [0-9]{1,2},? [0-9]{4}`),
	// How long something lasts, and how much.
	compiled(`(?i)[0-9]+ ?(?:秒|分钟|分鐘|小时|小時|天|个|個|次|股|张|張|元|美元|港元|港币|港幣|日元|万|萬|%|(?:s|secs?|seconds?|mins?|minutes?|hours?|hrs?|days?|shares?|usd|hkd|cny|rmb|sgd|aud|jpy|eur|gbp)\b)`),
	compiled(`(?i)(?:[$¥€£]|\b(?:usd|hkd|cny|rmb|sgd|aud|jpy|eur|gbp|hk\$|us\$|s\$))\.? ?[0-9][0-9,]*(?:\.[0-9]+)?`),
	compiled(`[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.[0-9]+`),
	// Whose account it is, whole or its tail.
	compiled(`(?i)(?:尾号|尾號|末四位|后四位|後四位|账号|帳號|账户|賬戶|帳戶|牛牛号|牛牛號|卡号|卡號|用户|用戶|\bending(?: in| with)?|\blast (?:four|4)(?: digits)?|\baccounts?(?: ?(?:no|number|id))?\.?|\ba/c|\bcard|\buser(?: ?id)?|\buid|\bid)[^0-9。!?;\n码碼]{0,8}[*x•.]{0,12}[0-9]{3,}`),
	compiled(`(?i)[*•]+ ?[0-9]+|[0-9]+[*•]+[0-9]*|\bx{2,}[0-9]+`),
	// Whom to call, and where a text came from.
	compiled(`\+ ?[0-9][0-9 -]{5,}`),
	compiled(`\(?[0-9]{2,4}\)?-[0-9]{3,4}-[0-9]{3,4}`),
	compiled(`(?i)(?:热线|熱線|客服|电话|電話|致电|致電|拨打|撥打|手机号|手機號|\bcall|\bdial|\bphone(?: number)?|\btel|\bhotline|\bmobile|\bfax)` + then + `[0-9][0-9 -]*`),
	// What a text names beside: orders, references, versions, addresses.
	compiled(`(?i)(?:订单|訂單|编号|編號|流水|工号|工號|邮编|郵編|\border|\bref(?:erence)?|\bticket|\bcase|\bpostcode|\bpostal code|\bzip(?: code)?|\berror(?: code)?|\bstock code|\bversion|\bv)` + then + `[0-9][0-9-]*`),
	compiled(`(?i)\b(?:https?://|www\.)[^\s。]+|\S+@\S+|[a-z0-9-]+\.(?:com|hk|cn|net|org)\S*`),
}
