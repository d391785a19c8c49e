// SPDX-License-Identifier: MPL-2.0

package functions_test

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/functions"
)

// call calls a function as the protocol does. It returns the result, or the error and the number of the argument at fault.
func call(t *testing.T, name string, arguments ...attr.Value) (result attr.Value, problem string, at int64) {
	t.Helper()
	for _, construct := range functions.All() {
		f := construct()
		var metadata function.MetadataResponse
		if f.Metadata(t.Context(), function.MetadataRequest{}, &metadata); metadata.Name != name {
			continue
		}
		var definition function.DefinitionResponse
		f.Definition(t.Context(), function.DefinitionRequest{}, &definition)
		if len(definition.Definition.Parameters) != len(arguments) {
			t.Fatalf("%s has %d parameters", name, len(definition.Definition.Parameters))
		}
		data, failed := definition.Definition.Return.NewResultData(t.Context())
		if failed != nil {
			t.Fatal(failed)
		}
		response := function.RunResponse{Result: data}
		f.Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData(arguments)}, &response)
		if response.Error == nil {
			return response.Result.Value(), "", -1
		}
		if response.Error.FunctionArgument == nil {
			t.Fatalf("the error is about no argument: %s", response.Error.Text)
		}
		return nil, response.Error.Text, *response.Error.FunctionArgument
	}
	t.Fatalf("there is no function %s", name)
	return nil, "", 0
}

// texts are arguments that are strings.
func texts(values ...string) (arguments []attr.Value) {
	for _, value := range values {
		arguments = append(arguments, types.StringValue(value))
	}
	return arguments
}

// example is a call and what it must return, or the argument at fault and the error.
type example struct {
	arguments []attr.Value
	want      string
	at        int64
	problem   string
}

// check calls a function that returns a string.
func check(t *testing.T, name string, examples map[string]example) {
	t.Helper()
	for title, e := range examples {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			result, problem, at := call(t, name, e.arguments...)
			if problem != e.problem || problem != "" && at != e.at {
				t.Fatalf("got the error %q at argument %d, want %q at %d", problem, at, e.problem, e.at)
			}
			if problem == "" && !result.Equal(types.StringValue(e.want)) {
				t.Errorf("got %s, want %q", result, e.want)
			}
		})
	}
}

func TestPQLString(t *testing.T) {
	t.Parallel()
	check(t, "pql_string", map[string]example{
		"a word":                {arguments: texts("web"), want: `"web"`},
		"nothing":               {arguments: texts(""), want: `""`},
		"double quotes":         {arguments: texts(`a "b" c`), want: `"a \"b\" c"`},
		"an end of the string":  {arguments: texts(`" or certname ~ "`), want: `"\" or certname ~ \""`},
		"a backslash":           {arguments: texts(`web\.example`), want: `"web\\.example"`},
		"a backslash at an end": {arguments: texts(`web\`), want: `"web\\"`},
		"single quotes":         {arguments: texts(`it's`), want: `"it's"`},
		"lines and tabs":        {arguments: texts("a\n\tb\r"), want: `"a\n\tb\r"`},
		"other letters":         {arguments: texts("größe <&> 木"), want: `"größe <&> 木"`},
		"a control character":   {arguments: texts("a\x1bb"), want: `"a\u001bb"`},
		"NUL": {
			arguments: texts("a\x00b"), at: 0,
			problem: "the text has the character NUL in it, which PuppetDB stores nowhere, so that nothing would match",
		},
	})
}

func TestPQLArray(t *testing.T) {
	t.Parallel()
	list := func(kind attr.Type, values ...attr.Value) []attr.Value {
		return []attr.Value{types.DynamicValue(types.ListValueMust(kind, values))}
	}
	tuple := func(values ...attr.Value) []attr.Value {
		kinds := make([]attr.Type, len(values))
		for i, value := range values {
			kinds[i] = value.Type(t.Context())
		}
		return []attr.Value{types.DynamicValue(types.TupleValueMust(kinds, values))}
	}
	number := func(text string) attr.Value {
		parsed, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return types.NumberValue(parsed)
	}
	check(t, "pql_array", map[string]example{
		"strings":          {arguments: list(types.StringType, texts("a", `b"c`)...), want: `["a", "b\"c"]`},
		"one":              {arguments: list(types.StringType, texts("a")...), want: `["a"]`},
		"a set":            {arguments: []attr.Value{types.DynamicValue(types.SetValueMust(types.StringType, texts("a", "b")))}, want: `["a", "b"]`},
		"of several kinds": {arguments: tuple(types.StringValue("4"), number("4"), number("-0.1"), types.BoolValue(true)), want: `["4", 4, -0.1, true]`},
		"a large number":   {arguments: list(types.NumberType, number("1e21")), want: `[1000000000000000000000]`},
		"empty": {
			arguments: list(types.StringType), at: 0,
			problem: "the list is empty, and PQL has no empty array: leave out the condition, or what uses the query",
		},
		"an element is null": {
			arguments: list(types.StringType, types.StringValue("a"), types.StringNull()), at: 0,
			problem: "element 1 is null: leave it out of the list",
		},
		"an element with NUL": {
			arguments: list(types.StringType, texts("\x00")...), at: 0,
			problem: "element 0 has the character NUL in it, which PuppetDB stores nowhere, so that nothing would match",
		},
		"lists in a list": {
			arguments: tuple(types.ListValueMust(types.StringType, texts("a"))), at: 0,
			problem: "element 0 is neither a string nor a number nor a boolean",
		},
		"no list": {
			arguments: []attr.Value{types.DynamicValue(types.StringValue("a"))}, at: 0,
			problem: `a list is needed, such as ["node1.example.com", "node2.example.com"]`,
		},
		"an object": {
			arguments: []attr.Value{types.DynamicValue(types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue("b")}))},
			problem:   `a list is needed, such as ["node1.example.com", "node2.example.com"]`,
		},
	})
	for title, arguments := range map[string][]attr.Value{
		"one":   list(types.StringType, types.StringUnknown()),
		"of it": list(types.StringType, types.StringValue("a"), types.StringUnknown()),
	} {
		if result, problem, _ := call(t, "pql_array", arguments...); problem != "" || !result.IsUnknown() {
			t.Errorf("%s is unknown: got %v %s", title, result, problem)
		}
	}
}

