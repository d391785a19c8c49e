variable "groups" {
  description = "Directory groups, as they are called there."
  type        = set(string)
  default     = ["webteam"]
}

data "pe_group" "each" {
  for_each = var.groups
  login    = each.value
}

# For group_ids of a role.
output "ids" {
  value = [for group in data.pe_group.each : group.id]
}
