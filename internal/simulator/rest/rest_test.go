// SPDX-License-Identifier: MPL-2.0

package rest_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

func TestRouter_Find(t *testing.T) {
	t.Parallel()
	never := func() bool { return false }
	router := rest.NewRouter([]rest.Route[string]{
		{Method: "GET", Pattern: "/jobs", Handler: "list"},
		{Method: "POST", Pattern: "/jobs", Handler: "create"},
		{Method: "GET", Pattern: "/jobs/{id}", Handler: "one", Except: []string{"special"}},
		{Method: "GET", Pattern: "/jobs/{id}/nodes", Handler: "nodes"},
		{Method: "GET", Pattern: "/plans/{module}/{plan...}", Handler: "plan"},
		{Method: "GET", Pattern: "/gone", Handler: "gone", When: never},
	})
	for _, tc := range []struct {
		method, path, handler string
		vars                  map[string]string
		allowed               string
	}{
		{"GET", "/jobs", "list", nil, ""},
		{"POST", "/jobs", "create", nil, ""},
		{"PUT", "/jobs", "", nil, "GET POST"},
		{"GET", "/jobs/7", "one", map[string]string{"id": "7"}, ""},
		{"GET", "/jobs/a%2Fb", "one", map[string]string{"id": "a/b"}, ""},
		{"GET", "/jobs/special", "", nil, ""},
		{"GET", "/jobs/7/nodes", "nodes", map[string]string{"id": "7"}, ""},
		{"GET", "/plans/a/b/c", "plan", map[string]string{"module": "a", "plan": "b/c"}, ""},
		{"GET", "/plans/a", "", nil, ""},
		{"GET", "/jobs/", "", nil, ""},
		{"GET", "//jobs", "", nil, ""},
		{"GET", "/jobs/%zz", "", nil, ""},
		{"GET", "/", "", nil, ""},
		{"GET", "/gone", "", nil, ""},
	} {
		t.Run(tc.method+" "+tc.path, func(t *testing.T) {
			t.Parallel()
			handler, vars, allowed, ok := router.Find(tc.method, tc.path)
			if handler != tc.handler || ok != (tc.handler != "") || strings.Join(allowed, " ") != tc.allowed {
				t.Errorf("handler %q, allowed %v", handler, allowed)
			}
			for name, value := range tc.vars {
				if vars[name] != value {
					t.Errorf("%s is %q, want %q", name, vars[name], value)
				}
			}
		})
	}
}

