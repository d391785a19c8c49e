data "pe_user" "on_call" {
  login = "fred"
}

output "on_call" {
  value = "${data.pe_user.on_call.display_name} <${data.pe_user.on_call.email}>"
}
