terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "tasks" {
  description = "The tasks that the pipeline runs."
  type        = set(string)
  default     = ["service"]
}

# The pipeline runs Puppet and some tasks on the nodes of queries, and waits for them.
resource "pe_role" "pipeline" {
  display_name = "Pipeline"
  description  = "Roll out releases"

  permissions = concat([
    { object_type = "orchestrator", action = "view", instance = "*" },
    { object_type = "puppet_agent", action = "run", instance = "*" },
    { object_type = "nodes", action = "view_data", instance = "*" },
    ], [
    for task in var.tasks : { object_type = "tasks", action = "run", instance = task }
  ])
}
