package openapi

import (
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// decoder walks over the fields of a message. Fields that nobody asks for are skipped; a known field with a wrong wire
// type ends the walk with an error.
type decoder struct {
	rest   []byte
	number protowire.Number
	typ    protowire.Type
	value  []byte // of the current field, as on the wire
	err    error
}

// next goes to the next field. It returns false at the end, and once anything was wrong.
func (d *decoder) next() bool {
	if d.err != nil || len(d.rest) == 0 {
		return false
	}
	number, typ, n := protowire.ConsumeTag(d.rest)
	if n < 0 {
		d.err = protowire.ParseError(n)
		return false
	}
	size := protowire.ConsumeFieldValue(number, typ, d.rest[n:])
	if size < 0 {
		d.err = fmt.Errorf("field %d: %w", number, protowire.ParseError(size))
		return false
	}
	d.number, d.typ, d.value = number, typ, d.rest[n:n+size]
	d.rest = d.rest[n+size:]
	return true
}

// is reports whether the current field has the wire type that is wanted, and remembers it if not.
func (d *decoder) is(typ protowire.Type) bool {
	if d.typ != typ && d.err == nil {
		d.err = fmt.Errorf("field %d: wire type %d instead of %d", d.number, d.typ, typ)
	}
	return d.typ == typ
}

func (d *decoder) varint() uint64 {
	if !d.is(protowire.VarintType) {
		return 0
	}
	v, _ := protowire.ConsumeVarint(d.value)
	return v
}

func (d *decoder) int32() int32 { return int32(d.varint()) }
func (d *decoder) bool() bool   { return d.varint() != 0 }

func (d *decoder) double() float64 {
	if !d.is(protowire.Fixed64Type) {
		return 0
	}
	v, _ := protowire.ConsumeFixed64(d.value)
	return math.Float64frombits(v)
}

// bytes is a part of what is decoded, not a copy.
func (d *decoder) bytes() []byte {
	if !d.is(protowire.BytesType) {
		return nil
	}
	v, _ := protowire.ConsumeBytes(d.value)
	return v
}

func (d *decoder) string() string { return string(d.bytes()) }

// message decodes an embedded message.
func (d *decoder) message(decode func([]byte) error) {
	if b := d.bytes(); d.err == nil {
		if err := decode(b); err != nil {
			d.err = fmt.Errorf("field %d: %w", d.number, err)
		}
	}
}

// encoder appends fields to a message.
type encoder []byte

func (e *encoder) varint(n protowire.Number, v uint64) {
	*e = protowire.AppendVarint(protowire.AppendTag(*e, n, protowire.VarintType), v)
}

// int32 writes a negative number in ten bytes, as protobuf does.
func (e *encoder) int32(n protowire.Number, v int32) { e.varint(n, uint64(int64(v))) }
func (e *encoder) bool(n protowire.Number, v bool)   { e.varint(n, protowire.EncodeBool(v)) }

func (e *encoder) double(n protowire.Number, v float64) {
	*e = protowire.AppendFixed64(protowire.AppendTag(*e, n, protowire.Fixed64Type), math.Float64bits(v))
}

func (e *encoder) string(n protowire.Number, v string) {
	*e = protowire.AppendString(protowire.AppendTag(*e, n, protowire.BytesType), v)
}

func (e *encoder) bytes(n protowire.Number, v []byte) {
	*e = protowire.AppendBytes(protowire.AppendTag(*e, n, protowire.BytesType), v)
}
