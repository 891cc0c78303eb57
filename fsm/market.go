package fsm

import "time"

// RemindBefore is how long before the opening of the market a person is reminded: enough for a login, an SMS and a look at the machine.
const RemindBefore = 30 * time.Minute

// Market is when the account's first market opens, Monday to Friday. It knows no holidays: a reminder too many wakes nobody up for
// long. Its zero value never opens.
type Market struct {
	Hour, Minute int
	Zone         *time.Location // nil for none
}

// Reminder is the first time after another at which a person is reminded of what must be mended before the market opens; zero for never.
func (m Market) Reminder(after time.Time) time.Time {
	if m.Zone == nil {
		return time.Time{}
	}
	day := after.In(m.Zone)
	for n := range 8 { // a week and the rest of the day before it
		open := time.Date(day.Year(), day.Month(), day.Day()+n, m.Hour, m.Minute, 0, 0, m.Zone)
		at := open.Add(-RemindBefore)
		if weekday := open.Weekday(); at.After(after) && weekday != time.Saturday && weekday != time.Sunday {
			return at
		}
	}
	panic("fsm: no weekday in a week after " + after.String())
}