func TestParsePermission(t *testing.T) {
	t.Parallel()
	const form = "a permission is object_type:action:instance, such as tasks:run:package, with * for all instances"
	for text, want := range map[string][3]string{
		"tasks:run:package":                    {"tasks", "run", "package"},
		"tasks:run:mysql::sql":                 {"tasks", "run", "mysql::sql"},
		"console_page:view:*":                  {"console_page", "view", "*"},
		"node_groups:view::":                   {"node_groups", "view", ":"},
		"files:read:a name with spaces: and :": {"files", "read", "a name with spaces: and :"},
	} {
		result, problem, _ := call(t, "parse_permission", types.StringValue(text))
		if problem != "" {
			t.Errorf("%s: %s", text, problem)
			continue
		}
		if got, ok := result.(types.Object); !ok || !got.Equal(types.ObjectValueMust(got.AttributeTypes(t.Context()), map[string]attr.Value{
			"object_type": types.StringValue(want[0]), "action": types.StringValue(want[1]), "instance": types.StringValue(want[2]),
		})) {
			t.Errorf("%s: got %s", text, result)
		}
	}
	for text, want := range map[string]string{
		"":                     `"" has 1 of the three parts: ` + form,
		"tasks":                `"tasks" has 1 of the three parts: ` + form,
		"tasks:run":            `"tasks:run" has 2 of the three parts: ` + form,
		":run:package":         `":run:package" has no object_type: ` + form,
		"tasks: :package":      `"tasks: :package" has no action: ` + form,
		"tasks:run:":           `"tasks:run:" has no instance: ` + form,
		"tasks: run:package":   `"tasks: run:package" has white space in its action, where there is none in Puppet Enterprise: ` + form,
		"node groups:view:*":   `"node groups:view:*" has white space in its object_type, where there is none in Puppet Enterprise: ` + form,
		"tasks:run:package \n": `"tasks:run:package \n" has white space in its instance, where there is none in Puppet Enterprise: ` + form,
	} {
		if _, problem, at := call(t, "parse_permission", types.StringValue(text)); problem != want || at != 0 {
			t.Errorf("%q: got %q at %d, want %q", text, problem, at, want)
		}
	}
}

func TestNextRun(t *testing.T) {
	t.Parallel()
	check(t, "next_run", map[string]example{
		"before the start":           {arguments: texts("2030-01-05T02:00:00+01:00", "168h", "2030-01-01T00:00:00Z"), want: "2030-01-05T02:00:00+01:00"},
		"at the start":               {arguments: texts("2030-01-05T02:00:00+01:00", "168h", "2030-01-05T01:00:00Z"), want: "2030-01-12T02:00:00+01:00"},
		"years later":                {arguments: texts("2020-01-04T02:00:00+01:00", "168h", "2030-01-01T00:00:00Z"), want: "2030-01-05T02:00:00+01:00"},
		"within a day":               {arguments: texts("2030-01-05T00:00:00Z", "1h30m", "2030-01-05T01:31:00Z"), want: "2030-01-05T03:00:00Z"},
		"in a fraction of a second":  {arguments: texts("2030-01-05T00:00:00.25Z", "1h", "2030-01-05T00:00:00.2Z"), want: "2030-01-05T00:00:00.25Z"},
		"after a fraction":           {arguments: texts("2030-01-05T00:00:00.25Z", "1h", "2030-01-05T00:00:00.3Z"), want: "2030-01-05T01:00:00.25Z"},
		"in another zone":            {arguments: texts("2030-01-05T02:00:00+01:00", "24h", "2030-01-05T22:00:00-05:00"), want: "2030-01-07T02:00:00+01:00"},
		"the clocks have changed":    {arguments: texts("2030-03-30T02:00:00+01:00", "24h", "2030-03-31T12:00:00+02:00"), want: "2030-04-01T02:00:00+01:00"},
		"more years than a duration": {arguments: texts("0001-01-01T00:00:00Z", "24h", "2030-01-01T12:00:00Z"), want: "2030-01-02T00:00:00Z"},
		"the start is no time": {
			arguments: texts("tomorrow", "24h", "2030-01-01T00:00:00Z"), at: 0,
			problem: `"tomorrow" is not a time such as 2030-01-05T02:00:00+01:00: date, time and offset, the last of which is Z for UTC`,
		},
		"days": {
			arguments: texts("2030-01-05T02:00:00Z", "7d", "2030-01-01T00:00:00Z"), at: 1,
			problem: `"7d" is not a duration such as 24h or 168h: whole or decimal numbers, each with one of the units h, m, s and ms. ` +
				`Days and weeks are not known: write 24h or 168h`,
		},
		"no interval": {
			arguments: texts("2030-01-05T02:00:00Z", "0s", "2030-01-01T00:00:00Z"), at: 1, problem: `"0s" is shorter than one second`,
		},
		"without an offset": {
			arguments: texts("2030-01-05T02:00:00Z", "24h", "2030-01-01"), at: 2,
			problem: `"2030-01-01" has no offset, so that it is not known which zone it is in: write 2030-01-01T00:00:00Z for UTC, or ` +
				`2030-01-01T00:00:00+01:00 with the offset of your zone`,
		},
		"beyond the end of years": {
			arguments: texts("2030-01-05T02:00:00Z", "24h", "9999-12-31T12:00:00Z"), at: 2,
			problem: `"9999-12-31T12:00:00Z" leaves no such time before the year 10000`,
		},
	})
}