func TestFields_Read(t *testing.T) {
	t.Parallel()
	const body = `{"s":"x","n":7,"b":true,"l":["a"],"i":[1,2],"o":{"k":1},"null":null,"list":[{"a":"x"}],"deep":{"er":{"x":1}}}`
	for _, tc := range []struct {
		name string
		read func(*rest.Fields)
		want string
	}{
		{"everything", func(f *rest.Fields) {
			f.Require("s", "n")
			f.String("s")
			f.Int("n", 7)
			f.Bool("b")
			f.Strings("l")
			f.Ints("i")
			f.Object("o")
			f.OptionalString("null")
			f.List("list")[0].String("a")
			f.Fields("deep").Fields("er").Int("x", 0)
		}, ""},
		{"missing", func(f *rest.Fields) { f.Require("nosuch") }, "nosuch is required"},
		{"unknown", func(f *rest.Fields) { all(f, "s") }, "s is not a known key"},
		{"unknown below", func(f *rest.Fields) { all(f, "deep"); f.Fields("deep").Fields("er") }, "deep.er.x is not a known key"},
		{"unknown in a list", func(f *rest.Fields) { all(f, "list"); f.List("list") }, "list[0].a is not a known key"},
		{"no string", func(f *rest.Fields) { f.String("n") }, "n must be a string"},
		{"null", func(f *rest.Fields) { f.String("null") }, "null must be a string"},
		{"no number", func(f *rest.Fields) { f.Int("s", 0) }, "s must be an integer"},
		{"small number", func(f *rest.Fields) { f.Int("n", 8) }, "n must be at least 8"},
		{"no list", func(f *rest.Fields) { f.Strings("o") }, "o must be an array of strings"},
		{"no list of strings", func(f *rest.Fields) { f.Strings("i") }, "i must be an array of strings"},
		{"no list of integers", func(f *rest.Fields) { f.Ints("l") }, "l must be an array of integers"},
		{"no list of objects", func(f *rest.Fields) { f.List("l") }, "l must be an array of objects"},
		{"no object", func(f *rest.Fields) { f.Fields("s").Require("x") }, "s must be an object"},
		{"the first of two", func(f *rest.Fields) { f.Fail("b", "is wrong"); f.Fail("a", "is wrong") }, "b is wrong"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			f, err := rest.ReadFields([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			tc.read(f)
			got := ""
			if err := f.Done(); err != nil {
				got = err.Error()
			}
			if got != tc.want {
				t.Errorf("problem %q, want %q", got, tc.want)
			}
			if f.Failed() != (tc.want != "") {
				t.Errorf("failed is %v", f.Failed())
			}
		})
	}
}

// all makes every key known but one.
func all(f *rest.Fields, but string) {
	for _, key := range f.Keys() {
		if key != but {
			f.Has(key)
		}
	}
}

func TestFields_NullStandsForEmpty(t *testing.T) {
	t.Parallel()
	f, err := rest.ReadFields([]byte(`{"l":null,"o":null,"v":null}`))
	if err != nil {
		t.Fatal(err)
	}
	if l := f.NullableStrings("l"); l == nil || len(l) != 0 {
		t.Errorf("a list that is null reads %v", l)
	}
	if o := f.NullableObject("o"); o == nil || len(o) != 0 {
		t.Errorf("an object that is null reads %v", o)
	}
	if v := f.Value("v"); v != nil {
		t.Errorf("null reads %v", v)
	}
	if err := f.Done(); err != nil {
		t.Error(err)
	}
}

func TestReadFields_BodiesThatAreNotObjects(t *testing.T) {
	t.Parallel()
	for body, object := range map[string]bool{`[]`: true, `null`: true, `"x"`: true, `{`: false, `{}{}`: false, ``: false} {
		_, err := rest.ReadFields([]byte(body))
		if err == nil || errors.Is(err, rest.ErrNotObject) != object {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestParams(t *testing.T) {
	t.Parallel()
	c := &rest.Call{Query: url.Values{"n": {"5"}, "word": {"asc"}, "t": {"2026-01-10T08:00:00Z"}, "d": {"2026-01-10"}, "empty": {""}}}
	p := c.Params()
	if n := p.Int("n", 0, 1); n != 5 {
		t.Errorf("n is %d", n)
	}
	if n := p.Int("other", 0, 1); n != 1 {
		t.Errorf("the fallback is %d", n)
	}
	if w := p.Enum("word", "desc", "asc", "desc"); w != "asc" {
		t.Errorf("word is %q", w)
	}
	if p.Time("t").IsZero() || p.Day("d").IsZero() || !p.Time("other").IsZero() || !p.Day("other").IsZero() {
		t.Error("times are wrong")
	}
	if err := p.Done(); err != nil {
		t.Error(err)
	}
	for name, read := range map[string]func(*rest.Params){
		"n":     func(p *rest.Params) { p.Int("n", 6, 0) },
		"empty": func(p *rest.Params) { p.Int("empty", 0, 0) },
		"word":  func(p *rest.Params) { p.Enum("word", "x", "x") },
		"d":     func(p *rest.Params) { p.Time("d") },
		"t":     func(p *rest.Params) { p.Day("t") },
	} {
		p := c.Params()
		read(p)
		var problem *rest.FieldError
		if err := p.Done(); !errors.As(err, &problem) || problem.Key != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	items := []int{1, 2, 3}
	for _, tc := range []struct {
		limit, offset int
		want          []int
	}{{0, 0, items}, {2, 0, []int{1, 2}}, {2, 2, []int{3}}, {2, 9, []int{}}} {
		if got := rest.Page(items, tc.limit, tc.offset); !slices.Equal(got, tc.want) {
			t.Errorf("limit %d, offset %d: %v", tc.limit, tc.offset, got)
		}
	}
}

func TestCall(t *testing.T) {
	t.Parallel()
	c := &rest.Call{Header: http.Header{}, Query: url.Values{"token": {"query"}}}
	if got := c.Authentication(); got != "query" {
		t.Errorf("the token is %q", got)
	}
	c.Header.Set("X-Authentication", "header")
	if got := c.Authentication(); got != "header" {
		t.Errorf("the token is %q", got)
	}
	for contentType, want := range map[string]bool{
		"application/json": true, "Application/JSON; charset=utf-8": true, "text/plain": false, "": false, "application/jsonx": false,
	} {
		c.Header.Set("Content-Type", contentType)
		if c.SendsJSON() != want {
			t.Errorf("%q: %v", contentType, !want)
		}
	}
	for accept, want := range map[string]bool{"application/json": true, "text/html, application/json;q=0.9": true, "*/*": false, "": false} {
		c.Header.Set("Accept", accept)
		if c.AcceptsJSON() != want {
			t.Errorf("%q: %v", accept, !want)
		}
	}
}

func TestEncode(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		answer            rest.Answer
		contentType, body string
	}{
		{rest.JSON(200, map[string]int{"a": 1}), "application/json", `{"a":1}`},
		{rest.Text(200, "running"), "text/plain;charset=utf-8", "running"},
		{rest.Answer{Status: 204}, "", ""},
		{rest.Answer{Status: 200, Text: "<p>", ContentType: "text/html"}, "text/html", "<p>"},
	} {
		header, body, err := tc.answer.Encode()
		if err != nil || header.Get("Content-Type") != tc.contentType || string(body) != tc.body {
			t.Errorf("%v: %v %q %v", tc.answer, header, body, err)
		}
	}
	if _, _, err := rest.JSON(200, func() {}).Encode(); err == nil {
		t.Error("a function was encoded")
	}
}
