data "pe_groups" "all" {}

output "group_ids" {
  value = data.pe_groups.all.ids
}
