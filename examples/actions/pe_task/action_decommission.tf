# Removes what Puppet knows of a machine before the machine goes: its certificate, and its data in PuppetDB. When that fails, the apply fails
# and the machine stays. A `terraform destroy` of everything is never held up: there it is a warning, and the machine goes.
# Needs Terraform 1.16, which has before_destroy, and caller: the resource that invokes the action.
terraform {
  required_version = ">= 1.16.0"
}

variable "machines" {
  type    = set(string)
  default = ["web1.example.com", "web2.example.com"]
}

# Stands for the machines, which another provider manages.
resource "terraform_data" "machine" {
  for_each = var.machines
  input    = { certname = each.key }

  lifecycle {
    action_trigger {
      events  = [before_destroy]
      actions = [action.pe_task.purge]
    }
  }
}

# The task is one of your own: on the primary it runs `puppet node purge`.
action "pe_task" "purge" {
  config {
    task   = "decommission::purge_node"
    scope  = { nodes = ["primary.example.com"] }
    params = { certname = caller.output.certname }
  }
}
