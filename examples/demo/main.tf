# Permissions, schedules and jobs of a Puppet Enterprise, in one apply. `make demo` runs it against the simulator; with
# PE_SERVER_URL, a token and a CA certificate it does the same to a real one.

terraform {
  required_version = ">= 1.8"
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

# Everything is taken from the environment, or from the PE client tools of this machine.
provider "pe" {
  default_userdata = {
    managed_by = "terraform"
  }
}

locals {
  policy = yamldecode(file("${path.module}/policy.yaml"))
}

# Permissions as code: one task-target for each entry of the policy.
resource "pe_task_target" "policy" {
  for_each = local.policy.task_targets

  display_name = each.key
  tasks        = try(each.value.tasks, null)
  all_tasks    = try(each.value.all_tasks, null)
  nodes        = try(each.value.nodes, null)
  node_groups  = try(each.value.node_groups, null)
  pql_query    = try(each.value.query, null)

  # Roles should move to a new task-target before the old one is forgotten.
  lifecycle {
    create_before_destroy = true
  }
}

# Maintenance as code: restart the web servers every week.
resource "pe_scheduled_task" "weekly_restart" {
  task           = "service"
  params         = { action = "restart", name = "httpd" }
  scope          = { query = var.web_servers }
  scheduled_time = var.maintenance_start
  interval       = "168h"
  description    = "Weekly restart of the web servers"
}

# Jobs as steps of an apply: Puppet first, ...
resource "pe_deploy" "web" {
  environment = "production"
  scope       = { query = var.web_servers }
  description = "Roll out the web tier"
}

# ... then a task, whose structured results are values, ...
resource "pe_task" "httpd" {
  task            = "package"
  params          = { action = "status", name = "httpd" }
  scope           = { query = var.web_servers }
  capture_results = "all"
  depends_on      = [pe_deploy.web]
}

# ... and a plan.
resource "pe_plan_run" "facts" {
  plan_name    = "facts::info"
  query_params = { targets = var.web_servers }
  depends_on   = [pe_task.httpd]
}

data "pe_job" "rollout" {
  id = pe_deploy.web.id
}
