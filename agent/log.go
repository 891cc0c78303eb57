package agent

import (
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/ostai/futuopend-gateway/fsm"
)

// toldLines is how many lines that no rule knows are told when a daemon ends: enough to see a reason.
const toldLines = 8

// log writes the one line of an entry that changed the state.
func (a *Agent) log(e fsm.Entry) {
	level := zapcore.InfoLevel
	fields := []zap.Field{
		zap.Uint64("seq", e.Seq), zap.String("kind", string(e.Kind)),
		zap.String("from", string(e.From)), zap.String("to", string(e.To)),
	}
	if e.Of != "" {
		fields = append(fields, zap.String("of", string(e.Of)))
	}
	if e.Detail != "" {
		fields = append(fields, zap.String("detail", e.Detail))
	}
	if !e.Until.IsZero() {
		fields = append(fields, zap.String("until", e.Until.Format(time.RFC3339)))
	}
	if what := e.Class().Advice(); what != "" {
		fields = append(fields, zap.String("advice", what))
	}
	if (e.To == fsm.Closed || e.To == fsm.Halted) && e.Kind != fsm.Stop {
		level = zapcore.WarnLevel
		if lines := a.heard.unknown.Latest(toldLines); len(lines) > 0 {
			fields = append(fields, zap.Strings("unknown_lines", lines))
		}
	}
	a.cfg.Log.Log(level, "state", fields...)
}

// news are the kinds that a person wants to read of although the state stays, and how loudly.
var news = map[fsm.Kind]zapcore.Level{
	fsm.Version: zapcore.InfoLevel, fsm.APIReady: zapcore.InfoLevel, fsm.APILost: zapcore.WarnLevel, fsm.TradeReady: zapcore.InfoLevel, fsm.TradeLost: zapcore.WarnLevel,
	fsm.OutcomeUnknown: zapcore.WarnLevel, fsm.OutcomeExcused: zapcore.WarnLevel, fsm.LoginRepeated: zapcore.WarnLevel,
	fsm.Fetching: zapcore.InfoLevel, fsm.Fetched: zapcore.InfoLevel, fsm.FetchFailed: zapcore.WarnLevel,
	fsm.SessionStillLost: zapcore.WarnLevel,
	fsm.TradePassword:    zapcore.WarnLevel, fsm.DeviceLockIsOn: zapcore.WarnLevel,
}

// logNews writes a line of an entry that did not change the state, if it is one of those.
func (a *Agent) logNews(e fsm.Entry) {
	level, ok := news[e.Kind]
	if !ok {
		return
	}
	fields := []zap.Field{zap.Uint64("seq", e.Seq), zap.String("kind", string(e.Kind))}
	if e.Part != "" {
		fields = append(fields, zap.String("missing", string(e.Part)))
	}
	if e.Detail != "" {
		fields = append(fields, zap.String("detail", e.Detail))
	}
	if what := e.Kind.Advice(); what != "" {
		fields = append(fields, zap.String("advice", what))
	}
	a.cfg.Log.Log(level, "event", fields...)
}

func (a *Agent) warn(doing string, err error) { a.cfg.Log.Warn(doing, zap.Error(err)) }
