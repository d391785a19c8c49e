terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "machines" {
  description = "Certnames of the machines that there should be."
  type        = set(string)
  default     = ["node3.example.com", "node4.example.com"]
}

variable "retired" {
  description = "Certnames of machines that are gone. A machine moves here when it leaves the list above."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setintersection(var.retired, var.machines)) == 0
    error_message = "A machine is either there or retired."
  }
}

# Stands for the machine itself.
resource "terraform_data" "machine" {
  for_each = var.machines
  input    = each.key
}

# Retiring a machine is something that happens once, so it is a job: planned, awaited, and failing when it fails.
resource "pe_task" "purge" {
  for_each = var.retired
  task     = "exec"
  params   = { command = "puppet node purge ${each.key}" }
  scope    = { nodes = ["node1.example.com"] } # the primary server
}
