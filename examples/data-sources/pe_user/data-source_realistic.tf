variable "on_call" {
  description = "Logins of the people on call."
  type        = set(string)
  default     = ["fred", "dana"]
}

data "pe_user" "on_call" {
  for_each = var.on_call
  login    = each.value

  lifecycle {
    postcondition {
      condition     = !self.is_revoked
      error_message = "${self.login} may not log in."
    }
  }
}

# For user_ids of a role.
output "ids" {
  value = [for user in data.pe_user.on_call : user.id]
}
