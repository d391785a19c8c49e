# Permissions as code: a policy in YAML becomes task-targets and roles.

terraform {
  required_version = ">= 1.8"
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

# Everything is taken from the environment, or from the PE client tools of this machine.
provider "pe" {}

locals {
  policy = yamldecode(file("${path.module}/${var.policy_file}"))

  # One grant for each entry of may_run, by "TEAM: ENTRY".
  grants = merge([
    for team, entry in local.policy.teams : {
      for name, grant in try(entry.may_run, {}) : "${team}: ${name}" => merge(
        { team = team, tasks = null, all_tasks = false, nodes = null, node_groups = null, query = null }, grant
      )
    }
  ]...)

  users  = toset(flatten([for team in local.policy.teams : try(team.users, [])]))
  groups = toset(flatten([for team in local.policy.teams : try(team.groups, [])]))
}

data "pe_user" "member" {
  for_each = local.users
  login    = each.key
}

data "pe_group" "member" {
  for_each = local.groups
  login    = each.key
}

resource "pe_task_target" "grant" {
  for_each = local.grants

  display_name = each.key
  tasks        = each.value.tasks
  all_tasks    = each.value.all_tasks
  nodes        = each.value.nodes
  node_groups  = each.value.node_groups == null ? null : [for name in each.value.node_groups : try(local.policy.node_groups[name], name)]
  pql_query    = each.value.query

  lifecycle {
    # Roles move to the new task-target before the old one is forgotten.
    create_before_destroy = true

    precondition {
      condition     = alltrue([for name in coalesce(each.value.node_groups, []) : can(local.policy.node_groups[name])])
      error_message = "\"${each.key}\" names a node group that is not in node_groups of the policy."
    }
  }
}

resource "pe_role" "team" {
  for_each = local.policy.teams

  display_name = each.key
  description  = try(each.value.description, null)

  permissions = concat(
    [
      for name, grant in local.grants : {
        object_type = "tasks"
        action      = "run_with_constraints"
        instance    = pe_task_target.grant[name].id
      } if grant.team == each.key
    ],
    [
      for text in try(each.value.permissions, []) : zipmap(["object_type", "action", "instance"], regex("^([^:]+):([^:]+):(.+)$", text))
    ],
  )

  user_ids  = [for login in try(each.value.users, []) : data.pe_user.member[login].id]
  group_ids = [for login in try(each.value.groups, []) : data.pe_group.member[login].id]
}
