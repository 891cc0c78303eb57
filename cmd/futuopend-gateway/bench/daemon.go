package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// The wordings that the bench's own daemon prints, and the flags that it lists for those who ask. The bare
// program knows the first and the last.
const (
	wantedLine  = "需要手机验证码"
	sentLine    = "请求手机验证码成功" // so that nobody asks for an SMS while something is measured
	successLine = "登录成功"

	help = "-cfg_file -login_account -login_pwd_md5 -no_monitor"
)

// What the bench's own daemon makes of a code. Anything else is wrong, and it asks again with one line.
const (
	wrongCode   = "100000"
	mixedCode   = "200000" // it prints many lines, one in twenty of which the gateway knows, and is logged in
	unknownCode = "300000" // the same, and the gateway knows none of the lines
)

// floodLines is how many lines come before the login, and knownEvery how many of a mixed flood have one known line.
const (
	floodLines = 300_000
	knownEvery = 20
)

// The lines of a flood are of the length and the kind that the daemon prints, but for the padding, which would measure
// the kernel's terminal and not its reader. The number keeps them apart.
var unknownLines = []string{
	"心跳 %d, 延迟 35 ms",
	"API connection %d closed by peer 127.0.0.1:51234",
	"[%d] quote delay: total 1200, average 35 ms, longest 210 ms",
	"订阅 HK.00700 #%d: LV1, 成交, 摆盘",
}

const knownLine = "港股: BMP, 权限状态: 正常"

// daemon is a FutuOpenD without a broker, for what the simulated one is too thorough for: it answers a code at once and
// prints lines as fast as a terminal takes them. It runs until its terminal is gone or TERM comes.
func daemon(args []string) error {
	if slices.Contains(args, "-help") {
		fmt.Println(help)
		return nil
	}
	if err := silence(os.Stdin); err != nil {
		return fmt.Errorf("prepare terminal: %w", err)
	}
	fmt.Println(wantedLine)
	fmt.Println(sentLine)
	typed := bufio.NewScanner(os.Stdin)
	for typed.Scan() {
		_, code, isCode := strings.Cut(typed.Text(), "-code=")
		switch {
		case !isCode:
			// Some other command: nothing is known of it.
		case code == mixedCode:
			flood(knownEvery)
		case code == unknownCode:
			flood(0)
		default:
			fmt.Println(wantedLine)
		}
	}
	return typed.Err()
}

// silence turns the terminal's echo off, as the daemon's own line editor does.
func silence(tty *os.File) error {
	mode, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		return err
	}
	mode.Lflag &^= unix.ECHO
	return unix.IoctlSetTermios(int(tty.Fd()), unix.TCSETS, mode)
}

// flood prints the lines and then that the login succeeded. One of every known lines is a known one; 0 means none.
func flood(known int) {
	out := bufio.NewWriterSize(os.Stdout, 64<<10)
	defer out.Flush()
	for i := range floodLines {
		line := unknownLines[i%len(unknownLines)]
		if known > 0 && i%known == 0 {
			line = knownLine
		}
		out.WriteString(strings.Replace(line, "%d", strconv.Itoa(1_000_000+i), 1))
		out.WriteByte('\n')
	}
	out.WriteString(successLine + "\n")
}
