# Rules that every policy must keep. `terraform test` checks policy.yaml against them, without a server: keep what fits, and
# add your own.

mock_provider "pe" {
  mock_data "pe_user" {
    defaults = { id = "00000000-0000-4000-8000-000000000001" }
  }
  mock_data "pe_group" {
    defaults = { id = "00000000-0000-4000-8000-000000000002" }
  }
  mock_data "pe_node_group" {
    defaults = { id = "00000000-0000-4000-8000-000000000003" }
  }
}

run "rules" {
  command = plan

  assert {
    condition     = length(local.unknown_keys) == 0
    error_message = "The policy has keys that mean nothing, so they may be spelt wrongly: ${join(", ", local.unknown_keys)}."
  }

  assert {
    condition = alltrue([
      for target in pe_task_target.grant :
      !target.all_tasks || (target.node_groups == null && target.pql_query == null && length(coalesce(target.nodes, [])) <= 3)
    ])
    error_message = "Every task may only be allowed on at most three nodes that are named one by one."
  }

  assert {
    condition     = alltrue([for target in pe_task_target.grant : !contains(coalesce(target.tasks, []), "exec")])
    error_message = "The task exec runs any command, so nobody may be allowed to run it by name."
  }

  assert {
    condition = alltrue([
      for target in pe_task_target.grant :
      length(coalesce(target.nodes, [])) + length(coalesce(target.node_groups, [])) > 0 || target.pql_query != null
    ])
    error_message = "A grant without nodes, node groups or a query allows nothing: name some, or remove it."
  }

  assert {
    condition     = alltrue([for team in local.teams : length(concat(team.users, team.groups)) > 0])
    error_message = "A team without people is a role that nobody reviews. Name users or groups, or remove it."
  }

  assert {
    condition = alltrue(flatten([
      for team in local.teams : [
        for permission in team.permissions : !startswith(permission, "user") && !startswith(permission, "tasks:run:")
      ]
    ]))
    error_message = "Neither the rights to manage users and roles nor tasks:run, which holds on every node, are given by this policy."
  }
}
