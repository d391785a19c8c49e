# What becomes of a policy, whatever it says: these tests guard main.tf, with a small policy of their own.

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

variables {
  policy_file = "tests/small.yaml"
}

run "each_team_may_use_its_own_task_targets" {
  assert {
    condition     = toset(keys(pe_role.team)) == toset(["One", "Two"]) && toset(keys(pe_task_target.grant)) == toset(["One: a", "One: b", "Two: a"])
    error_message = "Each team is a role, and each of its grants a task-target."
  }

  assert {
    condition = toset([for p in pe_role.team["One"].permissions : p.instance]) == toset([
      pe_task_target.grant["One: a"].id, pe_task_target.grant["One: b"].id,
    ])
    error_message = "A role permits the task-targets of its own team and no others."
  }

  assert {
    condition = contains(tolist(pe_role.team["Two"].permissions), tomap({
      object_type = "plans", action = "run", instance = "facts::info"
    })) && length(pe_role.team["Two"].permissions) == 2
    error_message = "Further permissions are added, and their instances may have colons."
  }

  assert {
    condition     = length(pe_role.team["One"].user_ids) == 1 && length(pe_role.team["One"].group_ids) == 0 && length(pe_role.team["Two"].group_ids) == 2
    error_message = "A role has the people of its team, and nobody else."
  }

  assert {
    condition = (
      toset(keys(pe_directory_group.member)) == toset(["oncall"]) && toset(keys(data.pe_group.member)) == toset(["webteam"])
      && contains(tolist(pe_role.team["Two"].group_ids), pe_directory_group.member["oncall"].id)
    )
    error_message = "Directory groups of the policy are imported, others are looked up, and roles take both by login."
  }

  assert {
    condition     = pe_task_target.grant["Two: a"].node_groups == toset(["00000000-0000-4000-8000-000000000003"])
    error_message = "Node groups are named in the policy, and given to Puppet Enterprise by id."
  }
}

run "a_key_with_nothing_behind_it" {
  command = plan

  variables {
    policy_file = "tests/empty_keys.yaml"
  }

  assert {
    condition = (
      toset(keys(pe_task_target.grant)) == toset(["Three: a"]) && toset(keys(pe_role.team)) == toset(["One", "Two", "Three"])
      && length(pe_role.team["One"].permissions) == 0 && length(pe_role.team["One"].user_ids) == 0 && length(pe_role.team["Two"].group_ids) == 0
      && pe_task_target.grant["Three: a"].all_tasks == false && pe_task_target.grant["Three: a"].node_groups == null
    )
    error_message = "A key with nothing behind it is the same as no key."
  }
}

run "a_misspelt_key" {
  command = plan

  variables {
    policy_file = "tests/misspelt.yaml"
  }

  expect_failures = [output.policy]

  assert {
    condition     = toset(local.unknown_keys) == toset(["node_group", "One: user", "One: a: node"])
    error_message = "Every unknown key is found."
  }
}

run "a_node_group_that_nobody_named" {
  command = plan

  variables {
    policy_file = "tests/unknown_group.yaml"
  }

  expect_failures = [pe_task_target.grant["One: a"]]
}
