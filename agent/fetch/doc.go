// Package fetch gets Futu's archive of the daemon and puts the command-line program of it into a folder.
//
// It knows nothing of logins: whoever calls it has looked whether it may. The archive is Futu's; its terms are accepted by a person.
// A fetch can be cut anywhere: what was downloaded is gone on with, what was half unpacked is removed, and what was in place before
// stays in place until the new one is whole.
package fetch
