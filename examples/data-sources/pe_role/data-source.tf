data "pe_role" "viewers" {
  display_name = "Viewers"
}

output "who_may_look" {
  value = data.pe_role.viewers.group_ids
}
