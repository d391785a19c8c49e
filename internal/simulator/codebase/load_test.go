// SPDX-License-Identifier: MPL-2.0

package codebase_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
)

// file is the content of a file in a folder.
func file(content string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(content)} }

func TestEnvironment_LoadsAFolder(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{
		"modules/shop/tasks/init.json": file(`{"description": "Looks after the shop", "puppet_task_version": 1, "supports_noop": true,
			"parameters": {"state": {"type": "Enum[open, closed]"}, "retries": {"type": "Optional[Integer[0]]", "default": 3}, "pin": {"type": "String[4]", "sensitive": true}},
			"implementations": [{"name": "init.sh", "requirements": ["shell"]}]}`),
		"modules/shop/tasks/init.sh":          file("#!/bin/sh"),
		"modules/shop/tasks/bare.py":          file("#!/usr/bin/python"),
		"modules/shop/tasks/README.md":        file("Not a task"),
		"modules/shop/plans/close.json":       file(`{"parameters": {"shops": {"type": "TargetSpec"}, "note": {"type": "Optional[String]"}, "late": {"type": "Boolean", "default_value": false}, "by": {"type": "Any", "default_value": null}}}`),
		"modules/shop/plans/sub/open.pp":      file("plan shop::sub::open(TargetSpec $shops) { }"),
		"modules/shop/plans/close.pp":         file("plan shop::close(TargetSpec $shops) { }"),
		"modules/shop/metadata.json":          file(`{"name": "site-shop", "version": "1.0.0"}`),
		"modules/shop/spec/fixtures/bad.json": file(`{`),
		"modules/shop/.git/tasks/x.json":      file(`{`),
		"saved/task.json":                     file(`{"id": "https://pe:8143/orchestrator/v1/tasks/stock/count", "name": "stock::count", "metadata": {"private": true, "parameters": {}}, "files": [{"filename": "count.rb"}]}`),
		"saved/plan.json":                     file(`{"id": "https://pe:8143/orchestrator/v1/plans/stock/init", "name": "stock", "metadata": {}, "permitted": true}`),
		"saved/other.json":                    file(`{"id": "x", "name": "y", "metadata": {"a": 1}}`),
		"saved/strange/tasks/odd.json":        file(`{"parameters": {"what": {"type": "Array[String"}}}`),
	}
	e := codebase.New().Ensure("production")
	loaded, err := e.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(loaded.Tasks, " "), "shop shop::bare stock::count strange::odd"; got != want {
		t.Errorf("tasks %q, want %q", got, want)
	}
	if got, want := strings.Join(loaded.Plans, " "), "shop::close shop::sub::open stock"; got != want {
		t.Errorf("plans %q, want %q", got, want)
	}
	remarks := strings.Join(loaded.Remarks, "\n")
	for _, want := range []string{"README", "shop::sub::open takes every parameter", "saved/other.json", "strange::odd, parameter what"} {
		if !strings.Contains(remarks, want) {
			t.Errorf("no remark has %q: %s", want, remarks)
		}
	}
	if strings.Contains(remarks, "plan shop::close") {
		t.Errorf("there are metadata of shop::close: %s", remarks)
	}

	shop, _ := e.Task("shop")
	if files := shop.FilesIn("production"); len(files) != 1 || files[0].Filename != "init.sh" || !shop.SupportsNoop {
		t.Errorf("the task is %+v", shop)
	}
	if metadata, err := json.Marshal(shop.Metadata()); err != nil || !strings.Contains(string(metadata), `"puppet_task_version":1`) {
		t.Errorf("the metadata are %s", metadata)
	}
	for _, tc := range []struct{ params, want string }{
		{`{"state": "open", "pin": "1234"}`, ""}, {`{"state": "ajar", "pin": "1234"}`, "state"}, {`{"state": "open"}`, "pin"},
	} {
		var params map[string]any
		if err := json.Unmarshal([]byte(tc.params), &params); err != nil {
			t.Fatal(err)
		}
		resolved, wrong := shop.Resolve(params)
		if got := wrong; (got == nil) != (tc.want == "") || got != nil && got.Parameter != tc.want {
			t.Errorf("%s: %v", tc.params, wrong)
		}
		if wrong == nil && resolved["retries"] != json.Number("3") {
			t.Errorf("the parameters are %v", resolved)
		}
	}
	if got := shop.Execute(codebase.TaskRun{Noop: true}).Result["_output"]; got != "Simulated shop without changing anything\n" {
		t.Errorf("the task prints %v", got)
	}

	closing, _ := e.Plan("shop::close")
	if _, wrong := closing.Resolve(map[string]any{"shops": "a"}); wrong == nil || wrong.Parameter != "note" {
		t.Errorf("without note: %v", wrong)
	}
	script := closing.Execute(codebase.PlanRun{Params: map[string]any{"shops": []any{"a", "b"}, "note": "x"}})
	if len(script.Steps) != 2 || script.Steps[1].Job == nil || len(script.Steps[1].Job.Targets) != 2 || script.Result(nil) != nil {
		t.Errorf("the plan does %+v", script)
	}
	stock, _ := e.Plan("stock")
	if !stock.NoMetadata || stock.Execute(codebase.PlanRun{Params: map[string]any{"x": 1}}).Steps[1].Pause == 0 {
		t.Errorf("the plan is %+v", stock)
	}
}

func TestEnvironment_LoadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"shop/tasks/a.json": `{"parameters": `, "shop/tasks/b.json": `{"parameters": []}`, "shop/tasks/c.json": `{"parameters": {"x": {"type": 1}}}`,
		"shop/plans/d.json": `[]`,
	} {
		if _, err := codebase.New().Ensure("production").Load(fstest.MapFS{name: file(content)}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
