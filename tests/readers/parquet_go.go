// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

// As ParquetJava.java, with parquet-go. `out` is JSON: {name: {"type": text, "values": [value, ...]}}: the type as parquet-go
// knows it, and the values as ParquetJava.java has them.
package main

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime/debug"
	"strings"

	"github.com/parquet-go/parquet-go"
)

const module = "github.com/parquet-go/parquet-go"

type question struct {
	Path    string   `json:"path"`
	Columns []string `json:"columns"`
	Out     string   `json:"out"`
	Counts  []string `json:"counts"`
}

type answer struct {
	Predicates int      `json:"predicates"`
	Wrong      []string `json:"wrong"`
	Unasked    string   `json:"unasked,omitempty"`
	Error      string   `json:"error,omitempty"`
}

type column struct {
	Type   string `json:"type"`
	Values []any  `json:"values"`
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return "unknown"
}

// chunks are those of a column, one of each row group.
func chunks(file *parquet.File, name string) (*parquet.Column, []*parquet.FileColumnChunk, error) {
	leaf := file.Root().Column(name)
	if leaf == nil {
		return nil, nil, fmt.Errorf("no column %q", name)
	}
	var found []*parquet.FileColumnChunk
	for _, group := range file.RowGroups() {
		found = append(found, group.ColumnChunks()[leaf.Index()].(*parquet.FileColumnChunk))
	}
	return leaf, found, nil
}

func eachOfPage(page parquet.Page, do func(parquet.Value)) error {
	defer parquet.Release(page)
	values := make([]parquet.Value, page.NumValues())
	n, err := page.Values().ReadValues(values)
	if err != nil && err != io.EOF {
		return err
	}
	if n != len(values) {
		return fmt.Errorf("%d of %d values", n, len(values))
	}
	for _, value := range values {
		do(value)
	}
	return nil
}

func each(chunk *parquet.FileColumnChunk, do func(parquet.Value)) error {
	pages := chunk.Pages()
	defer pages.Close()
	for {
		page, err := pages.ReadPage()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = eachOfPage(page, do)
		}
		if err != nil {
			return err
		}
	}
}

func plain(value parquet.Value) any {
	switch value.Kind() {
	case parquet.Boolean:
		return value.Boolean()
	case parquet.Int32:
		return value.Int32()
	case parquet.Int64:
		return value.Int64()
	case parquet.Float:
		return hex.EncodeToString(binary.LittleEndian.AppendUint32(nil, math.Float32bits(value.Float())))
	case parquet.Double:
		return hex.EncodeToString(binary.LittleEndian.AppendUint64(nil, math.Float64bits(value.Double())))
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return hex.EncodeToString(value.ByteArray())
	}
	return nil // a NULL
}

