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

  # What a policy may contain. A misspelt key would otherwise be ignored, and a grant without its nodes allows more.
  keys = {
    policy = ["node_groups", "directory_groups", "teams"]
    team   = ["description", "users", "groups", "may_run", "permissions"]
    grant  = ["tasks", "all_tasks", "nodes", "node_groups", "query"]
  }

  # A key without a value is null, which is the same as no key.
  node_groups = merge(try(local.policy.node_groups, null), {})
  written     = { for team, entry in merge(try(local.policy.teams, null), {}) : team => merge(entry, {}) }
  teams = {
    for team, entry in local.written : team => {
      description = try(entry.description, null)
      users       = try(entry.users, null) == null ? [] : [for login in entry.users : login]
      groups      = try(entry.groups, null) == null ? [] : [for login in entry.groups : login]
      permissions = try(entry.permissions, null) == null ? [] : [for text in entry.permissions : text]
      may_run     = { for name, grant in merge(try(entry.may_run, null), {}) : name => merge(grant, {}) }
    }
  }

  # One grant for each entry of may_run, by "TEAM: ENTRY".
  grants = merge([
    for team, entry in local.teams : {
      for name, grant in entry.may_run : "${team}: ${name}" => {
        team        = team
        tasks       = try(grant.tasks, null)
        all_tasks   = try(grant.all_tasks, null) == null ? false : grant.all_tasks
        nodes       = try(grant.nodes, null)
        node_groups = try(grant.node_groups, null)
        query       = try(grant.query, null)
      }
    }
  ]...)

  # Every key that is not known, and where it is. The output `policy` fails when there is one.
  unknown_keys = concat(
    [for key in setsubtract(keys(local.policy), local.keys.policy) : key],
    flatten([for team, entry in local.written : [for key in setsubtract(keys(entry), local.keys.team) : "${team}: ${key}"]]),
    flatten([
      for team, entry in local.teams : [
        for name, grant in entry.may_run : [for key in setsubtract(keys(grant), local.keys.grant) : "${team}: ${name}: ${key}"]
      ]
    ]),
  )

  users  = toset(flatten([for team in local.teams : team.users]))
  groups = toset(flatten([for team in local.teams : team.groups]))

  # Those that this configuration imports, and those that are there already.
  directory_groups = toset(try(local.policy.directory_groups, null) == null ? [] : local.policy.directory_groups)
  known_groups     = setsubtract(local.groups, local.directory_groups)
}

data "pe_user" "member" {
  for_each = local.users
  login    = each.key
}

data "pe_group" "member" {
  for_each = local.known_groups
  login    = each.key
}

# What they may do is in the roles below.
resource "pe_directory_group" "member" {
  for_each = local.directory_groups
  login    = each.key
}

data "pe_node_group" "named" {
  for_each = local.node_groups
  name     = each.value
}

resource "pe_task_target" "grant" {
  for_each = local.grants

  display_name = each.key
  tasks        = each.value.tasks
  all_tasks    = each.value.all_tasks
  nodes        = each.value.nodes
  node_groups  = each.value.node_groups == null ? null : [for name in each.value.node_groups : try(data.pe_node_group.named[name].id, name)]
  pql_query    = each.value.query

  lifecycle {
    # Roles move to the new task-target before the old one is forgotten.
    create_before_destroy = true

    precondition {
      condition     = alltrue([for name in coalesce(each.value.node_groups, []) : can(local.node_groups[name])])
      error_message = "\"${each.key}\" names a node group that is not in node_groups of the policy."
    }
  }
}

resource "pe_role" "team" {
  for_each = local.teams

  display_name = each.key
  description  = each.value.description

  permissions = concat(
    [
      for name, grant in local.grants : {
        object_type = "tasks"
        action      = "run_with_constraints"
        instance    = pe_task_target.grant[name].id
      } if grant.team == each.key
    ],
    [for text in each.value.permissions : provider::pe::parse_permission(text)],
  )

  user_ids = [for login in each.value.users : data.pe_user.member[login].id]
  group_ids = [
    for login in each.value.groups :
    contains(local.directory_groups, login) ? pe_directory_group.member[login].id : data.pe_group.member[login].id
  ]
}
