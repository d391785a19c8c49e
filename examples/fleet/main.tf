# From a commit of the control repository to a patched fleet, in one apply: code, node groups, a canary ring, the fleet, a
# weekly schedule, and the people who may restart it.

terraform {
  required_version = ">= 1.8"
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

# Everything else is taken from the environment, or from the PE client tools of this machine. Plans tell how many nodes each
# scope hits, and the first ten.
provider "pe" {
  preview_scopes = true
}

# 1. The code comes to all compilers.
resource "pe_code_deploy" "release" {
  environments = [var.environment]
  triggers     = { commit = var.commit }
}

locals {
  # The SHA that was deployed. Every job below runs again when it changes, and no job before the code is there.
  code = pe_code_deploy.release.deploy_signatures[var.environment]
}

# 2. The nodes are found by their facts. The class may have come with the code of a moment ago.
resource "pe_node_group" "fleet" {
  name           = var.name
  description    = "Managed with Terraform"
  environment    = var.environment
  update_classes = true

  rule = {
    match      = "all"
    conditions = [for fact, value in var.facts : { fact = fact, value = value }]
  }

  classes = { (var.class) = {} }

  depends_on = [pe_code_deploy.release]
}

# The canary ring: nodes of the fleet that are picked by hand.
resource "pe_node_group" "canary" {
  name        = "${var.name} canary"
  description = "Gets new code and patches first"
  parent      = pe_node_group.fleet.id
  environment = var.environment
}

resource "pe_node_group_pin" "canary" {
  for_each      = var.canary
  node_group_id = pe_node_group.canary.id
  certname      = each.key
}

# 3. The canary ring first. Each step waits for the one before, and a failed node stops the apply.
resource "pe_deploy" "canary" {
  environment = var.environment
  scope       = { node_group = pe_node_group.canary.id }
  min_nodes   = length(var.canary)
  max_nodes   = length(var.canary)
  triggers    = { code = local.code }
  depends_on  = [pe_node_group_pin.canary]
}

resource "pe_task" "patch_canary" {
  task       = "pe_patch::patch_server"
  params     = { reboot = "never" }
  scope      = { node_group = pe_node_group.canary.id }
  min_nodes  = length(var.canary)
  max_nodes  = length(var.canary)
  triggers   = { code = local.code }
  depends_on = [pe_deploy.canary]
}

# 4. Then the fleet, unless a rule that is too wide hits more nodes than it may.
resource "pe_deploy" "fleet" {
  environment = var.environment
  scope       = { node_group = pe_node_group.fleet.id }
  max_nodes   = var.max_nodes
  concurrency = var.concurrency
  triggers    = { code = local.code }
  depends_on  = [pe_task.patch_canary]
}

resource "pe_task" "patch_fleet" {
  task       = "pe_patch::patch_server"
  params     = { reboot = "never" }
  scope      = { node_group = pe_node_group.fleet.id }
  max_nodes  = var.max_nodes
  triggers   = { code = local.code }
  depends_on = [pe_deploy.fleet]
}

# 5. From now on, every week.
resource "pe_scheduled_task" "patch" {
  task           = "pe_patch::patch_server"
  params         = { reboot = "patched" }
  scope          = { node_group = pe_node_group.fleet.id }
  concurrency    = var.concurrency
  scheduled_time = provider::pe::weekly(var.window.day, var.window.time, var.window.zone, var.window.after)
  interval       = "168h"
  description    = "Weekly patching of ${var.name}"
}

# 6. Who may restart the service of these nodes, and nothing else.
data "pe_user" "operator" {
  for_each = var.operators
  login    = each.key
}

resource "pe_task_target" "restart" {
  display_name = "Restart ${var.name}"
  tasks        = ["service"]
  node_groups  = [pe_node_group.fleet.id]
}

resource "pe_role" "restart" {
  display_name = "Restart ${var.name}"
  description  = "May restart services of the node group ${var.name}"

  permissions = [
    { object_type = "tasks", action = "run_with_constraints", instance = pe_task_target.restart.id },
    { object_type = "orchestrator", action = "view", instance = "*" },
  ]

  user_ids = [for user in data.pe_user.operator : user.id]
}
