// Package record keeps what the daemon prints, byte for byte and with times, so that any login can be replayed exactly.
//
// A record is a file of JSON lines, one file for each run of the daemon. The first line is the [Header]; each other one is
// an [Entry]: a chunk as it was read from the terminal, a line that the gateway typed, how the daemon ended, or why the
// record ends early. Passwords and codes are in none of them: their bytes are overwritten with asterisks, in the echo
// too, so that every chunk keeps its length.
//
// A record never holds up the daemon and never fails its run: when the disk is full or too slow, or the record has its
// size, it stops, and says so.
package record
