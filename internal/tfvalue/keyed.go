// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"cmp"
	"container/heap"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// Keyed collects values by a key such as a job's number. Together they are one dynamic attribute, because lists and maps cannot hold
// dynamic values. Each value is converted when it is added, so that no second copy of all of them is needed.
//
// All of them together are bounded. What is kept is decided by the keys, so that it does not depend on the order in which they come: when
// there is too much, the last keys in order of the alphabet keep only their short form, and when that is too much as well, they are left
// out.
type Keyed struct {
	// Limit is how large all values may be together, [DefaultLimit] if it is 0.
	Limit int
	// Each is how large one value may be, if it is not 0.
	Each int
	// Cut is told the key of each value that has lost its long form after it was put.
	Cut func(key string)

	values map[string]Foreign
	short  map[string]Foreign
	long   lastKeys // those with a long form
	all    lastKeys
	size   int
	// From these keys on, nothing is kept in full, or at all.
	shortFrom, noneFrom string
	cut                 map[string]bool
	left                int
}

// DefaultLimit is how large the values of one attribute may be, in bytes: far below what Terraform accepts from a provider in one
// message, which is 256 MiB.
const DefaultLimit = 32 << 20

// Omitted stands in the place of a value that is too large.
func Omitted(bytes int) Foreign {
	size := json.Number(fmt.Sprint(bytes))
	return FromForeign(map[string]any{"_omitted": map[string]any{"bytes": size}})
}

// Add adds something that has a JSON form.
func (v *Keyed) Add(key string, value any, summary string, diags *diag.Diagnostics) {
	encoded, err := json.Marshal(value)
	if err != nil {
		diags.AddError(summary, prose.Sentence(err.Error()))
		v.Put(key, FromForeign(nil), FromForeign(nil))
		return
	}
	v.AddJSON(key, encoded, summary, diags)
}

// AddJSON adds a JSON text.
func (v *Keyed) AddJSON(key string, raw json.RawMessage, summary string, diags *diag.Diagnostics) {
	if v.TooLong(len(raw)) {
		v.PutShort(key, Omitted(len(raw)))
		return
	}
	plain, err := ParseJSON(raw)
	if err != nil {
		diags.AddError(summary, prose.Sentence(err.Error()))
	}
	v.Put(key, FromForeign(plain), Omitted(len(raw)))
}

// TooLong reports whether a JSON text is too long to be kept, whatever it holds.
func (v *Keyed) TooLong(length int) bool { return length > v.limit() || v.Each > 0 && length > v.Each }

func (v *Keyed) limit() int { return cmp.Or(v.Limit, DefaultLimit) }

// Put adds a value, with what stands in its place if there is too much. The zero value says that it is short already.
func (v *Keyed) Put(key string, value, short Foreign) {
	if v.values == nil {
		v.values, v.short = map[string]Foreign{}, map[string]Foreign{}
		v.cut = map[string]bool{}
	}
	v.remove(key) // a server may tell of a key twice
	v.values[key] = value
	v.size += sizeOfName(key) + value.Size
	heap.Push(&v.all, key)
	if short.Value != nil && short.Size < value.Size {
		v.short[key] = short
		heap.Push(&v.long, key)
		if v.noneFrom != "" || v.shortFrom != "" && key >= v.shortFrom || v.Each > 0 && value.Size > v.Each {
			v.shorten(key)
		}
	}
	v.shrink()
}

// PutShort adds what stands in the place of a value that was not even converted.
func (v *Keyed) PutShort(key string, short Foreign) {
	v.Put(key, short, Foreign{})
	v.note(key)
}

// remove takes back what was put under a key.
func (v *Keyed) remove(key string) {
	if value, ok := v.values[key]; ok {
		v.size -= sizeOfName(key) + value.Size
		delete(v.values, key)
		delete(v.short, key)
		delete(v.cut, key)
	}
}

// shrink takes away what is too much, from the last key on.
func (v *Keyed) shrink() {
	for v.size > v.limit() && len(v.long) > 0 {
		key, _ := heap.Pop(&v.long).(string)
		if _, ok := v.short[key]; ok {
			v.shorten(key)
			v.shortFrom = key
		}
	}
	for len(v.all) > 0 && (v.size > v.limit() || v.noneFrom != "" && v.all[0] >= v.noneFrom) {
		key, _ := heap.Pop(&v.all).(string)
		if _, ok := v.values[key]; !ok {
			continue
		}
		v.remove(key)
		if v.noneFrom == "" || key < v.noneFrom {
			v.noneFrom = key
		}
		v.left++
		v.tell(key)
	}
}

// shorten keeps only the short form of a value.
func (v *Keyed) shorten(key string) {
	v.size += v.short[key].Size - v.values[key].Size
	v.values[key] = v.short[key]
	delete(v.short, key)
	v.note(key)
}

// note remembers that the value of a key is not kept.
func (v *Keyed) note(key string) {
	if _, ok := v.values[key]; ok {
		v.cut[key] = true
	}
	v.tell(key)
}

func (v *Keyed) tell(key string) {
	if v.Cut != nil {
		v.Cut(key)
	}
}

// Shortened and LeftOut are how many values are kept in their short form only, and how many are not.
func (v *Keyed) Shortened() int { return len(v.cut) }

// LeftOut is how many values are not kept at all.
func (v *Keyed) LeftOut() int { return v.left }

// Object returns the object of all values.
func (v *Keyed) Object() Foreign { return ForeignObject(v.values) }

// Value returns the object of all values. It warns of what is missing, with what to do about it, and of names that had to change.
func (v *Keyed) Value(what, advice string, diags *diag.Diagnostics) types.Dynamic {
	object := v.Object()
	WarnRenamed(object.Renamed, what, diags)
	if v.Shortened()+v.LeftOut() > 0 {
		diags.AddWarning(what+": not all of it is here", fmt.Sprintf("%s %s", v.missing(), advice))
	}
	return types.DynamicValue(object.Value)
}

// IsLong reports whether the value of a key is kept as it was put.
func (v *Keyed) IsLong(key string) bool {
	_, ok := v.values[key]
	return ok && !v.cut[key]
}

// missing says what is not kept.
func (v *Keyed) missing() string {
	text := fmt.Sprintf("It is larger than the %s that are kept. ", prose.Bytes(v.limit()))
	if n := v.Shortened(); n > 0 {
		text += fmt.Sprintf("For %s only the size is there, under `_omitted`. ", prose.Count(int64(n), "value"))
	}
	if v.left > 0 {
		text += fmt.Sprintf("%s left out. ", prose.Count(int64(v.left), "value"))
	}
	return text
}

// lastKeys is a heap with the last key in front.
type lastKeys []string

// Len implements [heap.Interface].
func (k lastKeys) Len() int { return len(k) }

// Less implements [heap.Interface].
func (k lastKeys) Less(i, j int) bool { return k[i] > k[j] }

// Swap implements [heap.Interface].
func (k lastKeys) Swap(i, j int) { k[i], k[j] = k[j], k[i] }

// Push implements [heap.Interface].
func (k *lastKeys) Push(key any) {
	if key, ok := key.(string); ok {
		*k = append(*k, key)
	}
}

// Pop implements [heap.Interface].
func (k *lastKeys) Pop() any {
	last := len(*k) - 1
	key := (*k)[last]
	*k = (*k)[:last]
	return key
}