func read(file *parquet.File, ask question) error {
	out := map[string]column{}
	for _, name := range ask.Columns {
		leaf, found, err := chunks(file, name)
		if err != nil {
			return err
		}
		values := []any{}
		for _, chunk := range found {
			if err := each(chunk, func(value parquet.Value) { values = append(values, plain(value)) }); err != nil {
				return err
			}
		}
		out[name] = column{leaf.Type().String(), values}
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return os.WriteFile(ask.Out, text, 0o666)
}

// predicate is a comparison with a value.
type predicate struct {
	operator string
	right    parquet.Value
	compare  func(parquet.Value, parquet.Value) int
}

func isNaN(value parquet.Value) bool {
	return value.Kind() == parquet.Float && math.IsNaN(float64(value.Float())) ||
		value.Kind() == parquet.Double && math.IsNaN(value.Double())
}

func (p predicate) holds(value parquet.Value) bool {
	if value.IsNull() || isNaN(value) {
		return false
	}
	order := p.compare(value, p.right)
	switch p.operator {
	case "=":
		return order == 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// mayHold says whether it may hold for a value of these bounds.
func (p predicate) mayHold(least, greatest parquet.Value) bool {
	switch p.operator {
	case "=":
		return p.compare(least, p.right) <= 0 && p.compare(greatest, p.right) >= 0
	case "<", "<=":
		return p.holds(least)
	}
	return p.holds(greatest)
}

// leavesOut says whether the bounds of a column chunk, or its Bloom filter, say that it holds for none of its values.
func (p predicate) leavesOut(chunk *parquet.FileColumnChunk) (bool, error) {
	if least, greatest, ok := chunk.Bounds(); ok && !p.mayHold(least, greatest) {
		return true, nil
	}
	filter := chunk.BloomFilter()
	if filter == nil || p.operator != "=" {
		return false, nil
	}
	there, err := filter.Check(p.right)
	return !there, err
}

func hasNullPage(bounds parquet.ColumnIndex) bool {
	for i := range bounds.NumPages() {
		if bounds.NullPage(i) {
			return true
		}
	}
	return false
}

// countOfPages is how many rows of a column chunk it holds for, of which pages are left out by their bounds.
func (p predicate) countOfPages(chunk *parquet.FileColumnChunk) (rows int, err error) {
	count := func(value parquet.Value) {
		if p.holds(value) {
			rows++
		}
	}
	bounds, err := chunk.ColumnIndex()
	if errors.Is(err, parquet.ErrMissingColumnIndex) {
		err = each(chunk, count)
		return rows, err
	}
	if err != nil {
		return 0, err
	}
	places, err := chunk.OffsetIndex()
	if err != nil {
		return 0, err
	}
	first := 0
	if p.operator == "=" && !hasNullPage(bounds) { // among which its search goes astray
		first = parquet.Search(bounds, p.right, chunk.Type())
	}
	pages := chunk.Pages()
	defer pages.Close()
	for i := first; i < bounds.NumPages(); i++ {
		if bounds.NullPage(i) || !p.mayHold(bounds.MinValue(i), bounds.MaxValue(i)) {
			continue
		}
		if err := pages.SeekToRow(places.FirstRowIndex(i)); err != nil {
			return 0, err
		}
		page, err := pages.ReadPage()
		if err != nil {
			return 0, err
		}
		if err := eachOfPage(page, count); err != nil {
			return 0, err
		}
	}
	return rows, nil
}

func (p predicate) count(found []*parquet.FileColumnChunk) (rows int, err error) {
	for _, chunk := range found {
		out, err := p.leavesOut(chunk)
		if err != nil {
			return 0, err
		}
		if out {
			continue
		}
		here, err := p.countOfPages(chunk)
		if err != nil {
			return 0, err
		}
		rows += here
	}
	return rows, nil
}

// hasOrder says whether parquet-go compares values as the format does: it has decimals of bytes without a sign.
func hasOrder(of parquet.Type) bool {
	bytes := of.Kind() == parquet.ByteArray || of.Kind() == parquet.FixedLenByteArray
	return of.String() != "INTERVAL" && !(bytes && strings.HasPrefix(of.String(), "DECIMAL"))
}

func (a *answer) add(what string, pruned, whole int) {
	a.Predicates++
	if pruned != whole {
		a.Wrong = append(a.Wrong, fmt.Sprintf("%s: %d instead of %d", what, pruned, whole))
	}
}

func (a *answer) countColumn(file *parquet.File, name string) error {
	leaf, found, err := chunks(file, name)
	if err != nil || !hasOrder(leaf.Type()) {
		return err
	}
	var whole []parquet.Value
	nulls, there := 0, []parquet.Value{}
	for _, chunk := range found {
		nulls += int(chunk.NullCount())
		if err := each(chunk, func(value parquet.Value) { whole = append(whole, value.Clone()) }); err != nil {
			return err
		}
	}
	for _, value := range whole {
		if !value.IsNull() {
			there = append(there, value)
		}
	}
	a.add(name+" is null", nulls, len(whole)-len(there))
	for i := 0; i < len(there); i += max(1, len(there)/4) {
		for _, operator := range []string{"=", "<", "<=", ">", ">="} {
			p := predicate{operator, there[i], leaf.Type().Compare}
			if isNaN(p.right) {
				continue
			}
			pruned, err := p.count(found)
			if err != nil {
				return err
			}
			rows := 0
			for _, value := range there {
				if p.holds(value) {
					rows++
				}
			}
			a.add(fmt.Sprintf("%s %s %v", name, operator, p.right), pruned, rows)
		}
	}
	return nil
}

// caught calls; a panic is an error too.
func caught(call func() error) (err error) {
	defer func() {
		if why := recover(); why != nil {
			err = fmt.Errorf("panic: %v", why)
		}
	}()
	return call()
}

// withFile opens without the page index, which is then read column by column: as a whole it takes all columns for columns
// without bounds where the first one is.
func withFile(path string, do func(*parquet.File) error) error {
	return caught(func() error {
		source, err := os.Open(path)
		if err != nil {
			return err
		}
		defer source.Close()
		about, err := source.Stat()
		if err != nil {
			return err
		}
		file, err := parquet.OpenFile(source, about.Size(), parquet.SkipPageIndex(true))
		if err != nil {
			return err
		}
		return do(file)
	})
}

func answerOf(ask question) answer {
	result := answer{Wrong: []string{}}
	if err := withFile(ask.Path, func(file *parquet.File) error { return read(file, ask) }); err != nil {
		result.Error = err.Error()
		return result
	}
	for _, name := range ask.Counts {
		if err := withFile(ask.Path, func(file *parquet.File) error { return result.countColumn(file, name) }); err != nil {
			result.Unasked = err.Error()
		}
	}
	return result
}

func main() {
	fmt.Println(version())
	lines, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var ask question
		if lines.Decode(&ask) != nil {
			return
		}
		if answers.Encode(answerOf(ask)) != nil {
			return
		}
	}
}
