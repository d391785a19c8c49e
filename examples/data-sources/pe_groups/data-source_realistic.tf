data "pe_role" "administrators" {
  display_name = "Administrators"
}

# Whole groups should not be administrators.
data "pe_groups" "administrators" {
  role_id = data.pe_role.administrators.id

  lifecycle {
    postcondition {
      condition     = length(self.groups) == 0
      error_message = "These groups are administrators: ${join(", ", keys(self.ids))}."
    }
  }
}
