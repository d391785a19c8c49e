# What `terraform test` takes for everything that this provider offers, without a server. Copy the file to tests/mocks and write
#
#   mock_provider "pe" {
#     source = "./tests/mocks"
#   }
#
# Terraform makes up a text for a computed value that is not named here, and leaves lists of objects empty.

mock_resource "pe_task" {
  defaults = { id = "101", owner = "admin", state = "finished", node_count = 1 }
}

mock_resource "pe_deploy" {
  defaults = { id = "102", owner = "admin", state = "finished", node_count = 1 }
}

mock_resource "pe_plan_run" {
  defaults = { id = "103", owner = "admin", state = "success" }
}

mock_resource "pe_scheduled_task" {
  defaults = { id = "201", next_run = "2030-01-05T02:00:00Z" }
}

mock_resource "pe_scheduled_deploy" {
  defaults = { id = "202", next_run = "2030-01-05T02:00:00Z" }
}

mock_resource "pe_scheduled_plan" {
  defaults = { id = "203", next_run = "2030-01-05T02:00:00Z" }
}

mock_resource "pe_task_target" {
  defaults = { id = "301", url = "https://pe.example.com:8143/orchestrator/v1/scopes/task_targets/301" }
}

mock_resource "pe_code_deploy" {
  defaults = {
    deploy_signatures = { production = "8a1c4e7f0b3d6f9a2c5e8b1d4f7a0c3e6b9d2f5a" }
    failures          = {}
  }
}

mock_resource "pe_node_group" {
  defaults = {
    id                 = "00000000-0000-4000-8000-000000000003"
    parent             = "00000000-0000-4000-8000-000000000000"
    environment        = "production"
    environment_trumps = false
    classes            = {}
    config_data        = {}
    variables          = {}
  }
}

mock_resource "pe_node_group_pin" {
  defaults = { id = "00000000-0000-4000-8000-000000000003/node1.example.com" }
}

mock_resource "pe_role" {
  defaults = { id = "401", permissions = [], user_ids = [], group_ids = [] }
}

mock_resource "pe_role_permission" {
  defaults = { id = "401:tasks:run:facts" }
}

mock_resource "pe_role_membership" {
  defaults = { id = "401:user:00000000-0000-4000-8000-000000000001" }
}

mock_resource "pe_user" {
  defaults = { id = "00000000-0000-4000-8000-000000000004", role_ids = [] }
}

mock_resource "pe_directory_group" {
  defaults = { id = "00000000-0000-4000-8000-000000000002", role_ids = [] }
}

mock_data "pe_node_group" {
  defaults = {
    id          = "00000000-0000-4000-8000-000000000003"
    environment = "production"
    parent      = "00000000-0000-4000-8000-000000000000"
    classes     = {}
    config_data = {}
    variables   = {}
    nodes       = []
  }
}

mock_data "pe_node_groups" {
  defaults = { groups = [] }
}

mock_data "pe_user" {
  defaults = { id = "00000000-0000-4000-8000-000000000001", role_ids = ["401"], group_ids = [] }
}

mock_data "pe_group" {
  defaults = { id = "00000000-0000-4000-8000-000000000002", role_ids = ["401"], user_ids = [] }
}

mock_data "pe_users" {
  defaults = { ids = {}, users = [] }
}

mock_data "pe_groups" {
  defaults = { ids = {}, groups = [] }
}

mock_data "pe_role" {
  defaults = { id = "401", permissions = [], user_ids = [], group_ids = [] }
}

mock_data "pe_permission_types" {}

mock_data "pe_task_target" {
  defaults = { id = "301", tasks = ["facts"], nodes = ["node1.example.com"] }
}

mock_data "pe_task_targets" {}

mock_data "pe_job" {
  defaults = { type = "task", state = "finished", environment = "production", node_count = 1 }
}

mock_data "pe_job_nodes" {
  defaults = { next_event = 7 }
}

mock_data "pe_job_events" {}

mock_data "pe_job_report" {}

mock_data "pe_jobs" {
  defaults = { total = 0 }
}

mock_data "pe_plan_job" {
  defaults = { state = "success" }
}

mock_data "pe_plan_job_events" {}

mock_data "pe_plan_jobs" {
  defaults = { total = 0 }
}

mock_data "pe_scheduled_jobs" {
  defaults = { total = 0 }
}

mock_data "pe_inventory" {}

mock_data "pe_puppetdb_query" {
  defaults = { rows = [], certnames = [], row_count = 0 }
}

mock_data "pe_tasks" {
  defaults = { code_id = "0123abcd" }
}

mock_data "pe_task_metadata" {
  defaults = { description = "A task", private = false, supports_noop = false }
}

mock_data "pe_plans" {}

mock_data "pe_plan_metadata" {
  defaults = { description = "A plan" }
}

mock_data "pe_usage" {}

mock_data "pe_orchestrator" {
  defaults = { state = "running" }
}
