data "pe_users" "all" {}

output "user_ids" {
  value = data.pe_users.all.ids
}