func TestWeekly(t *testing.T) {
	t.Parallel()
	const clock = "is not a time of the day: 00:00 to 23:59, in two digits each, with seconds as in 02:00:30 if they matter"
	wrongClock := func(text string) example {
		return example{arguments: texts("monday", text, "UTC", "2030-01-01T00:00:00Z"), at: 1, problem: `"` + text + `" ` + clock}
	}
	check(t, "weekly", map[string]example{
		"in winter":               {arguments: texts("sunday", "02:00", "Europe/Berlin", "2030-01-01T00:00:00Z"), want: "2030-01-06T02:00:00+01:00"},
		"in summer":               {arguments: texts("sunday", "02:00", "Europe/Berlin", "2030-07-01T00:00:00Z"), want: "2030-07-07T02:00:00+02:00"},
		"skipped":                 {arguments: texts("sunday", "02:30", "Europe/Berlin", "2030-03-30T00:00:00Z"), want: "2030-03-31T03:30:00+02:00"},
		"twice":                   {arguments: texts("sunday", "02:30", "Europe/Berlin", "2030-10-26T00:00:00Z"), want: "2030-10-27T02:30:00+02:00"},
		"any case":                {arguments: texts("Sunday", "02:00", "UTC", "2030-01-01T00:00:00Z"), want: "2030-01-06T02:00:00Z"},
		"with seconds":            {arguments: texts("MONDAY", "23:59:58", "UTC", "2030-01-07T23:59:57.5Z"), want: "2030-01-07T23:59:58Z"},
		"at the time":             {arguments: texts("monday", "23:59", "UTC", "2030-01-08T00:59:00+01:00"), want: "2030-01-14T23:59:00Z"},
		"before there were zones": {arguments: texts("monday", "00:00", "Europe/Berlin", "1850-01-01T00:00:00Z"), want: "1850-01-06T23:06:32Z"},
		"a day that is short":     {arguments: texts("mon", "02:00", "UTC", "2030-01-01T00:00:00Z"), at: 0, problem: `"mon" is not a day of the week, which are monday, tuesday, wednesday, thursday, friday, saturday and sunday`},
		"a day that is wrong":     {arguments: texts("tusday", "02:00", "UTC", "2030-01-01T00:00:00Z"), at: 0, problem: `"tusday" is not a day of the week; the nearest name is tuesday`},
		"one digit":               wrongClock("2:00"),
		"one digit and more":      wrongClock("2:00 "),
		"am":                      wrongClock("02:00am"),
		"24 hours":                wrongClock("24:00"),
		"61 minutes":              wrongClock("00:61"),
		"61 seconds":              wrongClock("00:00:61"),
		"one digit, seconds":      wrongClock("2:00:00."),
		"no time":                 wrongClock(""),
		"the local zone":          {arguments: texts("monday", "02:00", "Local", "2030-01-01T00:00:00Z"), at: 2, problem: `"Local" is not a time zone of the IANA database, such as Europe/Berlin or UTC`},
		"a place":                 {arguments: texts("monday", "02:00", "berlin", "2030-01-01T00:00:00Z"), at: 2, problem: `"berlin" is not a time zone of the IANA database; the nearest name is Europe/Berlin`},
		"after no time":           {arguments: texts("monday", "02:00", "UTC", ""), at: 3, problem: `"" is not a time such as 2030-01-05T02:00:00+01:00: date, time and offset, the last of which is Z for UTC`},
		"beyond the years":        {arguments: texts("friday", "12:00", "UTC", "9999-12-31T12:00:00Z"), at: 3, problem: `"9999-12-31T12:00:00Z" leaves no such time before the year 10000`},
	})
}
