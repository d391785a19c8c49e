// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"
)

// MaxDepth is how deep objects and arrays of others may be nested. What is deeper stays JSON text.
const MaxDepth = 64

// ForeignForm says in descriptions in which form values of others are.
const ForeignForm = "Names and texts are in Unicode's normal form C, and of two names that are then the same one gets a number (`é " +
	"(2)`). Numbers with more than 1,000 digits or an exponent beyond 308, whole numbers that Terraform cannot hold to the last digit " +
	"(from 155 digits on), and what is nested more than 64 deep are their JSON text, a string."

// valueCost is what a value costs beside its text: its type stands in the state, and it has a place of its own in memory.
const valueCost = 32

// Foreign is a value of somebody else, such as a server or a node, as an attribute can hold it. Nothing in it can keep Terraform from
// taking it: names and texts are in the form in which Terraform has them, numbers and nesting are bounded.
type Foreign struct {
	// Value is [types.DynamicNull] for null.
	Value attr.Value
	// Size is about what the value takes in a state, in bytes.
	Size int
	// Renamed are names that are the same to Terraform as another one of their object, as they were and as they are.
	Renamed []Renaming
	kind    attr.Type
}

// ParseJSON reads the one value of a JSON text, with numbers as [json.Number].
func ParseJSON(raw json.RawMessage) (any, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		return nil, fmt.Errorf("decoding JSON: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("decoding JSON: there is more than one value")
	}
	return decoded, nil
}

// FromForeign converts what [ParseJSON] has read.
func FromForeign(plain any) Foreign {
	c := &conversion{}
	value, kind := c.value(plain, 0)
	return Foreign{Value: value, Size: c.size, Renamed: c.renamed, kind: kind}
}

// ForeignObject puts values under names of others.
func ForeignObject(members map[string]Foreign) Foreign {
	values, kinds := make(map[string]attr.Value, len(members)), make(map[string]attr.Type, len(members))
	object := Foreign{Size: valueCost}
	names, renamed := namesOf(members)
	object.Renamed = renamed
	for _, raw := range slices.Sorted(maps.Keys(members)) {
		name, member := names[raw], members[raw]
		values[name], kinds[name] = member.Value, member.kind
		object.Size += sizeOfName(name) + member.Size
		object.Renamed = append(object.Renamed, member.Renamed...)
	}
	object.Value, object.kind = types.ObjectValueMust(kinds, values), types.ObjectType{AttrTypes: kinds}
	return object
}

// ForeignText is a text that is null or not, without a conversion.
func ForeignText(text types.String) Foreign {
	normal := text
	if !text.IsNull() {
		normal = types.StringValue(norm.NFC.String(text.ValueString()))
	}
	return Foreign{Value: normal, Size: valueCost + len(normal.ValueString()), kind: types.StringType}
}

// ForeignNumber is a number that is null or not, without a conversion.
func ForeignNumber(number types.Number) Foreign {
	return Foreign{Value: number, Size: valueCost, kind: types.NumberType}
}

// conversion converts a value from its leaves up, so that the type of each part is made once.
type conversion struct {
	anyDepth bool
	size     int
	renamed  []Renaming
}

func (c *conversion) value(plain any, depth int) (attr.Value, attr.Type) {
	c.size += valueCost
	switch plain := plain.(type) {
	case bool:
		return types.BoolValue(plain), types.BoolType
	case string:
		return c.text(plain)
	case json.Number:
		number, ok := literal(plain.String())
		if !ok {
			return c.text(plain.String())
		}
		c.size += writtenOut(plain.String())
		return types.NumberValue(number), types.NumberType
	case []any:
		if depth == MaxDepth && !c.anyDepth {
			return c.text(JSONText(plain))
		}
		return c.tuple(plain, depth+1)
	case map[string]any:
		if depth == MaxDepth && !c.anyDepth {
			return c.text(JSONText(plain))
		}
		return c.object(plain, depth+1)
	default: // nil, as encoding/json has nothing else
		return types.DynamicNull(), types.DynamicType
	}
}

func (c *conversion) text(text string) (attr.Value, attr.Type) {
	text = norm.NFC.String(text)
	c.size += len(text)
	return types.StringValue(text), types.StringType
}

func (c *conversion) tuple(items []any, depth int) (attr.Value, attr.Type) {
	values, kinds := make([]attr.Value, len(items)), make([]attr.Type, len(items))
	for i, item := range items {
		values[i], kinds[i] = c.value(item, depth)
	}
	return types.TupleValueMust(kinds, values), types.TupleType{ElemTypes: kinds}
}

func (c *conversion) object(items map[string]any, depth int) (attr.Value, attr.Type) {
	values, kinds := make(map[string]attr.Value, len(items)), make(map[string]attr.Type, len(items))
	names, renamed := namesOf(items)
	c.renamed = append(c.renamed, renamed...)
	for raw, item := range items {
		name := names[raw]
		values[name], kinds[name] = c.value(item, depth)
		c.size += sizeOfName(name)
	}
	return types.ObjectValueMust(kinds, values), types.ObjectType{AttrTypes: kinds}
}

// sizeOfName is what a name takes: it stands in the value and in its type.
func sizeOfName(name string) int { return 2 * len(name) }

// JSONText writes a value that has a JSON form as JSON, with the names of objects in order, and without the escapes that HTML needs.
func JSONText(plain any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(plain); err != nil {
		return "" // what encoding/json has decoded, it can encode
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// AsRead returns something that has a JSON form as [ToGo] would return it, had it been read.
func AsRead(value any) any {
	encoded, err := json.Marshal(value)
	if err != nil {
		return value
	}
	plain, err := ParseJSON(encoded)
	if err != nil {
		return value
	}
	return plainForm(plain)
}

// plainForm is a value of JSON as [ToGo] returns it: with names, texts and numbers in the form in which Terraform has them, but however
// large and deep it is.
func plainForm(plain any) any {
	switch plain := plain.(type) {
	case string:
		return norm.NFC.String(plain)
	case json.Number:
		if number, ok := literal(plain.String()); ok {
			return numberText(number)
		}
		return plain
	case []any:
		items := make([]any, len(plain))
		for i, item := range plain {
			items[i] = plainForm(item)
		}
		return items
	case map[string]any:
		members := make(map[string]any, len(plain))
		names, _ := namesOf(plain)
		for raw, item := range plain {
			members[names[raw]] = plainForm(item)
		}
		return members
	default:
		return plain
	}
}
