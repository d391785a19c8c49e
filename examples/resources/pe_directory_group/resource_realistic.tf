# The groups of the directory that work with Puppet Enterprise.
variable "teams" {
  description = "Logins of the groups in the directory, with the names of their roles."
  type        = map(set(string))
  default = {
    dbteam = ["Operators"]
    oncall = ["Operators", "Viewers"]
  }
}

data "pe_role" "team" {
  for_each     = toset(flatten([for roles in var.teams : tolist(roles)]))
  display_name = each.value
}

resource "pe_directory_group" "team" {
  for_each = var.teams
  login    = each.key

  # All roles of the group. Without this argument, roles are left to pe_role and pe_role_membership.
  role_ids = [for name in each.value : data.pe_role.team[name].id]
}
