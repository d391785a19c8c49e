data "pe_group" "web_team" {
  login = "webteam"
}

output "web_team" {
  value = data.pe_group.web_team.id
}
