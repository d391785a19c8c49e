# Roles that Puppet Enterprise brings along. Who has them is set here; what they permit cannot be changed.
data "pe_role" "built_in" {
  for_each     = toset(["Administrators", "Operators", "Viewers"])
  display_name = each.value
}

output "who_has_what" {
  value = { for name, role in data.pe_role.built_in : name => { users = role.user_ids, groups = role.group_ids } }
}
