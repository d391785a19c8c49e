variable "on_call" {
  description = "Logins of the people on call."
  type        = set(string)
  default     = ["fred", "dana"]
}

data "pe_users" "directory" {
  remote          = true
  include_revoked = false

  lifecycle {
    postcondition {
      condition     = length(setsubtract(var.on_call, keys(self.ids))) == 0
      error_message = "Nobody has logged in as ${join(", ", setsubtract(var.on_call, keys(self.ids)))} yet."
    }
  }
}

# For user_ids of a role: one list for all look-ups.
output "on_call_ids" {
  value = [for login in var.on_call : data.pe_users.directory.ids[login]]
}
