terraform {
  required_version = ">= 1.8"

  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

# Where Puppet Enterprise is, and who asks, comes from the environment.
provider "pe" {}

variable "databases" {
  description = "Certnames of the databases. A new one runs Puppet on itself, and on nothing else."
  type        = set(string)
  default     = ["node1.example.com", "node2.example.com"]
}

variable "rings" {
  description = "Queries for the nodes of each ring that comes after the canary."
  type        = map(string)
  default = {
    web = "inventory[certname] { facts.role = \"web\" }"
    all = "nodes[certname] { }"
  }
}

variable "release" {
  description = "A new value rolls out: first to the canary, and then to the rings."
  type        = string
  default     = "2026.11"
}

# One node, one job. What one node does is nothing to the others.
resource "pe_deploy" "database" {
  for_each = var.databases

  environment = "production"
  scope       = { nodes = [each.key] }
}

# The first ring. When it fails, nothing that depends on it is touched.
resource "pe_deploy" "canary" {
  environment = "production"
  scope       = { nodes = ["node3.example.com"] }
  triggers    = { release = var.release }
}

# The others run after it, each time it has run, and beside each other.
resource "pe_deploy" "ring" {
  for_each = var.rings

  environment = "production"
  scope       = { query = each.value }
  triggers    = { canary = pe_deploy.canary.id }
}
