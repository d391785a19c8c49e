# A whole directory group, and the people on call, become operators. Other members of the role are left alone.
variable "on_call" {
  description = "Logins of the people on call."
  type        = set(string)
  default     = ["fred", "dana"]
}

data "pe_role" "operators" {
  display_name = "Operators"
}

data "pe_group" "web_team" {
  login = "webteam"
}

data "pe_user" "on_call" {
  for_each = var.on_call
  login    = each.value
}

resource "pe_role_membership" "web_team" {
  role_id  = data.pe_role.operators.id
  group_id = data.pe_group.web_team.id
}

resource "pe_role_membership" "on_call" {
  for_each = data.pe_user.on_call
  role_id  = data.pe_role.operators.id
  user_id  = each.value.id
}
