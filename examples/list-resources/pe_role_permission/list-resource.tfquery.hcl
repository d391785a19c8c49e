list "pe_role_permission" "web_operators" {
  provider = pe

  config {
    role_id = "6"
  }
}
